"""What changed between two versions, class by class, and what becomes of answers."""

import msgspec
import pytest

from build import (
    action,
    choice,
    evidence,
    maturity,
    multiple,
    number,
    number_fact,
    percentage,
    questionnaire,
    scoring,
    section,
    when,
    yes_no,
    yes_no_fact,
)
from compliance.domain.questionnaire import Change, Counts, carry_over, class_of, differences

ITEMS = {
    "ONE-01": maturity("ONE-01", text="You have a policy", applies_if={"fact": "pool", "is": "yes"}),
    "ONE-02": yes_no("ONE-02", critical=75, universal="All can."),
    "ONE-03": choice("ONE-03", options={"a": 0, "b": 100}),
    "ONE-04": multiple("ONE-04"),
    "ONE-05": percentage("ONE-05", of_fact="workers"),
    "ONE-06": number("ONE-06"),
}
FACTS = (yes_no_fact("pool"), number_fact("workers", min=1))


def asked(items=None, facts=FACTS, **more):
    items = ITEMS if items is None else items
    return questionnaire(
        section("GOV", *(each for name, each in items.items() if name < "ONE-04"), title="Rules"),
        section("SUP", *(each for name, each in items.items() if name >= "ONE-04")),
        facts=facts, title="Inns", intro="Welcome", **more,
    )  # fmt: skip


OLD = asked()


def with_item(name, **changed):
    return asked({**ITEMS, name: msgspec.structs.replace(ITEMS[name], **changed)})


def test_a_version_and_itself_do_not_differ():
    assert differences(OLD, OLD) == ()
    assert class_of(()) == "editorial"
    assert carry_over(OLD, OLD).carried == tuple(ITEMS)


THREE = ITEMS["ONE-04"].options
CHANGES = [
    (msgspec.structs.replace(OLD, title="Lodges"), ("editorial", "questionnaire", "text-changed", "title", "Inns", "Lodges")),
    (msgspec.structs.replace(OLD, intro=None), ("editorial", "questionnaire", "text-changed", "intro", "Welcome", "")),
    (asked(scoring=scoring(caps={"documented": 85})),
     ("narrowing", "scoring", "scoring-changed", "caps.documented", "80", "85")),
    (asked(facts=(*FACTS, yes_no_fact("wifi"))), ("additive", "wifi", "fact-added", "", "", "A fact")),
    (asked(facts=FACTS[:1]), ("breaking", "workers", "fact-removed", "", "A fact", "")),
    (asked(facts=(FACTS[0], yes_no_fact("workers"))), ("breaking", "workers", "fact-type", "type", "number", "yes_no")),
    (asked(facts=(FACTS[0], number_fact("workers", min=2))), ("narrowing", "workers", "field-changed", "min", "1", "2")),
    (asked({**ITEMS, "ONE-07": yes_no("ONE-07", text="New")}), ("additive", "ONE-07", "item-added", "", "", "New")),
    (asked({name: each for name, each in ITEMS.items() if name != "ONE-01"}),
     ("breaking", "ONE-01", "item-removed", "", "You have a policy", "")),
    (asked({**ITEMS, "ONE-06": maturity("ONE-06")}), ("breaking", "ONE-06", "item-type", "type", "number", "maturity")),
    (with_item("ONE-01", text="You have a written policy"),
     ("editorial", "ONE-01", "text-changed", "text", "You have a policy", "You have a written policy")),
    (with_item("ONE-01", text="You must have a policy"),
     ("narrowing", "ONE-01", "text-means-more", "text", "You have a policy", "You must have a policy")),
    (with_item("ONE-01", text="You have a policy for 12 months"),
     ("narrowing", "ONE-01", "text-means-more", "text", "You have a policy", "You have a policy for 12 months")),
    (with_item("ONE-02", weight=3), ("narrowing", "ONE-02", "field-changed", "weight", "5", "3")),
    (with_item("ONE-02", critical=None), ("additive", "ONE-02", "field-changed", "critical", "at_least: 75", "nothing")),
    (with_item("ONE-06", max=9), ("narrowing", "ONE-06", "field-changed", "max", "1000000", "9")),
    (with_item("ONE-06", steps=((0, 0), (14, 100))),
     ("narrowing", "ONE-06", "field-changed", "steps", "0, 0, 14, 50, 30, 100", "0, 0, 14, 100")),
    (with_item("ONE-05", of_fact=None), ("breaking", "ONE-05", "field-changed", "of_fact", "workers", "nothing")),
    (with_item("ONE-01", applies_if=when({"fact": "pool", "is": "no"})),
     ("narrowing", "ONE-01", "field-changed", "applies_if", "fact: pool, is: yes", "fact: pool, is: no")),
    (with_item("ONE-02", maps_to=("KCS", "CRBP")), ("additive", "ONE-02", "field-changed", "maps_to", "KCS", "KCS, CRBP")),
    (with_item("ONE-01", micro_help="Small ones"),
     ("additive", "ONE-01", "field-changed", "micro_help", "nothing", "Small ones")),
    (with_item("ONE-02", universal=None), ("narrowing", "ONE-02", "field-changed", "universal", "All can.", "nothing")),
    (with_item("ONE-03", options=ITEMS["ONE-03"].options[:1]),
     ("breaking", "ONE-03", "option-removed", "b", "An option", "")),
    (with_item("ONE-04", options=(*THREE, msgspec.structs.replace(THREE[0], id="d"))),
     ("narrowing", "ONE-04", "option-added", "d", "", "An option")),
    (with_item("ONE-03", options=(ITEMS["ONE-03"].options[0], msgspec.structs.replace(ITEMS["ONE-03"].options[1], points=90))),
     ("narrowing", "ONE-03", "option-points", "b", "100", "90")),
    (with_item("ONE-04", options=(msgspec.structs.replace(THREE[0], text="One"), *THREE[1:])),
     ("editorial", "ONE-04", "text-changed", "a", "An option", "One")),
    (with_item("ONE-02", evidence=evidence("paper", "rota")), ("additive", "ONE-02", "evidence-added", "rota", "", "A paper")),
    (with_item("ONE-02", evidence=evidence("paper", fresh_for=36)),
     ("additive", "ONE-02", "field-changed", "fresh_for_months", "24", "36")),
    (with_item("ONE-02", evidence=evidence("paper", fresh_for=12)),
     ("narrowing", "ONE-02", "field-changed", "fresh_for_months", "24", "12")),
    (with_item("ONE-02", evidence=evidence("paper", form="record")),
     ("narrowing", "ONE-02", "field-changed", "form", "nothing", "record")),
    (with_item("ONE-02", actions=(action(days=3),)), ("additive", "ONE-02", "actions-changed", "", "", "")),
    (with_item("ONE-02", actions=(msgspec.structs.replace(action(), do="Begin"),)),
     ("editorial", "ONE-02", "text-changed", "actions", "Do it (manager)", "Begin (manager)")),
    (with_item("ONE-01", levels=("One", *ITEMS["ONE-01"].levels[1:])),
     ("editorial", "ONE-01", "text-changed", "levels", " / ".join(ITEMS["ONE-01"].levels),
      " / ".join(("One", *ITEMS["ONE-01"].levels[1:])))),
    (with_item("ONE-05", counts=Counts("those who learned")),
     ("editorial", "ONE-05", "text-changed", "counts", "those trained / ", "those who learned / ")),
]  # fmt: skip


