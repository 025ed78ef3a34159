"""The pages say what the code and the questionnaires say: links, keys, defaults, numbers, the worked example."""

import hashlib
import re
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import pytest
import rfc8785
from msgspec import Struct, inspect

from compliance.domain.assessment import answers_file as assessment
from compliance.domain.questionnaire import (
    DEFAULT_AT_LEAST,
    DEFAULT_FRESH_FOR_MONTHS,
    DEFAULT_MAX,
    MATURITY_POINTS,
    PERCENTAGE_STEPS,
    TEXT_FIELDS,
    MaturityItem,
    Questionnaire,
    full_digest,
    model,
    registers,
    structure_digest,
    translation,
)
from compliance.domain.scoring import Answer, Scorer, Submission, card, cases, result_document, submission
from compliance.intake.library import Library
from compliance.words.en_problems import PROBLEMS

HERE = Path(__file__).resolve().parents[2]
DOCS = HERE / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("adr/*.md"), HERE / "README.md", HERE / "CONTRIBUTING.md"])
PLANNED: set[str] = set()
"""Pages that come later; others point to them already."""
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")
KEYS = re.compile(r"<!-- keys of (\w+) -->")
CODE = re.compile(r"`([^`]+)`")
QUOTED = re.compile(r"([0-9]+) \(`((?:caps|met|approaching)\.[a-z_]+|flag_claimed_away_percent)`\)")


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


def plain(value: object) -> dict[str, object]:
    """A struct as JSON shows it."""
    return msgspec.json.decode(msgspec.json.encode(value))


@cache
def library() -> Library:
    return Library(HERE / "questionnaires")


def core() -> Questionnaire:
    return library().load("core@1.0").questionnaire


# Links


