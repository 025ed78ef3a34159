"""What keeps a draft from being submitted: every gap, named, in the questionnaire's order."""

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from build import (
    TODAY,
    answered,
    claimed,
    evidence,
    maturity,
    number_fact,
    percentage,
    questionnaire,
    section,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.assessment import (
    AnswersIncomplete,
    SectionProgress,
    check_complete,
    draw_snapshot,
    gaps,
    progress,
    submission_of,
)
from compliance.domain.scoring import Answer, EvidencePiece, Part, Scorer
from domain.drafts import FILE, OTHER_FILE, draft, draft_of, fact, frame, given
from domain.strategies import questionnaires, submissions

ASKED = Scorer(
    questionnaire(
        section(
            "GOV",
            maturity("GOV-01", critical=True),
            yes_no("GOV-02", applies_if={"fact": "pool", "is": "yes"}),
            text("GOV-03"),
        ),
        section("REP", maturity("REP-01"), percentage("REP-02", evidence=evidence("paper", form="file"))),
        facts=[
            yes_no_fact("pool"),
            number_fact("guards", {"fact": "pool", "is": "yes"}, min=1, max=9),
            yes_no_fact("bar"),
        ],
    )
)
FACTS = {"pool": "yes", "guards": 2, "bar": "no"}
FULL = {"GOV-01": 3, "GOV-02": "yes", "REP-01": 4, "REP-02": Part(3, 4)}


def found(made) -> list[tuple[str, str]]:
    return [(gap.kind, gap.where.partition(".")[2]) for gap in gaps(ASKED, made)]


def changed(**answers):
    return draft({**FULL, **{name.replace("_", "-"): each for name, each in answers.items()}}, facts=FACTS)


def test_a_full_draft_has_no_gap_and_own_words_are_never_required():
    assert found(draft(FULL, facts=FACTS)) == []
    check_complete(ASKED, draft(FULL, facts=FACTS))


def test_everything_missing_is_named_facts_first_in_the_questionnaires_order():
    assert found(draft()) == [
        ("gap-fact-missing", "pool"), ("gap-fact-missing", "bar"),
        ("gap-unanswered", "GOV-01"), ("gap-unanswered", "REP-01"), ("gap-unanswered", "REP-02"),
    ]  # fmt: skip


def test_what_is_asked_follows_from_the_facts():
    wet = found(draft(facts={"bar": "no", "pool": "yes"}))
    assert ("gap-fact-missing", "guards") in wet
    assert ("gap-unanswered", "GOV-02") in wet
    dry = found(draft({**FULL, "GOV-02": 17}, facts={"pool": "no", "bar": "no", "guards": 77}))
    assert dry == [], "nobody is asked, so nothing there is a gap"


def test_a_fact_may_be_wrong_and_unconfirmed_at_once():
    made = draft(FULL, facts={**FACTS, "guards": fact(0, source="carried"), "bar": fact("no", source="proposed")})
    assert found(made) == [
        ("gap-fact-wrong", "guards"), ("gap-fact-unconfirmed", "guards"), ("gap-fact-unconfirmed", "bar"),
    ]  # fmt: skip
    assert gaps(ASKED, made)[0].problem.code == "fact-number"


@pytest.mark.parametrize("source", ["carried", "proposed"])
def test_carried_and_proposed_answers_count_once_a_person_confirmed_them(source):
    assert found(changed(GOV_01=given(3, source=source))) == [("gap-unconfirmed", "GOV-01")]
    assert found(changed(GOV_01=given(3, source=source, confirmed=True))) == []


def test_a_note_or_evidence_alone_is_no_answer():
    assert found(changed(GOV_01=Answer(note="Later"))) == [("gap-unanswered", "GOV-01")]


@pytest.mark.parametrize(("name", "answer", "kind", "code"), [
    ("REP-01", claimed("  "), "gap-claim-without-reason", "gap-claim-without-reason"),
    ("GOV-01", claimed(), "gap-claim-critical", "gap-claim-critical"),
    ("REP-01", answered(7), "gap-value-wrong", "value-maturity"),
    ("REP-01", Answer(value=3, not_applicable="None"), "gap-value-wrong", "answer-both"),
    ("GOV-03", answered(3), "gap-value-wrong", "value-text"),
    ("GOV-03", claimed(), "gap-value-wrong", "claim-on-text"),
    ("REP-02", answered(Part(1, 2**53)), "gap-value-wrong", "value-too-large"),
    ("REP-02", answered(Part(9, 2)), "gap-value-wrong", "value-part-larger"),
    ("REP-02", Answer(value=Part(1, 2), pieces=(EvidencePiece(form="record", dated_on=TODAY),)),
     "gap-value-wrong", "evidence-form"),
    ("XXX-01", answered(1), "gap-value-wrong", "item-unknown"),
])  # fmt: skip
def test_what_cannot_be_scored_is_a_gap_with_scorings_own_words(name, answer, kind, code):
    [gap] = gaps(ASKED, draft({**FULL, name: answer}, facts=FACTS))
    assert (gap.kind, gap.id, gap.problem.code, gap.where) == (kind, name, code, f"answers.{name}")


def test_a_fact_that_nobody_knows_is_a_gap():
    [gap] = gaps(ASKED, draft(FULL, facts={**FACTS, "boat": "yes"}))
    assert (gap.kind, gap.problem.code, gap.section) == ("gap-fact-wrong", "fact-unknown", None)


@pytest.mark.parametrize(("state", "kind"), [
    ("quarantined", "gap-evidence-scanning"),
    ("rejected", "gap-evidence-rejected"),
    ("purged", "gap-evidence-purged"),
    (None, "gap-evidence-unknown"),
    ("clean", None),
    ("not_scanned", None),
])  # fmt: skip
def test_every_file_behind_an_answer_must_be_there_and_not_waiting(state, kind):
    pieces = tuple(EvidencePiece(form="file", dated_on=TODAY, file=each) for each in (OTHER_FILE, FILE))
    scans = {OTHER_FILE: "clean"} | ({} if state is None else {FILE: state})
    made = draft({**FULL, "REP-02": Answer(value=Part(1, 2), pieces=pieces)}, facts=FACTS, scans=scans)
    assert found(made) == ([] if kind is None else [(kind, "REP-02.pieces.1")])


def test_one_item_may_have_several_gaps_in_a_fixed_order():
    piece = EvidencePiece(form="file", dated_on=TODAY, file=FILE)
    made = changed(REP_02=given(Answer(value=3, pieces=(piece,)), source="carried"))
    assert [kind for kind, _ in found(made)] == ["gap-unconfirmed", "gap-value-wrong", "gap-evidence-unknown"]


def test_the_refusal_has_one_problem_for_each_gap():
    with pytest.raises(AnswersIncomplete) as refusal:
        check_complete(ASKED, draft({"GOV-01": given(3, source="carried")}, facts=FACTS | {"pool": "no"}))
    assert [(each.code, each.where, dict(each.facts)) for each in refusal.value.problems] == [
        ("gap-unconfirmed", "answers.GOV-01", {"id": "GOV-01", "source": "carried"}),
        ("gap-unanswered", "answers.REP-01", {"id": "REP-01"}),
        ("gap-unanswered", "answers.REP-02", {"id": "REP-02"}),
    ]


def test_progress_counts_what_is_asked_answered_and_unconfirmed():
    made = draft(
        {"GOV-01": 3, "GOV-02": given("yes", source="carried"), "GOV-03": "Words", "REP-01": Answer(note="Later")},
        facts=FACTS,
    )
    assert progress(ASKED, made) == (SectionProgress("GOV", 2, 1, 1), SectionProgress("REP", 2, 0, 0))
    assert progress(ASKED, draft(facts={"pool": "no"}))[0] == SectionProgress("GOV", 1, 0, 0)


@st.composite
def drawn(draw):
    scorer = Scorer(draw(questionnaires()))
    return scorer, draw(submissions(scorer, reviewed=False))


@examples(drawn())
def test_gaps_are_what_is_not_answered_and_nothing_else(case):
    scorer, submission = case
    states = scorer.score(submission).items
    missing = [name for name, each in states.items() if each.state == "unanswered"]
    assert [(gap.kind, gap.id) for gap in gaps(scorer, draft_of(submission))] == [
        ("gap-unanswered", name) for name in missing
    ]
    open_items = sum(each.asked - each.answered - each.unconfirmed for each in progress(scorer, draft_of(submission)))
    assert open_items == len(missing)


@examples(drawn(), st.data())
def test_a_draft_without_gaps_can_always_be_scored_and_written_down(case, data):
    scorer, submission = case
    names = st.sampled_from([*submission.answers, "GOV-00"])
    sources = {name: data.draw(st.sampled_from(["typed", "carried"])) for name in data.draw(st.sets(names))}
    made = draft(
        {name: given(each, source=sources.get(name, "typed")) for name, each in submission.answers.items()},
        facts=submission.profile,
    )
    before = gaps(scorer, made)
    if not before:
        scorer.score(submission_of(draw_snapshot(scorer, made, frame()), attested=True))
    waiting = {gap.id for gap in before if gap.kind == "gap-unconfirmed"}
    applying = {name for name, each in scorer.score(submission).items.items() if each.state != "not_asked"}
    assert waiting & applying == {
        name for name in applying & submission.answers.keys() if sources.get(name) == "carried"
    }
