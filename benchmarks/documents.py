"""How fast documents are drawn, beside WeasyPrint drawing the same certificate; and how soon the first result is there.

    python benchmarks/documents.py [--tiny]

Everything runs in one process on one core, in turn (A B C D A B C D …); the cold starts are processes of their own.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import escape
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import median

import segno
from msgspec.structs import replace
from tables import peak_mb, print_table

from compliance.documents._dossier import Dossier
from compliance.documents.certificate_preview import draw_certificate_preview
from compliance.documents.plan_pdf import draw_plan_pdf
from compliance.documents.report import draw_report
from compliance.domain.certificate import not_checked, validity_months
from compliance.intake.answers import read_answers_file
from compliance.intake.library import Library
from compliance.usecases.assess import Assessor
from compliance.usecases.dossiers import dossier_of
from compliance.words import Speaker, speaker

HERE = Path(__file__).resolve().parent.parent
ANSWERS = HERE / "examples" / "hotel-met.yaml"
FONTS = HERE / "src" / "compliance" / "fonts"
LEAST_PREVIEWS, MOST_COLD_S = 80, 0.6
ROUNDS, COLD_STARTS = 7, 7
Draw = Callable[[Dossier], bytes]
COUNTS = {"certificate preview": 20, "full report": 2, "plan": 4, "WeasyPrint, same certificate": 2}
"""How many of each in a round."""


def the_dossier() -> Dossier:
    """The example that meets its questionnaire."""
    library = Library(HERE / "questionnaires")
    assessed = Assessor(library).assess(read_answers_file(ANSWERS))
    return dossier_of(library, assessed, language="en")


def certificate_page(dossier: Dossier) -> str:
    """What the preview says, as one HTML page in the same fonts, with the same code."""
    parts = "".join(_half(dossier, speaker(language)) for language in ("en", "km"))
    holder = dossier.answers.organisation
    code = segno.make("preview").svg_inline(scale=3)
    style = "@page{size:A4 landscape;margin:12mm}body{font:7pt Latin,Khmer}td{width:50%}"
    return (
        f"<html><style>{style}</style><h1>{escape(holder.name)}</h1><p>{escape(holder.town or '')} {holder.country}</p>"
        f"<table><tr>{parts}</tr></table>{code}<p>{dossier.card.structure}</p></html>"
    )


def _half(dossier: Dossier, says: Speaker) -> str:
    card, missing = dossier.card, not_checked(dossier.source, dossier.card)
    titles = {section.id: section.title for section in dossier.source.sections}
    counts = " · ".join(f"{titles[name]} {count}" for name, count in missing.sections.items())
    texts = [
        says.say("certificate-band"), says.say(f"certificate-title-{card.assurance or 'self_assessed'}"),
        says.say("certificate-about"), says.say(f"assurance-{card.assurance or 'none'}-says"),
        says.say("document-questionnaire"), dossier.source.title, dossier.source.reference,
        says.say("document-outcome"), says.say(f"outcome-{card.outcome}"),
        says.say("document-as-of"), says.day(dossier.answers.as_of),
        says.say("certificate-issued"), says.say("certificate-not-issued"), says.say("certificate-valid-until"),
        says.say("certificate-would-be-valid", months=validity_months(card.assurance or "self_assessed")),
        says.say("certificate-not-checked"), says.say("certificate-not-checked-count", count=missing.count), counts,
        says.say("certificate-sample-code"), says.say("limits"),
    ]  # fmt: skip
    return f"<td lang={says.language}>{''.join(f'<p>{escape(text)}</p>' for text in texts)}</td>"


def held_by_others(dossier: Dossier) -> Iterator[Dossier]:
    """The same dossier for one holder after the other, so that nothing is drawn from what was remembered whole."""
    for number in count(1):
        holder = replace(dossier.answers.organisation, name=f"Guest house number {number} of Ms Sok")
        yield replace(dossier, answers=replace(dossier.answers, organisation=holder))


def weasyprint_draws() -> Draw:
    """WeasyPrint at its cheapest: the faces are loaded once, not with every page."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face{{font-family:{family};font-weight:{weight};src:url({(FONTS / name).as_uri()})}}"
        for family, weight, name in (
            ("Latin", 400, "NotoSans-Regular.ttf"), ("Latin", 700, "NotoSans-Bold.ttf"),
            ("Khmer", 400, "NotoSansKhmer-Regular.ttf"), ("Khmer", 700, "NotoSansKhmer-Bold.ttf"),
        )
    )  # fmt: skip
    style = CSS(string=faces, font_config=fonts)

    def draw(dossier: Dossier) -> bytes:
        target = BytesIO()
        HTML(string=certificate_page(dossier)).write_pdf(target, stylesheets=[style], font_config=fonts)
        return target.getvalue()

    return draw


