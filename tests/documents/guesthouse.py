"""Dossiers of a guesthouse: the questionnaire beside the golden files, or a shipped one, answered and scored."""

import os
from datetime import date
from pathlib import Path

from compliance.documents._dossier import Dossier
from compliance.domain.assessment import AnswersFile, Attestation, Organisation
from compliance.domain.questionnaire import (
    ChoiceFact,
    DateItem,
    MaturityItem,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    YesNoFact,
)
from compliance.domain.remediation import draw_plan
from compliance.domain.scoring import Answer, Decision, EvidencePiece, Part, Scorer
from compliance.intake.library import Library
from compliance.resources import shipped

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 11, 21)
SMALL = "guesthouse@1.0"
SMALL_LIBRARY = Library(GOLDEN / "questionnaires")
LIBRARY = Library(shipped("questionnaires"))
SHIPPED = [
    reference
    for reference in map(LIBRARY.newest, LIBRARY.names())
    if LIBRARY.load(reference).questionnaire.module == "no"
]

PROFILE = {"workers": 20, "sites": 2, "offers_childcare": "no", "volunteers": "yes", "services": ("beds",)}
PIECE = EvidencePiece(expected="policy", form="record", dated_on=date(2026, 2, 3), what="signed by the owner")
GOOD = {
    "GHT-01": Answer(value=4, pieces=(PIECE,), note="We wrote it together."),
    "GHT-02": Answer(value="2026-06-01", evidence="documented"),
    "GHT-03": Answer(value="Our cook."),
    "GHT-04": Answer(value=Part(is_=20), evidence="documented", evidence_on=date(2026, 3, 1)),
    "GHT-05": Answer(value=7, evidence="documented"),
    "GHT-07": Answer(value=("desk", "rooms", "bar"), evidence="documented"),
    "GHT-08": Answer(value="monthly", evidence="documented"),
    "GHT-09": Answer(value="yes"),
}
POOR = {
    "GHT-01": Answer(value=1, note="We are still writing it."),
    "GHT-02": Answer(value="never"),
    "GHT-04": Answer(value=Part(is_=20), evidence="documented", evidence_on=date(2021, 3, 1)),
    "GHT-07": Answer(value=("desk", "rooms")),
    "GHT-08": Answer(not_applicable="Our telephone is being repaired."),
    "GHT-09": Answer(value="no"),
}
DECIDED = POOR | {"GHT-01": GOOD["GHT-01"]}
DECISIONS = {
    "GHT-01": Decision(decision="lowered", value=2, evidence="verified_on_site", on=DAY, reason="Nobody knows it."),
    "GHT-04": Decision(decision="upheld", evidence="verified_remotely", on=DAY, reason="Roster seen."),
    "GHT-08": Decision(decision="not_applicable_refused", on=DAY, reason="It works."),
    "offers_childcare": Decision(decision="fact_corrected", value="yes", on=DAY, reason="A club was seen."),
}
HOSTILE = [
    "W" * 150,
    "ក្រុមហ៊ុន" * 16,
    "فندق النهر 🏨👩‍👩‍👧",
    "<b>Hotel</b> {name} %s \\n & \u202e\u0007 (”)",
]
"""Names that somebody will try."""


def dossier(
    answers=GOOD, language="en", *, library=SMALL_LIBRARY, reference=SMALL, published=True, attested=True, decisions=None,
    profile=PROFILE, **organisation,
):  # fmt: skip
    source = library.load(reference).questionnaire
    questionnaire, reviewed = library.translated(reference, language)
    file = AnswersFile(
        questionnaire=reference,
        as_of=DAY,
        organisation=Organisation(**{"name": "Riverside Hotel", "country": "KH", "town": "Kampot"} | organisation),
        attested_by=Attestation(name="Sok Dara", role="General manager", on=DAY) if attested else None,
        profile=profile,
        answers=answers,
        decisions=decisions or {},
    )
    scorer = Scorer(source)
    card = scorer.score(file.submission())
    return Dossier(
        questionnaire=questionnaire,
        source=source,
        reviewed=reviewed,
        published=published,
        answers=file,
        card=card,
        plan=draw_plan(scorer, card),
    )


def shipped_dossier(reference, language="en", *, good=True):
    """Everything answered as well as can be, or everything poorly."""
    source = LIBRARY.load(reference).questionnaire
    profile = {fact.id: _fact_value(fact) for fact in source.facts}
    answers = {item.id: _answer(item, good=good) for item in source.scored_items}
    return dossier(answers, language, library=LIBRARY, reference=reference, profile=profile, published=False)


def _fact_value(fact):
    match fact:
        case YesNoFact():
            return "yes"
        case NumberFact():
            return 20
        case ChoiceFact():
            return fact.options[0].id
        case _:
            return ()


def _answer(item, *, good):
    match item:
        case MaturityItem():
            value = 4 if good else 1
        case MultipleItem():
            value = tuple(option.id for option in item.options[: None if good else 1])
        case PercentageItem():
            value = Part(is_=20 if good else 3, of=None if item.of_fact else 20)
        case NumberItem():
            best = max(item.steps, key=lambda step: step[1])[0]
            value = best if good else "never" if item.never else 1
        case DateItem():
            value = "2026-11-01" if good else "never"
        case _:
            value = "yes" if good else "no"
    return Answer(value=value, evidence="documented" if good else "declared")


def check_golden(name, text):
    """Compare with the golden file; RENEW_GOLDEN=1 writes it anew."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; RENEW_GOLDEN=1 writes it anew"
