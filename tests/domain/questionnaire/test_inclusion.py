"""A file and the modules it includes become one questionnaire; scoring is stated by the module and only ever raised."""

import msgspec
import pytest

from build import SCORING, maturity, pairs, questionnaire, section, yes_no, yes_no_fact
from compliance.domain.questionnaire import JoinedSection, QuestionnaireFile, QuestionnaireInvalid, Section, resolve
from compliance.errors import Invalid, Problem

CORE = questionnaire(
    section("GOV", maturity("CORE-01"), title="Rules", about="Written rules."),
    section("SUP", maturity("CORE-02"), pillar="practice"),
    facts=[yes_no_fact("pool")],
    questionnaire="core",
    module="yes",
)
PLAIN = msgspec.to_builtins(SCORING)


def file(**more) -> QuestionnaireFile:
    usual = {"questionnaire": "inns", "version": "1.0", "title": "Inns", "language": "en", "includes": ("core@1.0",)}
    return QuestionnaireFile(**{**usual, **more})


def refusal(asked, modules=None) -> list[Problem]:
    with pytest.raises(QuestionnaireInvalid) as refused:
        resolve(asked, {"core@1.0": CORE} if modules is None else modules)
    return list(refused.value.problems)


def test_what_is_included_comes_first():
    own = JoinedSection(id="INN", title="Inns", pillar="training", about="Only here.", items=(yes_no("INN-01"),))
    whole = resolve(file(facts=(yes_no_fact("wifi"),), sections=(own,), intro="Hello."), {"core@1.0": CORE})
    assert [fact.id for fact in whole.facts] == ["pool", "wifi"]
    assert [part.id for part in whole.sections] == ["GOV", "SUP", "INN"]
    assert whole.sections[2] == Section(
        id="INN", title="Inns", pillar="training", about="Only here.", items=(yes_no("INN-01"),)
    )
    assert (whole.reference, whole.title, whole.language, whole.intro) == ("inns@1.0", "Inns", "en", "Hello.")
    assert (whole.module, whole.includes, whole.scoring) == ("no", ("core@1.0",), SCORING)


def test_several_modules_come_in_the_order_of_the_includes():
    other = questionnaire(
        section("GOV", maturity("ADD-01"), title="Other"),
        section("ADD", maturity("ADD-02")),
        facts=[yes_no_fact("late")],
        questionnaire="more",
        module="yes",
    )
    asked = file(includes=("more@1.0", "core@1.0"))
    whole = resolve(asked, {"core@1.0": CORE, "more@1.0": other})
    assert [fact.id for fact in whole.facts] == ["late", "pool"]
    assert [(part.id, part.title, [item.id for item in part.items]) for part in whole.sections] == [
        ("GOV", "Other", ["ADD-01", "CORE-01"]),
        ("ADD", "A section", ["ADD-02"]),
        ("SUP", "A section", ["CORE-02"]),
    ]


def test_a_section_joins_an_included_one_at_its_end():
    whole = resolve(file(sections=(JoinedSection(id="GOV", items=(yes_no("INN-01"),)),)), {"core@1.0": CORE})
    joined = whole.sections[0]
    assert (joined.title, joined.pillar, joined.about) == ("Rules", "policy", "Written rules.")
    assert [item.id for item in joined.items] == ["CORE-01", "INN-01"]
    assert [item.id for item in whole.items] == ["CORE-01", "INN-01", "CORE-02"]
    assert len(CORE.sections[0].items) == 1


@pytest.mark.parametrize("more", [{"title": "Rules"}, {"pillar": "policy"}, {"title": "Rules", "pillar": "policy"}])
def test_a_joining_section_has_no_title_and_no_pillar_of_its_own(more):
    assert refusal(file(sections=(JoinedSection(id="GOV", **more),))) == [
        Problem("section-joins", "sections.0", {"id": "GOV"})
    ]


@pytest.mark.parametrize("more", [{}, {"title": "Inns"}, {"pillar": "policy"}])
def test_a_section_that_joins_nothing_needs_title_and_pillar(more):
    joined = (JoinedSection(id="SUP"), JoinedSection(id="INN", **more))
    assert refusal(file(sections=joined)) == [Problem("section-incomplete", "sections.1", {"id": "INN"})]


def test_two_sections_of_a_file_with_one_id_join_as_well():
    twice = (JoinedSection(id="INN", title="Inns", pillar="policy", items=(yes_no("INN-01"),)), JoinedSection(id="INN"))
    assert len(resolve(file(sections=twice), {"core@1.0": CORE}).sections) == 3


