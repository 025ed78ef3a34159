"""Draw every document about one assessment."""

from msgspec import Struct

from compliance.documents._dossier import Dossier
from compliance.domain.certificate import earns_certificate
from compliance.domain.scoring import result_bytes
from compliance.intake.library import Library
from compliance.usecases.assess import Assessed, plan_for

CERTIFICATE_PREVIEW = "certificate-preview.pdf"
DOCUMENT_NAMES = (
    "result.json", "report.pdf", "plan.pdf", "plan.xlsx", "plan.csv", "plan.ics", CERTIFICATE_PREVIEW,
)  # fmt: skip
"""Every file that an assessment may give; the last one only where a certificate would be earned."""


class Drawn(Struct, frozen=True):
    """The documents by file name."""

    documents: dict[str, bytes]


def dossier_of(library: Library, assessed: Assessed, *, language: str) -> Dossier:
    """Everything the documents are drawn from, in a language.

    Raises:
        NoSuchQuestionnaire: the questionnaire is not translated into that language.
    """
    questionnaire, reviewed = library.translated(assessed.answers.questionnaire, language)
    return Dossier(
        questionnaire=questionnaire,
        source=assessed.scorer.questionnaire,
        reviewed=reviewed,
        published=assessed.published,
        answers=assessed.answers,
        card=assessed.card,
        plan=plan_for(assessed),
    )


def draw_documents(dossier: Dossier) -> Drawn:
    """Draw the documents; the certificate's preview only where the outcome earns one."""
    # Imported here: drawing needs ReportLab, HarfBuzz and ICU, which `--json` need not wait for.
    from compliance.documents.certificate_preview import draw_certificate_preview
    from compliance.documents.plan_files import plan_calendar, plan_csv
    from compliance.documents.plan_pdf import draw_plan_pdf
    from compliance.documents.plan_sheet import plan_sheet
    from compliance.documents.report import draw_report

    documents = {
        "result.json": result_bytes(dossier.card) + b"\n",
        "report.pdf": draw_report(dossier),
        "plan.pdf": draw_plan_pdf(dossier),
        "plan.xlsx": plan_sheet(dossier),
        "plan.csv": plan_csv(dossier),
        "plan.ics": plan_calendar(dossier),
    }
    if earns_certificate(dossier.card):
        documents[CERTIFICATE_PREVIEW] = draw_certificate_preview(dossier)
    return Drawn(documents)
