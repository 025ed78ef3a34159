"""The snapshot, who attests to it, and the receipt from which anybody computes the result again."""

import hashlib
import json

import msgspec
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from build import TODAY, answered, maturity, number_fact, percentage, questionnaire, section, text, yes_no, yes_no_fact
from build import submission as submitted
from compliance.domain.assessment import (
    STATEMENT_DIGEST,
    STATEMENT_VERSION,
    STATEMENTS,
    AttestationMismatch,
    Attested,
    Receipt,
    ReceiptMismatch,
    StatementOutdated,
    TranslationShown,
    attestation_digest,
    attestation_document,
    check_attested,
    check_statement,
    draw_snapshot,
    read_receipt,
    read_snapshot,
    receipt_bytes,
    receipt_document,
    recompute,
    snapshot_bytes,
    snapshot_digest,
    snapshot_document,
    submission_of,
)
from compliance.domain.scoring import EvidencePiece, Part, Scorer, result_bytes
from domain.drafts import AT, FILE, FULL, SALT, draft, frame, given, snapshot
from domain.strategies import SHIPPED, fitting, questionnaires, shipped, submissions

ASKED = Scorer(
    questionnaire(
        section(
            "GOV",
            maturity("GOV-01"),
            yes_no("GOV-02", applies_if={"fact": "pool", "is": "yes"}),
            percentage("GOV-03", of_fact="guards", applies_if={"fact": "guards", "at_least": 1}),
            text("GOV-04"),
        ),
        facts=[yes_no_fact("pool"), number_fact("guards", {"fact": "pool", "is": "yes"}), yes_no_fact("bar")],
    )
)
PIECES = (
    EvidencePiece(form="file", dated_on=TODAY, file=FILE, expected="paper"),
    EvidencePiece(form="record", dated_on=TODAY, what="A list of 12"),
)
DRAFT = draft(
    {"GOV-02": "no", "GOV-04": "Own words", "GOV-01": answered(3, pieces=PIECES)},
    facts={"guards": 4, "pool": "no", "bar": "yes"},
)
SNAPSHOT = draw_snapshot(ASKED, DRAFT, frame())
ATTESTED = Attested(
    user_id="0193", name="Sok Dara", role="General manager", statement=STATEMENT_VERSION,
    statement_digest=STATEMENT_DIGEST, snapshot=snapshot_digest(snapshot_bytes(SNAPSHOT)), at=AT,
)  # fmt: skip


def test_the_document_holds_what_was_asked_and_nothing_else():
    assert json.loads(snapshot_bytes(SNAPSHOT)) == {
        "v": 1,
        "number": 1,
        "questionnaire": {"name": "small", "version": "1.0", "structure": ASKED.structure, "full": FULL},
        "language": "en",
        "translation": None,
        "as_of": "2026-11-21",
        "holder": {"name": "Riverside Hotel", "country": "KH"},
        "scope": {
            "country": "KH",
            "sector": "hospitality",
            "sites": [{"id": "a", "name": "Site a"}, {"id": "b", "name": "Site b"}],
        },
        "facts": {"pool": "no", "bar": "yes"},
        "answers": {
            "GOV-01": {
                "value": 3,
                "pieces": [
                    {"form": "file", "dated_on": "2026-11-21", "file": FILE, "expected": "paper"},
                    {"form": "record", "dated_on": "2026-11-21", "what": "A list of 12"},
                ],
            },
            "GOV-04": {"value": "Own words"},
        },
        "not_asked": [
            {"item": "GOV-02", "fact": "pool", "is": "no"},
            {"item": "GOV-03", "fact": "guards", "is": None},
        ],
        "evidence": [{"item": "GOV-01", "file": FILE, "dated_on": "2026-11-21"}],
        "salt": SALT.hex(),
    }


def test_the_bytes_are_canonical_and_read_back():
    written = snapshot_bytes(SNAPSHOT)
    assert (
        written == json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )
    assert snapshot_bytes(read_snapshot(written)) == written
    assert read_snapshot(snapshot_document(SNAPSHOT)) == SNAPSHOT
    assert snapshot_digest(written) == "sha256:" + hashlib.sha256(written).hexdigest()
    assert SNAPSHOT.salt_bytes == SALT


def test_the_translation_is_named_with_its_review():
    shown = TranslationShown(digest=FULL, reviewed="no")
    made = draw_snapshot(ASKED, DRAFT, frame(language="km", translation=shown))
    assert snapshot_document(made)["translation"] == {"digest": FULL, "reviewed": "no"}


def test_nobody_is_named_and_what_nobody_confirmed_is_left_out():
    made = draft({"GOV-01": given(2, source="carried"), "GOV-04": "Words"}, facts={"pool": "no", "bar": "no"})
    assert b"u1" not in snapshot_bytes(draw_snapshot(ASKED, made, frame()))
    assert list(draw_snapshot(ASKED, made, frame()).answers) == ["GOV-04"]


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_salt_has_32_bytes(salt):
    with pytest.raises(ValueError, match="32 bytes"):
        draw_snapshot(ASKED, DRAFT, frame(salt=salt))