@pytest.mark.parametrize(
    ("stated", "place", "value"),
    [
        ({"caps": {"documented": 85}}, ("caps", "documented"), 85),
        ({"met": {"total": 75}}, ("met", "total"), 75),
        ({"met": {"section_from_weight": 9}}, ("met", "section_from_weight"), 9),
        ({"approaching": {"total": 60}}, ("approaching", "total"), 60),
        ({"flag_claimed_away_percent": 25}, ("flag_claimed_away_percent",), 25),
        ({"met": {"total": 70}}, ("met", "total"), 70),
    ],
)
def test_a_file_may_raise_a_value_and_leaves_the_others(stated, place, value):
    found = msgspec.to_builtins(resolve(file(scoring=stated), {"core@1.0": CORE}).scoring)
    wanted = msgspec.to_builtins(SCORING)
    holder = wanted
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    assert found == wanted


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        ({"caps": {"documented": 79}}, ("scoring.caps.documented", 79, 80)),
        ({"met": {"section_from_weight": 0}}, ("scoring.met.section_from_weight", 0, 8)),
        ({"flag_claimed_away_percent": 19}, ("scoring.flag_claimed_away_percent", 19, 20)),
    ],
)
def test_a_file_may_not_lower_a_value(stated, problem):
    place, value, was = problem
    assert refusal(file(scoring=stated)) == [Problem("scoring-lowered", place, {"value": value, "stated": was})]


def test_every_lowered_value_is_named():
    found = refusal(file(scoring={"caps": {"declared": 1, "documented": 2}, "approaching": {"total": 3}}))
    assert [problem.where for problem in found] == [
        "scoring.caps.declared", "scoring.caps.documented", "scoring.approaching.total"
    ]  # fmt: skip


@pytest.mark.parametrize("stated", [{"caps": {"documented": 101}}, {"met": {"everything": 5}}, {"met": 70}])
def test_scoring_of_the_wrong_shape_is_refused(stated):
    (problem,) = refusal(file(scoring=stated))
    assert (problem.code, problem.where) == ("scoring-wrong", "scoring")
    assert problem.facts["reason"]


def test_a_module_that_includes_nothing_states_all_of_its_scoring():
    asked = file(questionnaire="core", module="yes", includes=(), scoring=PLAIN)
    assert resolve(asked, {}).scoring == SCORING
    assert pairs(refusal(file(includes=()), {})) == [("scoring-missing", "scoring")]
    assert pairs(refusal(file(includes=(), scoring={"met": PLAIN["met"]}), {})) == [("scoring-wrong", "scoring")]


def test_of_two_modules_the_higher_value_holds_each():
    def module(name, caps, flag):
        rule = msgspec.convert(
            {**PLAIN, "caps": {**PLAIN["caps"], **caps}, "flag_claimed_away_percent": flag}, type(SCORING)
        )
        return questionnaire(questionnaire=name, module="yes", scoring=rule)

    modules = {
        "one@1.0": module("one", {"declared": 45, "documented": 80}, 30),
        "two@1.0": module("two", {"declared": 40, "documented": 90}, 20),
    }
    for order in (("one@1.0", "two@1.0"), ("two@1.0", "one@1.0")):
        found = resolve(file(includes=order), modules).scoring
        assert (found.caps.declared, found.caps.documented, found.flag_claimed_away_percent) == (45, 90, 30)
    assert modules["one@1.0"].scoring.caps.documented == 80


def test_what_is_included_must_be_there_and_be_a_module():
    asked = file(includes=("core@1.0", "gone@1.0", "inn@2.0"))
    modules = {"core@1.0": CORE, "inn@2.0": questionnaire(questionnaire="inn", version="2.0")}
    assert refusal(asked, modules) == [
        Problem("include-unknown", "includes.1", {"reference": "gone@1.0"}),
        Problem("include-no-module", "includes.2", {"reference": "inn@2.0"}),
    ]


def test_everything_that_is_wrong_with_an_inclusion_is_said_at_once():
    asked = file(
        includes=("gone@1.0", "core@1.0"), scoring={"caps": {"declared": 0}}, sections=(JoinedSection(id="INN"),)
    )
    assert pairs(refusal(asked)) == [
        ("include-unknown", "includes.0"), ("scoring-lowered", "scoring.caps.declared"), ("section-incomplete", "sections.0")
    ]  # fmt: skip
    assert (QuestionnaireInvalid.code, QuestionnaireInvalid.__mro__[1]) == ("questionnaire-invalid", Invalid)
    assert QuestionnaireInvalid().summary == "This questionnaire cannot be used."


def test_a_file_names_itself_by_name_and_version():
    assert file(version="1.0.1").reference == "inns@1.0.1"
