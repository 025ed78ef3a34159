"""Translations: the same ids in other words; what they do not say stays, and the structure always does."""

import msgspec
import pytest

from build import (
    action,
    choice,
    choice_fact,
    evidence,
    maturity,
    multiple,
    number,
    number_fact,
    percentage,
    questionnaire,
    section,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.questionnaire import (
    ActionText,
    FactText,
    ItemText,
    SectionText,
    Translation,
    full_digest,
    structure_digest,
    translate,
    translation_problems,
    words_of,
)
from compliance.domain.questionnaire.translation import CountsText
from compliance.errors import Problem

ASKED = questionnaire(
    section(
        "GOV",
        maturity("ONE-01", evidence=evidence("paper", "rota"), actions=(action(50), action()), micro_help="Small"),
        choice("ONE-02", options={"a": 0, "b": 100}),
        multiple("ONE-03", exclusive="none"),
        percentage("ONE-04"),
        number("ONE-05", never="Never"),
        text("ONE-06"),
        about="Rules",
    ),
    section("SUP", yes_no("SUP-01")),
    facts=[yes_no_fact("pool", on_certificate="With a pool"), choice_fact("place", "sea", "hill"), number_fact("size")],
    title="Inns",
    intro="Welcome",
)
EVERY = {
    "facts": frozenset(fact.id for fact in ASKED.facts),
    "sections": frozenset(part.id for part in ASKED.sections),
    "items": frozenset(item.id for item in ASKED.items),
}


def khmer(**words) -> Translation:
    return Translation(
        **{"questionnaire": "small", "version": "1.0", "language": "km", "reviewed": "no", "title": "ផ្ទះ", **words}
    )


def test_a_translation_says_everything_in_its_own_words():
    said = translate(
        ASKED,
        (
            khmer(
                intro="សូមស្វាគមន៍",
                facts={
                    "pool": FactText(text="អាង", help="ជំនួយ", on_certificate="មានអាង"),
                    "place": FactText(text="កន្លែង", options={"sea": "សមុទ្រ", "hill": "ភ្នំ"}),
                    "size": FactText(text="ទំហំ", unit="នាក់"),
                },
                sections={"GOV": SectionText(title="ច្បាប់", about="អំពី")},
                items={
                    "ONE-01": ItemText(
                        text="សំណួរ", help="ជំនួយ", why="ហេតុ", levels=("ក", "ខ", "គ", "ឃ", "ង"),
                        evidence={"paper": "ក្រដាស", "rota": "តារាង"}, micro_help="តូច",
                        actions=(ActionText("ធ្វើ", "អ្នក"), ActionText("ធ្វើទៀត", "អ្នកទៀត")),
                    ),
                    "ONE-02": ItemText(text="សំណួរ", options={"a": "ក", "b": "ខ"}),
                    "ONE-03": ItemText(text="សំណួរ", options={"a": "ក", "none": "គ្មាន"}),
                    "ONE-04": ItemText(text="សំណួរ", counts=CountsText("ផ្នែក", "ទាំងអស់")),
                    "ONE-05": ItemText(text="សំណួរ", unit="ថ្ងៃ", never="មិនដែល"),
                    "ONE-06": ItemText(text="សំណួរ"),
                },
            ),
        ),
    )  # fmt: skip
    items = {item.id: item for item in said.items}
    assert (said.title, said.intro, said.language) == ("ផ្ទះ", "សូមស្វាគមន៍", "km")
    assert [fact.text for fact in said.facts] == ["អាង", "កន្លែង", "ទំហំ"]
    assert (said.facts[0].on_certificate, said.facts[2].unit) == ("មានអាង", "នាក់")
    assert [option.text for option in said.facts[1].options] == ["សមុទ្រ", "ភ្នំ"]
    assert [(part.title, part.about) for part in said.sections] == [("ច្បាប់", "អំពី"), ("A section", None)]
    first = items["ONE-01"]
    assert (first.text, first.help, first.why, first.micro_help) == ("សំណួរ", "ជំនួយ", "ហេតុ", "តូច")
    assert first.levels == ("ក", "ខ", "គ", "ឃ", "ង")
    assert [piece.text for piece in first.evidence.expected] == ["ក្រដាស", "តារាង"]
    assert [(each.do, each.by, each.reaches.points) for each in first.actions] == [
        ("ធ្វើ", "អ្នក", 50), ("ធ្វើទៀត", "អ្នកទៀត", 100)
    ]  # fmt: skip
    assert [(option.id, option.text) for option in items["ONE-02"].options] == [("a", "ក"), ("b", "ខ")]
    assert [option.text for option in items["ONE-03"].options] == ["ក", "An option", "An option"]
    assert (items["ONE-03"].exclusive.id, items["ONE-03"].exclusive.text) == ("none", "គ្មាន")
    assert (items["ONE-04"].counts.is_, items["ONE-04"].counts.of) == ("ផ្នែក", "ទាំងអស់")
    assert (items["ONE-05"].unit, items["ONE-05"].never) == ("ថ្ងៃ", "មិនដែល")
    assert items["SUP-01"] == ASKED.items[-1]
    assert structure_digest(said) == structure_digest(ASKED)
    assert full_digest(said) != full_digest(ASKED)


def test_what_a_translation_does_not_say_stays_as_it_is():
    said = translate(ASKED, (khmer(items={"ONE-03": ItemText(text="សំណួរ", options={"b": "ខ"})}),))
    assert (said.intro, said.sections[0].title, said.sections[0].about) == ("Welcome", "A section", "Rules")
    assert said.facts == ASKED.facts
    item = said.items[2]
    assert [option.text for option in item.options] == ["An option", "ខ", "An option"]
    assert (item.exclusive.text, item.help) == ("None of these", "How to see it")


def test_a_translation_adds_no_text_that_the_original_lacks():
    words = {"ONE-05": ItemText(text="សំណួរ", universal="ទាំងអស់", micro_help="តូច", levels=("ក",) * 5)}
    said = translate(ASKED, (khmer(items=words, facts={"size": FactText(text="ទំហំ", help="ជំនួយ", decides="អ្វី")}),))
    item = said.items[4]
    assert (item.text, item.universal, item.micro_help) == ("សំណួរ", None, None)
    assert (said.facts[2].help, said.facts[2].decides) == (None, None)
    assert structure_digest(said) == structure_digest(ASKED)


BARE = questionnaire(section("GOV", maturity("ONE-01", actions=(action(50), action())), percentage("ONE-02")))


@pytest.mark.parametrize(
    "words",
    [
        {"items": {"ONE-02": ItemText(text="សំណួរ", counts=CountsText("ផ្នែក"))}},
        {"items": {"ONE-01": ItemText(text="សំណួរ", actions=(ActionText("ធ្វើ", "អ្នក"),))}},
        {"items": {"ONE-01": ItemText(text="សំណួរ", levels=("ក", "ខ"))}},
        {"intro": "សូមស្វាគមន៍"},
        {"sections": {"GOV": SectionText(title="ច្បាប់", about="អំពី")}},
    ],
    ids=["no words for the whole", "an action less", "levels less", "an intro more", "words about a section more"],
)
def test_a_translation_that_says_too_little_or_too_much_keeps_the_structure(words):
    assert structure_digest(translate(BARE, (khmer(**words),))) == structure_digest(BARE)


def test_of_several_translations_the_last_names_the_title_and_each_its_own_parts():
    core = khmer(
        title="ស្នូល", intro="ស្នូល", facts={"pool": FactText(text="អាង")}, items={"ONE-01": ItemText(text="មួយ")},
        sections={"GOV": SectionText(title="ច្បាប់")},
    )  # fmt: skip
    own = khmer(facts={"size": FactText(text="ទំហំ")}, items={"SUP-01": ItemText(text="ពីរ")})
    said = translate(ASKED, (core, own))
    assert (said.title, said.intro) == ("ផ្ទះ", "Welcome")
    assert [fact.text for fact in said.facts] == ["អាង", "A fact", "ទំហំ"]
    assert (said.items[0].text, said.items[-1].text, said.sections[0].title) == ("មួយ", "ពីរ", "ច្បាប់")


# Against the original's own words


def test_the_own_words_of_a_questionnaire_have_the_shape_of_a_translation():
    own = words_of(ASKED, **EVERY)
    assert (own.questionnaire, own.version, own.language, own.reviewed) == ("small", "1.0", "en", "yes")
    assert (own.title, own.intro) == ("Inns", "Welcome")
    assert own.facts["pool"] == FactText(text="A fact", on_certificate="With a pool")
    assert own.facts["place"] == FactText(text="A fact", options={"sea": "An option", "hill": "An option"})
    assert own.sections == {"GOV": SectionText(title="A section", about="Rules"), "SUP": SectionText(title="A section")}
    first = own.items["ONE-01"]
    assert first.evidence == {"paper": "A paper", "rota": "A paper"}
    assert first.actions == (ActionText("Do it", "manager"), ActionText("Do it", "manager"))
    assert (first.micro_help, first.universal, first.options) == ("Small", None, None)
    assert own.items["ONE-03"].options == {
        "a": "An option",
        "b": "An option",
        "c": "An option",
        "none": "None of these",
    }
    assert own.items["ONE-04"].counts == CountsText("those trained", "all of them")
    assert own.items["ONE-06"] == ItemText(text="In your own words")


def test_only_the_parts_that_are_named_are_given():
    own = words_of(ASKED, facts=frozenset(), sections=frozenset({"SUP"}), items=frozenset({"ONE-02"}))
    assert (list(own.facts), list(own.sections), list(own.items)) == ([], ["SUP"], ["ONE-02"])


def test_a_questionnaire_said_in_its_own_words_is_itself():
    assert translate(ASKED, (words_of(ASKED, **EVERY),)) == ASKED


OWN = words_of(ASKED, **EVERY)


def against(**changed) -> list[Problem]:
    return list(translation_problems(OWN, msgspec.structs.replace(OWN, **changed)))


def item(name, **changed):
    return {"items": {**OWN.items, name: msgspec.structs.replace(OWN.items[name], **changed)}}


def test_a_complete_translation_has_no_problems():
    assert against(language="km", reviewed="no", reviewed_by="Sok", title="ផ្ទះ") == []


PLAIN = {"a": "An option", "b": "An option", "c": "An option"}


@pytest.mark.parametrize(
    ("changed", "code", "where", "facts"),
    [
        ({"questionnaire": "other"}, "translation-other", "questionnaire", {"given": "other", "wanted": "small"}),
        ({"version": "1.1"}, "translation-other", "version", {"given": "1.1", "wanted": "1.0"}),
        ({"intro": None}, "translation-missing", "intro", {"id": "intro"}),
        (item("ONE-01", why=None), "translation-missing", "items.ONE-01.why", {"id": "why"}),
        (item("ONE-03", options=PLAIN), "translation-missing", "items.ONE-03.options.none", {"id": "none"}),
        (item("ONE-04", counts=CountsText("ផ្នែក")), "translation-missing", "items.ONE-04.counts.of", {"id": "of"}),
        (item("ONE-05", universal="ទាំងអស់"), "translation-extra", "items.ONE-05.universal", {"id": "universal"}),
        (
            item("ONE-02", options={"a": "ក", "b": "ខ", "c": "គ"}),
            "translation-extra",
            "items.ONE-02.options.c",
            {"id": "c"},
        ),
        (
            {"items": {**OWN.items, "ONE-77": ItemText(text="សំណួរ")}},
            "translation-extra",
            "items.ONE-77",
            {"id": "ONE-77"},
        ),
        (
            item("ONE-01", actions=(ActionText("ធ្វើ", "អ្នក"),)),
            "translation-count",
            "items.ONE-01.actions",
            {"count": 1, "wanted": 2},
        ),
        (
            item("ONE-01", levels=("ក", "ខ", "គ", "ឃ")),
            "translation-count",
            "items.ONE-01.levels",
            {"count": 4, "wanted": 5},
        ),
    ],
)
def test_what_a_translation_lacks_or_has_too_much_is_named(changed, code, where, facts):
    assert against(**changed) == [Problem(code, where, facts)]


def test_a_missing_item_is_one_problem():
    items = {name: words for name, words in OWN.items.items() if name != "ONE-01"}
    assert against(items=items) == [Problem("translation-missing", "items.ONE-01", {"id": "ONE-01"})]


def test_a_translation_names_the_same_numbers_in_digits_of_either_script():
    english = questionnaire(maturity("ONE-01", text="Within 30 days, 2 of 10"), title="Inns")
    own = words_of(english, facts=frozenset(), sections=frozenset({"GOV"}), items=frozenset({"ONE-01"}))

    def said(text):
        words = msgspec.structs.replace(own.items["ONE-01"], text=text)
        return list(translation_problems(own, msgspec.structs.replace(own, items={"ONE-01": words})))

    assert said("២ ក្នុង ១០ ក្នុងរយៈពេល ៣០ ថ្ងៃ") == []
    assert said("២ ក្នុង ១០ ក្នុងរយៈពេល 31 ថ្ងៃ") == [
        Problem("translation-numbers", "items.ONE-01.text", {"given": "10, 2, 31", "wanted": "10, 2, 30"})
    ]
    assert said("ក្នុង") == [Problem("translation-numbers", "items.ONE-01.text", {"given": "-", "wanted": "10, 2, 30"})]
