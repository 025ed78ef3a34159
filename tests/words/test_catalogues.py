"""Every language says the same things: the same keys, the same placeholders, and every key that is asked for."""

import ast
import re
import string
from pathlib import Path

import pytest

from compliance.domain.questionnaire import CHANGE_CLASSES, EVIDENCE_LEVELS, PILLARS, Change
from compliance.words import CATALOGUES, HEADINGS, say_change, speaker
from compliance.words.changes import change_pieces

SOURCE = Path(__file__).resolve().parents[2] / "src" / "compliance"
ENGLISH = CATALOGUES["en"]
OTHERS = sorted(CATALOGUES.keys() - {"en"})
CHANGES = frozenset(
    key.removeprefix("change-") for key in ENGLISH
    if key.startswith("change-") and not key.startswith(("change-field-", "change-value-", "change-where-"))
) | {"field-changed"}  # fmt: skip
_NOT_A_NUMBER = re.compile(r"\{[^}]*\}|<[^>]*>")
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


def placeholders(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name})


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_keys_of_english(language):
    assert sorted(ENGLISH.keys() - CATALOGUES[language].keys()) == []
    assert sorted(CATALOGUES[language].keys() - ENGLISH.keys()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_has_the_placeholders_of_english(language):
    other = CATALOGUES[language]
    wrong = {key: (placeholders(ENGLISH[key]), placeholders(other[key])) for key in ENGLISH.keys() & other.keys()
             if placeholders(ENGLISH[key]) != placeholders(other[key])}  # fmt: skip
    assert not wrong


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_sentence_can_be_formatted(language):
    for key, sentence in CATALOGUES[language].items():
        said = speaker(language).say(key, **dict.fromkeys(placeholders(sentence), "1"))
        assert said.strip(), key


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_names_the_numbers_of_english(language):
    def numbers(sentence: str) -> list[str]:
        return sorted(re.findall(r"\d+", _NOT_A_NUMBER.sub("", sentence).translate(_KHMER_DIGITS)))

    other = CATALOGUES[language]
    wrong = {key: (ENGLISH[key], other[key]) for key in ENGLISH.keys() & other.keys()
             if numbers(ENGLISH[key]) != numbers(other[key])}  # fmt: skip
    assert not wrong


def asked_keys() -> dict[str, str]:
    """Literal keys that the source asks a speaker for, with one place each."""
    keys: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
                and node.args
            ):
                key = node.args[0]
                arms = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
                for arm in arms:
                    if isinstance(arm, ast.Constant) and isinstance(arm.value, str):
                        keys[arm.value] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return keys


def test_every_key_that_is_asked_for_is_there():
    missing = {key: place for key, place in asked_keys().items() if key not in ENGLISH}
    assert not missing
    assert len(asked_keys()) > 30


@pytest.mark.parametrize("key", [
    *(f"outcome-{outcome}" for outcome in ("met", "approaching", "not_met")),
    *(f"outcome-{outcome}-says" for outcome in ("met", "approaching", "not_met")),
    *(f"assurance-{level}-says" for level in ("none", "self_assessed", "desk_verified", "site_verified")),
    *(f"level-{level}" for level in EVIDENCE_LEVELS),
    *(f"pillar-{pillar}" for pillar in PILLARS),
    *(f"type-{kind}" for kind in ("maturity", "yes_no", "choice", "multiple", "percentage", "number", "date", "text")),
    *(f"condition-{kind}" for kind in ("is", "in", "at_least", "at_most", "includes", "answered", "all", "any", "not")),
])  # fmt: skip
def test_every_key_that_is_put_together_is_there(key):
    assert key in ENGLISH


SINGLE = sorted(key for key in ENGLISH if key.endswith("-one") and key.removesuffix("-one") in ENGLISH)


@pytest.mark.parametrize("key", SINGLE)
def test_one_thing_is_not_told_as_many(key):
    facts = dict.fromkeys(placeholders(ENGLISH[key.removesuffix("-one")]), "x")
    assert speaker("en").say_count(key.removesuffix("-one"), 1, **facts) == ENGLISH[key].format(**facts)
    assert speaker("en").say_count(key.removesuffix("-one"), 2, **facts) != ENGLISH[key].format(**facts)
    assert not re.search(r"\b1 (\w+s|{\w+})\b", ENGLISH[key])


def test_every_kind_of_change_has_a_heading():
    assert set(HEADINGS) == set(CHANGE_CLASSES)


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("what", sorted(CHANGES))
def test_every_change_can_be_said(what, language):
    said = say_change(Change("editorial", "CORE-01", what, "text", "old words", "new words"), language)
    assert said.startswith("CORE-01: ")
    assert "{" not in said
    if language == "km":
        assert re.search("[\u1780-\u17ff]", said)
        assert set(re.findall("[A-Za-z]+", said)) <= {"CORE", "old", "new", "words"}


@pytest.mark.parametrize(("change", "said"), [
    (Change("narrowing", "GOV", "section-pillar", "pillar", "policy", "training"),
     "GOV: ឥឡូវផ្នែកនេះរាប់ក្នុងសសរស្តម្ភ «ការបណ្តុះបណ្តាល» (មុនគឺ «គោលនយោបាយ»)។"),
    (Change("breaking", "CORE-01", "item-type", "type", "yes_no", "text"),
     "CORE-01: ឥឡូវឆ្លើយជា៖ ពាក្យរបស់អ្នក (មុនគឺ៖ បាទ/ចាស ឬទេ)។"),
    (Change("narrowing", "CORE-01", "field-changed", "form", "file", "record"),
     "CORE-01: ទម្រង់នៃភស្តុតាង៖ ឥឡូវគឺ កំណត់ត្រា (មុនគឺ ឯកសារ)។"),
    (Change("narrowing", "scoring", "scoring-changed", "met.total", "70", "75"),
     "ការដាក់ពិន្ទុ: met.total ឥឡូវគឺ 75 (មុនគឺ 70)។"),
])  # fmt: skip
def test_the_words_of_ours_in_a_change_are_said_in_its_language(change, said):
    assert say_change(change, "km") == said


def test_what_a_change_quotes_is_translated_where_the_version_is_and_marked_where_not():
    change = Change("additive", "CORE-01", "text-means-more", "levels", "Never / Daily", "Never / Weekly")
    pieces = change_pieces(change, "km", old={"Never": "មិនដែល", "Daily": "រាល់ថ្ងៃ"}, new={"Never": "មិនដែល"})
    assert [each.text for each in pieces if each.is_quoted] == ["មិនដែល / Weekly"]
    assert "មិនដែល / រាល់ថ្ងៃ" in [each.text for each in pieces]


def test_every_change_that_the_domain_names_has_a_sentence():
    path = SOURCE / "domain" / "questionnaire" / "differences.py"
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Change"
            and len(node.args) > 2
        ):
            what = node.args[2]
            if isinstance(what, ast.JoinedStr):
                suffix = what.values[-1].value
                named |= {f"{noun}{suffix}" for noun in ("fact", "item", "option", "evidence")}
            elif isinstance(what, ast.Constant):
                named.add(what.value)
    possible = named - {"option-type", "evidence-type"}
    assert possible <= CHANGES
    assert CHANGES - possible <= {"text-changed", "text-means-more"}