def without_code(page: str) -> str:
    return re.sub(r"```.*?```", "", page, flags=re.DOTALL)


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", without_code(text(path)), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(HERE).as_posix())
def test_every_relative_link_leads_somewhere(page):
    for target in LINK.findall(without_code(text(page))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if path.is_relative_to(HERE) and path.relative_to(HERE).as_posix() in PLANNED:
            continue
        assert path.exists(), f"{page.name} links {target}, which is not there"
        if anchor:
            assert anchor in anchors(path), f"{page.name} links {target}; that heading is not there"


def test_planned_pages_are_not_there_yet():
    assert [name for name in sorted(PLANNED) if (HERE / name).exists()] == []


def test_every_decision_stands_in_the_index():
    files = sorted(path.name for path in DOCS.glob("adr/[0-9]*.md"))
    linked = LINK.findall(text(DOCS / "adr" / "README.md"))
    assert linked == files
    assert [name[:4] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]


@pytest.mark.parametrize("path", sorted(DOCS.glob("adr/[0-9]*.md")), ids=lambda path: path.stem[:4])
def test_a_decision_has_its_three_parts(path):
    page = text(path)
    assert page.startswith(f"# {int(path.stem[:4])}. ")
    assert re.findall(r"^## (.+)$", page, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"]


# Keys


def structs_of(module: object) -> dict[str, type[Struct]]:
    return {name: kind for name, kind in vars(module).items()
            if isinstance(kind, type) and issubclass(kind, Struct) and kind.__module__ == module.__name__}  # fmt: skip


def own_fields(kind: type[Struct]) -> list[inspect.Field]:
    """The fields of a struct that its base does not have already."""
    inherited = {name for base in kind.__bases__ if issubclass(base, Struct) for name in base.__struct_fields__}
    return [field for field in inspect.type_info(kind).fields if field.name not in inherited]


def documented(page: Path) -> dict[str, str]:
    """What stands between the marker of a struct and the next marker or heading."""
    content = text(page)
    found: dict[str, str] = {}
    for marker in KEYS.finditer(content):
        rest = content[marker.end() :]
        following = re.sub(r"^(\s*<!-- keys of \w+ -->)+", "", rest)
        end = re.search(r"^(<!-- keys of|#+ )", following, flags=re.MULTILINE)
        found[marker.group(1)] = following[: end.start()] if end else following
    return found


QUESTIONNAIRE_STRUCTS = structs_of(model)
ANSWER_STRUCTS = {**structs_of(assessment), **structs_of(submission), **structs_of(card)}
OTHER_STRUCTS = {**structs_of(registers), **structs_of(translation), **structs_of(cases)}
NOT_OWN_FILES = {"Submission"}
"""The domain's form of an answers file; the file itself is documented."""
IN_PASSING = {"Standards", "Glossary", "GeneralAdvice", "Channels", "Lock"}
"""Frames of registers with one or two keys, told in a sentence."""

KNOWN = [
    *(("questionnaire.md", name) for name in sorted({**QUESTIONNAIRE_STRUCTS, **OTHER_STRUCTS})),
    *(("answers.md", name) for name in sorted(ANSWER_STRUCTS)),
]
ALL_STRUCTS = {**QUESTIONNAIRE_STRUCTS, **ANSWER_STRUCTS, **OTHER_STRUCTS}


@pytest.mark.parametrize(("page", "name"), [pair for pair in KNOWN if pair[1] not in NOT_OWN_FILES | IN_PASSING])
def test_every_field_is_documented(page, name):
    told = documented(DOCS / page)
    assert name in told, f"docs/{page} has no keys of {name}"
    named = set(CODE.findall(told[name]))
    fields = {field.encode_name for field in own_fields(ALL_STRUCTS[name])}
    assert sorted(fields - named) == [], f"keys of {name} that docs/{page} does not name"


def rows(block: str) -> list[list[str]]:
    """The first table of a block, without its head."""
    lines: list[str] = []
    for line in block.splitlines():
        if line.startswith("|"):
            lines.append(line)
        elif lines:
            break
    split = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return split[2:]


@pytest.mark.parametrize("name", sorted(set(QUESTIONNAIRE_STRUCTS) - {"Section"}))
def test_every_documented_key_exists(name):
    table = rows(documented(DOCS / "questionnaire.md")[name])
    keys = [key for row in table for key in CODE.findall(row[0])]
    fields = {field.encode_name for field in own_fields(QUESTIONNAIRE_STRUCTS[name])} | {"type"}
    if name == "Condition":
        fields = {field.encode_name for field in inspect.type_info(QUESTIONNAIRE_STRUCTS[name]).fields}
    assert set(keys) <= fields, f"docs/questionnaire.md names keys that {name} does not have"
    assert len(keys) == len(set(keys))


def stated_defaults(name: str) -> dict[str, str]:
    """Key → what the third of four columns says."""
    page = "questionnaire.md" if name in QUESTIONNAIRE_STRUCTS else "answers.md"
    table = rows(documented(DOCS / page).get(name, ""))
    return {key: row[2] for row in table if len(row) == 4 for key in CODE.findall(row[0])}


@pytest.mark.parametrize("name", [
    name for name in sorted({*QUESTIONNAIRE_STRUCTS, *ANSWER_STRUCTS}) if stated_defaults(name)
])  # fmt: skip
def test_defaults_are_the_ones_documented(name):
    stated = stated_defaults(name)
    for field in own_fields(ALL_STRUCTS[name]):
        says = stated[field.encode_name]
        assert field.required == (says == "required"), f"{name}.{field.encode_name}: {says}"
        if isinstance(field.default, int) or field.default in ("yes", "no", "declared"):
            assert says.strip("`") == str(field.default)


# Numbers


def of_scoring(place: str) -> object:
    value = msgspec.to_builtins(core().scoring)
    for key in place.split("."):
        value = value[key]
    return value


def test_the_table_of_numbers_is_what_core_states():
    section = text(DOCS / "scoring.md").split("## Numbers that a policy-maker can change")[1].split("\n## ")[0]
    told = {CODE.findall(row[0])[0]: int(row[1]) for row in rows(section)}
    stated = {place: of_scoring(place) for place in told}
    assert told == stated
    flat = [f"{key}.{inner}" if isinstance(value, dict) else key
            for key, value in msgspec.to_builtins(core().scoring).items()
            for inner in (value if isinstance(value, dict) else [""])]  # fmt: skip
    assert sorted(told) == sorted(flat)


def test_every_threshold_quoted_in_a_sentence_is_what_core_states():
    quoted = [(int(number), place) for page in PAGES for number, place in QUOTED.findall(text(page))]
    assert len(quoted) >= 6
    assert [(number, place) for number, place in quoted if of_scoring(place) != number] == []


def test_the_table_of_defaults_is_what_the_code_assumes():
    section = text(DOCS / "scoring.md").split("What is assumed where it is silent:")[1].split("\n## ")[0]
    told = [row[1] for row in rows(section)]
    steps = ", ".join(f"{start} → {points}" for start, points in PERCENTAGE_STEPS)
    maturity = ", ".join(str(points) for points in MATURITY_POINTS)
    assert told == [str(DEFAULT_AT_LEAST), str(DEFAULT_FRESH_FOR_MONTHS), str(DEFAULT_MAX), maturity, steps]


@pytest.mark.parametrize("page", ["scoring.md", "questionnaire.md", "answers.md"])
def test_items_and_facts_named_on_a_page_are_in_the_questionnaires(page):
    known = {"HOS-21", "KHM-01"}  # invented on the page, and said so
    for name in library().names():
        known |= {item.id for item in library().load(library().newest(name)).questionnaire.items}
    assert set(re.findall(r"\b[A-Z]{3,4}-[0-9]{2}\b", text(DOCS / page))) <= known


def item(name: str) -> dict[str, object]:
    for questionnaire in library().names():
        for each in library().load(library().newest(questionnaire)).questionnaire.items:
            if each.id == name:
                return plain(each)
    raise AssertionError(name)


@pytest.mark.parametrize(("page", "quoted", "name", "field", "value"), [
    ("scoring.md", "`[[0, 100], [31, 50], [61, 0]]`", "CORE-10", "steps", [[0, 100], [31, 50], [61, 0]]),
    ("scoring.md", "HOS-03 lists five tasks and requires `front_desk`", "HOS-03", "must_have", ["front_desk"]),
    ("scoring.md", "With 50 workers, 40 of\nthem trained (CORE-09)", "CORE-09", "of_fact", "workers"),
    ("scoring.md", "CORE-06 (checks before work with children) says `critical: yes`", "CORE-06", "critical", {"at_least": 75}),
    ("scoring.md", "asked only where `child_contact_roles` is yes", "CORE-06", "applies_if", {"fact": "child_contact_roles", "is": "yes"}),
    ("questionnaire.md", "steps: [[0, 0], [14, 50], [30, 100]]", "HOS-05", "steps", [[0, 0], [14, 50], [30, 100]]),
    ("questionnaire.md", "steps: [[0, 100], [25, 0]]", "CORE-03", "steps", [[0, 100], [25, 0]]),
    ("questionnaire.md", "steps: [[0, 100], [31, 50], [61, 0]], max: 366", "CORE-10", "max", 366),
    ("questionnaire.md", "applies_if: {fact: offers_childcare, is: yes}", "HOS-08", "applies_if", {"fact": "offers_childcare", "is": "yes"}),
])  # fmt: skip
def test_what_a_page_quotes_of_an_item_is_what_the_item_says(page, quoted, name, field, value):
    assert quoted in text(DOCS / page)
    assert item(name)[field] == value


def test_the_freshness_quoted_is_the_items_own():
    assert "CORE-09 says 12" in text(DOCS / "scoring.md")
    assert item("CORE-09")["evidence"]["fresh_for_months"] == 12
    assert len(item("HOS-03")["options"]) == 5


# The worked example


def only(*names: str) -> Questionnaire:
    sections = (msgspec.structs.replace(each, items=tuple(one for one in each.items if one.id in names))
                for each in core().sections)  # fmt: skip
    return msgspec.structs.replace(core(), facts=(), sections=tuple(each for each in sections if each.items))


def test_the_worked_example_comes_out_as_the_page_says():
    page = text(DOCS / "scoring.md")
    scorer = Scorer(only("CORE-01", "CORE-03", "CORE-04"))
    answers = {
        "CORE-01": Answer(value=4, evidence="documented"),
        "CORE-03": Answer(value="2026-06-21"),
        "CORE-04": Answer(value=2, evidence="documented"),
    }
    scored = scorer.score(Submission(as_of=date(2026, 11, 21), profile={}, answers=answers))
    total = result_document(scored)["total"]
    assert total["declared"] == {"points": 950, "weight": 11, "percent": "86.36"}
    assert total["assured"] == {"points": 670, "weight": 11, "percent": "60.91"}
    assert "950 ÷ 11 = 86.36 %" in page
    assert "670 ÷ 11 = 60.91 %" in page
    assert scored.outcome == "approaching"
    [reason] = result_document(scored)["reasons"]
    assert f"```json\n{_one_line(reason)}\n```" in page
    better = {**answers, "CORE-03": Answer(value="2026-06-21", evidence="documented")}
    lifted = scorer.score(Submission(as_of=date(2026, 11, 21), profile={}, answers=better))
    assert (lifted.total.assured.points, lifted.outcome) == (790, "met")


def _one_line(value: dict[str, object]) -> str:
    return msgspec.json.encode(value).decode().replace('":', '": ').replace(',"', ', "')


# Digests, as a stranger recomputes them from the page


def stranger(value: object) -> object:
    """The structure rule of docs/questionnaire.md, written again from the page."""
    if isinstance(value, list):
        return [stranger(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: there(each) if key in TEXT_FIELDS else stranger(each) for key, each in value.items()}


def there(value: object) -> object:
    if isinstance(value, list):
        return [there(each) for each in value]
    if isinstance(value, dict):
        return {key: there(each) for key, each in value.items()}
    return value is not None


@pytest.mark.parametrize("name", library().names())
def test_a_stranger_recomputes_both_digests(name):
    questionnaire = library().load(library().newest(name)).questionnaire
    document = plain(questionnaire)
    assert full_digest(questionnaire) == "sha256:" + hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    for key in ("version", "language", "includes"):
        del document[key]
    for each in (one for section in document["sections"] for one in section["items"]):
        each.pop("checked", None)
    assert structure_digest(questionnaire) == "sha256:" + hashlib.sha256(rfc8785.dumps(stranger(document))).hexdigest()


def test_the_page_lists_exactly_the_fields_that_are_texts():
    section = text(DOCS / "questionnaire.md").split("Texts are the values of")[1].split("Everything else stays")[0]
    assert set(CODE.findall(section)) == TEXT_FIELDS


# The gate


def test_every_code_of_the_gate_stands_on_the_page():
    source = text(HERE / "src/compliance/words/en_problems.py")
    gate = source.split("# Questionnaires: references")[1].split("# Command line")[0]
    codes = re.findall(r'^    "([a-z-]+)":', gate, flags=re.MULTILINE)
    section = text(DOCS / "questionnaire.md").split("## Publishing is a gate")[1].split("\n## ")[0]
    assert len(codes) > 40
    assert sorted(set(codes) - set(CODE.findall(section))) == []


def test_every_code_on_a_page_exists():
    section = text(DOCS / "questionnaire.md").split("## Publishing is a gate")[1].split("\n## ")[0]
    told = {code for row in rows(section[section.index("| check |") :]) for code in CODE.findall(row[1])}
    assert sorted(code for code in told - PROBLEMS.keys() if "-" in code) == []


def test_the_simulated_businesses_have_their_place():
    page = text(DOCS / "scoring.md")
    assert page.index("<!-- simulated businesses: begin -->") < page.index("<!-- simulated businesses: end -->")


def test_the_types_of_items_are_all_described():
    table = text(DOCS / "scoring.md").split("## Points by answer type")[1].split("**Steps.**")[0]
    tags = {kind.__struct_config__.tag for kind in QUESTIONNAIRE_STRUCTS.values()
            if issubclass(kind, model.Requirement | model.TextItem) and kind is not model.Requirement}  # fmt: skip
    assert {CODE.findall(row[0])[0] for row in rows(table)} == tags
    assert MaturityItem.__struct_config__.tag in tags
