"""Digests: structure sees everything that decides a score and no words; full sees words too."""

import hashlib

import msgspec
import pytest

from build import (
    action,
    choice,
    choice_fact,
    day,
    evidence,
    maturity,
    multiple,
    multiple_fact,
    number,
    number_fact,
    percentage,
    questionnaire,
    scoring,
    section,
    text,
    when,
    yes_no,
    yes_no_fact,
)
from compliance.domain.questionnaire import (
    TEXT_FIELDS,
    Counts,
    Option,
    canonical_digest,
    full_digest,
    structure_digest,
    structure_of,
)
from domain.strategies import SHIPPED, shipped

POOL = {"fact": "pool", "is": "yes"}
FACTS = (
    yes_no_fact("pool", on_certificate="With a pool"),
    number_fact("workers", POOL, min=1),
    choice_fact("place", "sea", "hill"),
    multiple_fact("services", "beds", "meals", asked_if=POOL),
)
ITEMS = {
    "ONE-01": maturity("ONE-01", applies_if=POOL, critical=75, universal="All can.", micro_help="Small ones"),
    "ONE-02": yes_no("ONE-02"),
    "ONE-03": choice("ONE-03", options={"a": 0, "b": 100}),
    "ONE-04": multiple("ONE-04", must_have=("a",), exclusive="none"),
    "ONE-05": percentage("ONE-05", of_fact="workers", applies_if={"fact": "services", "includes": "beds"}),
    "ONE-06": percentage("ONE-06"),
    "ONE-07": number("ONE-07", never="Never"),
    "ONE-08": day("ONE-08"),
    "ONE-09": text("ONE-09", applies_if=POOL),
}
ASKED = questionnaire(
    section("GOV", *ITEMS.values(), about="Rules"), section("SUP", maturity("SUP-01")), facts=FACTS, intro="Hi"
)


def with_item(name, **changed):
    gov = ASKED.sections[0]
    items = tuple(msgspec.structs.replace(each, **changed) if each.id == name else each for each in gov.items)
    return msgspec.structs.replace(ASKED, sections=(msgspec.structs.replace(gov, items=items), ASKED.sections[1]))


def with_fact(name, **changed):
    facts = tuple(msgspec.structs.replace(each, **changed) if each.id == name else each for each in ASKED.facts)
    return msgspec.structs.replace(ASKED, facts=facts)


def with_section(**changed):
    first = msgspec.structs.replace(ASKED.sections[0], **changed)
    return msgspec.structs.replace(ASKED, sections=(first, *ASKED.sections[1:]))


def reworded(part):
    """Every text of plain data in other words."""
    if isinstance(part, list | tuple):
        return [reworded(each) for each in part]
    if isinstance(part, dict):
        return {key: _other_words(each) if key in TEXT_FIELDS else reworded(each) for key, each in part.items()}
    return part


def _other_words(words):
    if isinstance(words, list | tuple):
        return [_other_words(each) for each in words]
    if isinstance(words, dict):
        return {key: _other_words(each) for key, each in words.items()}
    return None if words is None else f"ពាក្យផ្សេង {words}"


def test_a_digest_is_sha_256_over_canonical_json():
    assert canonical_digest({"b": 1, "a": "ខ"}) == "sha256:" + hashlib.sha256('{"a":"ខ","b":1}'.encode()).hexdigest()


@pytest.mark.parametrize(
    "asked", [ASKED, *(shipped(name).questionnaire for name in SHIPPED)], ids=lambda each: each.reference
)
def test_other_words_keep_the_structure_and_change_the_full_digest(asked):
    other = msgspec.convert(reworded(msgspec.to_builtins(asked)), type(asked))
    assert other != asked
    assert structure_digest(other) == structure_digest(asked)
    assert full_digest(other) != full_digest(asked)
    for old, new in zip(asked.items, other.items, strict=True):
        assert structure_digest(old) == structure_digest(new)


@pytest.mark.parametrize(
    "changed",
    [
        {"version": "1.0.1"},
        {"language": "km"},
        {"title": "Other"},
        {"intro": "Ho"},
        {"includes": ("core@1.0",)},
    ],
)
def test_what_is_editorial_keeps_the_structure_and_not_the_full_digest(changed):
    other = msgspec.structs.replace(ASKED, **changed)
    assert structure_digest(other) == structure_digest(ASKED)
    assert full_digest(other) != full_digest(ASKED)


def test_whether_a_fact_behind_an_item_was_checked_is_editorial():
    assert structure_digest(with_item("ONE-01", checked="no")) == structure_digest(ASKED)
    assert structure_digest(msgspec.structs.replace(ITEMS["ONE-01"], checked="no")) == structure_digest(ITEMS["ONE-01"])