@pytest.mark.parametrize(("new", "change"), CHANGES)
def test_one_change_has_one_class(new, change):
    (found,) = differences(OLD, new)
    assert (found.kind, found.where, found.what, found.field) == change[:4]
    assert class_of((found,)) == change[0]


def test_expected_evidence_that_changes_its_name_is_narrowing_and_additive():
    new = with_item("ONE-02", evidence=evidence("rota"))
    assert differences(OLD, new) == (
        Change("narrowing", "ONE-02", "evidence-removed", "paper", "A paper"),
        Change("additive", "ONE-02", "evidence-added", "rota", "", "A paper"),
    )


def test_whether_an_item_was_checked_is_no_change():
    assert differences(OLD, with_item("ONE-02", checked="no")) == ()


def test_sections_come_go_move_and_change_their_pillar():
    first, second = OLD.sections
    moved = msgspec.structs.replace(OLD, sections=(
        msgspec.structs.replace(first, pillar="training", title="Laws", items=(*first.items, second.items[0])),
        msgspec.structs.replace(second, id="NEW", title="New", items=second.items[1:]),
    ))  # fmt: skip
    assert differences(OLD, moved) == (
        Change("breaking", "SUP", "section-removed", old="A section"),
        Change("narrowing", "GOV", "section-pillar", "pillar", "policy", "training"),
        Change("narrowing", "ONE-04", "item-moved", "section", "SUP", "GOV"),
        Change("narrowing", "ONE-05", "item-moved", "section", "SUP", "NEW"),
        Change("narrowing", "ONE-06", "item-moved", "section", "SUP", "NEW"),
        Change("additive", "NEW", "section-added", new="New"),
        Change("editorial", "GOV", "text-changed", "title", "Rules", "Laws"),
    )


def test_another_order_changes_no_answer():
    other = msgspec.structs.replace(OLD, sections=OLD.sections[::-1])
    assert differences(OLD, other) == (Change("additive", "questionnaire", "order-changed"),)


def test_the_gravest_change_names_the_class_and_comes_first():
    items = {name: each for name, each in ITEMS.items() if name != "ONE-06"}
    new = asked(
        {**items, "ONE-02": msgspec.structs.replace(ITEMS["ONE-02"], text="Other words"), "ONE-09": yes_no("ONE-09")}
    )
    found = differences(OLD, new)
    assert [change.kind for change in found] == ["breaking", "additive", "editorial"]
    assert class_of(found) == "breaking"


def test_answers_are_carried_confirmed_dropped_or_new():
    items = {name: each for name, each in ITEMS.items() if name != "ONE-06"}
    new = asked({
        **items,
        "ONE-01": msgspec.structs.replace(ITEMS["ONE-01"], text="Other words"),
        "ONE-02": msgspec.structs.replace(ITEMS["ONE-02"], weight=3),
        "ONE-03": maturity("ONE-03"),
        "ONE-09": yes_no("ONE-09"),
    })  # fmt: skip
    carry = carry_over(OLD, new)
    assert (carry.carried, carry.to_confirm) == (("ONE-01", "ONE-04", "ONE-05"), ("ONE-02",))
    assert (carry.dropped, carry.added) == (("ONE-03", "ONE-06"), ("ONE-09",))
