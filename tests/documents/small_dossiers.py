"""A dossier of a small questionnaire with every kind of task, and golden files to compare with."""

import os
from datetime import date
from pathlib import Path

from build import action, answered, maturity, multiple, percentage, questionnaire, section, yes_no
from compliance.documents._dossier import Dossier
from compliance.domain.assessment import AnswersFile, Organisation
from compliance.domain.questionnaire import NumberFact
from compliance.domain.remediation import draw_plan
from compliance.domain.scoring import Part, Scorer

GOLDEN = Path(__file__).parent / "golden"
AS_OF = date(2026, 11, 21)
HOSTILE = (
    "Ω" + "W" * 149,
    '=HYPERLINK("http://x")',
    "مرحبا بالعالم",
    "🏨 Hotel 👨‍👩‍👧",
    "a;b,c\\d\r\ne\tf",
    "សណ្ឋាគារ" * 12,
)


def small(**more):
    facts = [NumberFact(id="workers", text="How many people work here?", unit="people", min=1)]
    return questionnaire(
        section(
            "GOV",
            maturity(
                "ONE-01",
                text="Is there a policy?",
                critical=75,
                actions=(action(75, days=1, within=90), action(100, days=2, within=120)),
            ),
            title="Governance",
        ),
        section(
            "TRN",
            percentage("ONE-02", text="How many are trained?", of_fact="workers"),
            multiple("ONE-03", text="What is taught?", exclusive="none"),
            yes_no("ONE-04", text="Is it tested?"),
            pillar="training",
            title="Training",
        ),
        facts=facts,
        **more,
    )


def dossier(*, name="Riverside Hotel", workers=20, language="en", invented=None, done=False, published=True) -> Dossier:
    asked = small()
    answers = {
        "ONE-01": answered(4 if done else 1, evidence="documented"),
        "ONE-02": answered(Part(workers if done else 0), evidence="documented"),
        "ONE-03": answered(("a", "b", "c") if done else ("a",), evidence="documented"),
        "ONE-04": answered("yes", evidence="documented" if done else "declared"),
    }
    file = AnswersFile(
        questionnaire="small@1.0",
        as_of=AS_OF,
        profile={"workers": workers},
        answers=answers,
        organisation=Organisation(name=name, country="KH", invented=invented),
    )
    scorer = Scorer(asked)
    card = scorer.score(file.submission())
    return Dossier(
        questionnaire=small(language=language),
        source=asked,
        reviewed=language == "en",
        published=published,
        answers=file,
        card=card,
        plan=draw_plan(scorer, card),
    )


def matches(name: str, text: str) -> None:
    """The text is that of the golden file; RENEW_GOLDEN=1 writes it anew."""
    path = GOLDEN / name
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode("utf-8"), f"{name} differs; look at it, then renew with RENEW_GOLDEN=1"