def _subsetter() -> str:
    from weasyprint.text import ffi

    if getattr(ffi, "harfbuzz_subset", None) is None:
        return "fontTools, its slow way: libharfbuzz-subset is not on this machine"
    return "HarfBuzz"


def cold_start_s() -> float:
    """The wall time from nothing to one scored result."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "compliance", "assess", str(ANSWERS), "--json"], cwd=HERE,
                          capture_output=True, check=False)  # fmt: skip
    took = time.perf_counter() - start
    assert done.stdout.startswith(b"{"), done.stderr.decode()
    return took


def measure(*, tiny: bool) -> None:
    """Run all rounds and print the table."""
    dossier = the_dossier()
    draws: dict[str, Draw] = {
        "certificate preview": draw_certificate_preview,
        "full report": draw_report,
        "plan": draw_plan_pdf,
    }
    peaks: dict[str, int] = {}
    first = {name: _first(name, draw, dossier, peaks) for name, draw in draws.items()}
    equal = all(draw(dossier) == first[name] for name, draw in draws.items())
    draws["WeasyPrint, same certificate"] = weasyprint_draws()
    _first("WeasyPrint, same certificate", draws["WeasyPrint, same certificate"], dossier, peaks)
    holders = held_by_others(dossier)
    rates: dict[str, list[float]] = {name: [] for name in draws}
    for _ in range(1 if tiny else ROUNDS):
        for name, draw in draws.items():
            rates[name].append(_rate(draw, [next(holders) for _ in range(1 if tiny else COUNTS[name])]))
    cold = [cold_start_s() for _ in range(1 if tiny else COLD_STARTS)]
    _print(rates, peaks, median(cold), equal=equal)


def _first(name: str, draw: Draw, dossier: Dossier, peaks: dict[str, int]) -> bytes:
    drawn = draw(dossier)
    assert drawn.startswith(b"%PDF-")
    peaks[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return drawn


def _rate(draw: Draw, dossiers: list[Dossier]) -> float:
    start = time.process_time()
    for dossier in dossiers:
        draw(dossier)
    return len(dossiers) / (time.process_time() - start)


def _print(rates: dict[str, list[float]], peaks: dict[str, int], cold_s: float, *, equal: bool) -> None:
    peer = rates["WeasyPrint, same certificate"]
    rows = [
        [name, f"{median(each):.1f}", f"{median(a / b for a, b in zip(each, peer, strict=True)):.1f} ×",
         peak_mb(peaks[name])]
        for name, each in rates.items()
    ]  # fmt: skip
    rows.append(["cold start: assess --json", f"{cold_s:.2f} s", "–", "–"])
    previews = median(rates["certificate preview"])
    remarks = [
        (
            f"Median of {len(peer)} interleaved rounds; documents per second of processor time, each for another holder; peak memory of the one "
            "process so far"
        ),
        f"Drawn twice, the same bytes: {'yes' if equal else 'NO'}",
        (
            f"Target: at least {LEAST_PREVIEWS} previews a second and core: {previews:.1f}, "
            f"{'reached' if previews >= LEAST_PREVIEWS else 'NOT reached'}"
        ),
        (
            f"Target: cold start below {MOST_COLD_S} s: {cold_s:.2f} s, "
            f"{'reached' if cold_s < MOST_COLD_S else 'NOT reached'}"
        ),
        (
            "WeasyPrint's page holds the same main texts, fonts and code, in a plainer layout, untagged and not PDF/A; "
            f"it subsets fonts with {_subsetter()}"
        ),
    ]
    print_table("Documents", ["", "a second and core", "of WeasyPrint", "peak memory"], rows, remarks)


if __name__ == "__main__":
    measure(tiny="--tiny" in sys.argv)