def test_a_number_that_canonical_json_cannot_carry_is_no_snapshot():
    scorer = Scorer(questionnaire(percentage("GOV-01")))
    made = draw_snapshot(scorer, draft({"GOV-01": Part(1, 2**53)}), frame())
    with pytest.raises(ValueError, match="integer"):
        snapshot_bytes(made)


@pytest.mark.parametrize("changed", [{"v": 2}, {"salt": "00"}, {"number": 0}, {"guests": 3}, {"language": None}])
def test_what_is_no_snapshot_is_not_read(changed):
    with pytest.raises(msgspec.ValidationError):
        read_snapshot({**snapshot_document(SNAPSHOT), **changed})


# Attestation


def test_a_statement_keeps_its_words():
    assert list(STATEMENTS) == ["1"]
    assert STATEMENT_DIGEST == "sha256:2398c92a436a71fa026d335fb77c0df392f7053b4490bbcc356256198199fa78"
    assert "facts and the answers" in STATEMENTS[STATEMENT_VERSION]


def test_only_todays_statement_is_signed():
    check_statement(STATEMENT_VERSION)
    with pytest.raises(StatementOutdated):
        check_statement("0")


def test_a_signature_stands_under_one_snapshot():
    check_attested(ATTESTED, snapshot_bytes(SNAPSHOT))
    with pytest.raises(AttestationMismatch):
        check_attested(ATTESTED, snapshot_bytes(draw_snapshot(ASKED, DRAFT, frame(number=2))))


@pytest.mark.parametrize("changed", [
    {"user_id": "0194"}, {"name": "Sok Dary"}, {"role": "Owner"}, {"statement": "2"}, {"statement_digest": FULL},
    {"snapshot": FULL}, {"at": AT.replace(microsecond=1)},
])  # fmt: skip
def test_the_digest_of_an_attestation_covers_all_of_it(changed):
    assert attestation_digest(msgspec.structs.replace(ATTESTED, **changed)) != attestation_digest(ATTESTED)
    assert attestation_document(ATTESTED).keys() == set(Attested.__struct_fields__)


# Receipt


def test_a_receipt_names_nobody_and_reads_back():
    receipt = Receipt(snapshot=SNAPSHOT, attestation=attestation_digest(ATTESTED))
    assert receipt_document(receipt).keys() == {"v", "snapshot", "attestation", "decisions", "sample"}
    assert b"Sok Dara" not in receipt_bytes(receipt)
    assert read_receipt(receipt_bytes(receipt)) == receipt == read_receipt(receipt_document(receipt))


def test_a_receipt_is_computed_with_its_own_questionnaire_only():
    receipt = Receipt(snapshot=SNAPSHOT, attestation=None)
    other = Scorer(questionnaire(maturity("GOV-01")))
    newer = Scorer(msgspec.structs.replace(ASKED.questionnaire, version="1.1"))
    for scorer in (other, newer):
        with pytest.raises(ReceiptMismatch):
            recompute(receipt, scorer)


def assert_recomputed(scorer, submission):
    stored = result_bytes(scorer.score(submission))
    receipt = Receipt(
        snapshot=snapshot(scorer, submission),
        attestation=FULL if submission.attested else None,
        decisions=submission.decisions,
        sample=submission.sample,
    )
    assert recompute(read_receipt(receipt_bytes(receipt)), scorer) == stored


@st.composite
def drawn(draw):
    scorer = Scorer(draw(questionnaires()))
    return scorer, draw(submissions(scorer))


@examples(drawn())
def test_the_result_computed_from_a_receipt_is_the_stored_result(case):
    assert_recomputed(*case)


@examples(st.sampled_from(SHIPPED).flatmap(lambda name: st.tuples(st.just(name), submissions(shipped(name)))))
def test_so_it_is_with_every_shipped_questionnaire(case):
    name, submission = case
    assert_recomputed(shipped(name), submission)


@examples(drawn())
def test_what_was_not_asked_changes_neither_snapshot_nor_result(case):
    scorer, submission = case
    made = snapshot(scorer, submission)
    given = submission_of(made, attested=submission.attested)
    assert snapshot_bytes(snapshot(scorer, given)) == snapshot_bytes(made)
    asked = {name for name, each in scorer.score(given).items.items() if each.state != "not_asked"}
    assert {each.item for each in made.not_asked} == {rule.id for rule in scorer.items} - asked


def test_decisions_and_sample_stand_beside_the_snapshot():
    given = submission_of(SNAPSHOT, attested=True, sample=("GOV-01",))
    assert (given.attested, given.sample, given.decisions) == (True, ("GOV-01",), {})
    assert fitting(ASKED, given) == given
    assert given == submitted(
        {"GOV-01": answered(3, pieces=PIECES), "GOV-04": "Own words"},
        profile={"pool": "no", "bar": "yes"}, sample=("GOV-01",),
    )  # fmt: skip