STRUCTURAL = {
    "the name": msgspec.structs.replace(ASKED, questionnaire="other"),
    "being a module": msgspec.structs.replace(ASKED, module="yes"),
    "no intro any more": msgspec.structs.replace(ASKED, intro=None),
    "a cap": msgspec.structs.replace(ASKED, scoring=scoring(caps={"declared": 41})),
    "a threshold": msgspec.structs.replace(ASKED, scoring=scoring(met={"section_from_weight": 9})),
    "the flag": msgspec.structs.replace(ASKED, scoring=scoring(flag_claimed_away_percent=21)),
    "the order of facts": msgspec.structs.replace(ASKED, facts=FACTS[::-1]),
    "the order of sections": msgspec.structs.replace(ASKED, sections=ASKED.sections[::-1]),
    "the order of items": with_section(items=tuple(ITEMS.values())[::-1]),
    "an item less": with_section(items=tuple(ITEMS.values())[1:]),
    "a pillar": with_section(pillar="training"),
    "a section's id": with_section(id="GOO"),
    "no words about a section": with_section(about=None),
    "a fact's id": with_fact("pool", id="pools"),
    "a fact's condition": with_fact("workers", asked_if=when({"fact": "pool", "is": "no"})),
    "a fact asked of all": with_fact("workers", asked_if=None),
    "the least of a number": with_fact("workers", min=2),
    "the most of a number": with_fact("workers", max=9),
    "a fact's option": with_fact("place", options=(Option("sea", "Sea"), Option("lake", "Lake"))),
    "what stands on the certificate": with_fact("pool", on_certificate=None),
    "an item's id": with_item("ONE-02", id="ONE-99"),
    "a weight": with_item("ONE-02", weight=3),
    "being critical": with_item("ONE-01", critical=None),
    "what a critical item needs": with_item("ONE-01", critical=msgspec.structs.replace(ITEMS["ONE-01"].critical, at_least=50)),
    "why all can meet it": with_item("ONE-01", universal=None),
    "help for the small": with_item("ONE-01", micro_help=None),
    "a condition": with_item("ONE-01", applies_if=when({"fact": "pool", "is": "no"})),
    "a condition's option": with_item("ONE-05", applies_if=when({"fact": "services", "includes": "meals"})),
    "a condition taken away": with_item("ONE-01", applies_if=None),
    "a text's condition": with_item("ONE-09", applies_if=None),
    "how long evidence is fresh": with_item("ONE-02", evidence=evidence("paper", fresh_for=12)),
    "the form of evidence": with_item("ONE-02", evidence=evidence("paper", form="record")),
    "expected evidence": with_item("ONE-02", evidence=evidence("rota")),
    "the days of an action": with_item("ONE-02", actions=(action(days=2),)),
    "the time of an action": with_item("ONE-02", actions=(action(within=61),)),
    "the effect of an action": with_item("ONE-02", actions=(action(99),)),
    "the level of an action": with_item("ONE-02", actions=(action(100, "declared"),)),
    "another action": with_item("ONE-02", actions=(action(50), action())),
    "a standard": with_item("ONE-02", maps_to=("CRBP",)),
    "the good answer": with_item("ONE-02", good="no"),
    "an option's points": with_item("ONE-03", options=ITEMS["ONE-03"].options[::-1]),
    "an option": with_item("ONE-04", options=ITEMS["ONE-04"].options[:2]),
    "what must be chosen": with_item("ONE-04", must_have=()),
    "the exclusive option": with_item("ONE-04", exclusive=None),
    "the whole's fact": with_item("ONE-05", of_fact=None),
    "the whole's words": with_item("ONE-06", counts=Counts("those", None)),
    "that there may be none": with_item("ONE-06", may_be_none="yes"),
    "the steps of a percentage": with_item("ONE-06", steps=((0, 0), (100, 100))),
    "a direction": with_item("ONE-07", direction="lower_is_better"),
    "the steps of a number": with_item("ONE-07", steps=((0, 0), (15, 50))),
    "the most of an answer": with_item("ONE-07", max=99),
    "never": with_item("ONE-07", never=None),
    "the steps of a date": with_item("ONE-08", steps=((0, 100),)),
}  # fmt: skip


@pytest.mark.parametrize("what", STRUCTURAL)
def test_what_decides_a_score_or_a_question_changes_the_structure(what):
    assert structure_digest(STRUCTURAL[what]) != structure_digest(ASKED)
    assert full_digest(STRUCTURAL[what]) != full_digest(ASKED)


def test_all_those_changes_have_digests_of_their_own():
    assert len({structure_digest(each) for each in STRUCTURAL.values()}) == len(STRUCTURAL)


def test_the_structure_of_an_item_says_that_texts_are_there_and_not_what_they_say():
    found = structure_of(ITEMS["ONE-06"])
    assert (found["text"], found["universal"], found["weight"], found["counts"]) == (
        True,
        False,
        5,
        {"is": True, "of": True},
    )
    assert found["actions"] == [
        {
            "do": True,
            "by": True,
            "effort_days": 1,
            "within_days": 60,
            "reaches": {"points": 100, "evidence": "documented"},
        }
    ]
    assert structure_of(ITEMS["ONE-01"])["levels"] == [True] * 5
    assert structure_of(ITEMS["ONE-05"])["applies_if"] == {"fact": "services", "includes": "beds"}
    assert "checked" not in found


def test_an_item_has_a_digest_of_its_own_wherever_it_stands():
    moved = questionnaire(section("SUP", ITEMS["ONE-02"]))
    assert structure_digest(moved.items[0]) == structure_digest(ASKED.items[1])
