"""Whatever comes in, a refusal is the worst that comes out: never another exception, never a hang."""

import contextlib
import json
import math
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.errors import Refusal
from compliance.intake.answers import ANSWERS_LIMITS, parse_answers
from compliance.intake.library import Library
from compliance.intake.yaml_text import Limits, read_yaml
from compliance.usecases.assess import Assessor
from compliance.usecases.publishing import check_questionnaire
from compliance.words import say_problem
from fixtures.libraries import ANSWERS, ROOT, TINY, TODAY, copy_of, library

SMALL = Limits(size_bytes=20_000, nodes=500)
EXAMPLES = [ANSWERS / "good.yaml", *sorted((ROOT / "examples").glob("hotel-first-try.yaml"))]

SIGNS = st.sampled_from([*"{}[]:,-?!&*#|>'\"%@`\\~ \n\t", "---\n", "...\n", ": ", "- ", "\u200b", "\u202e", "é", "ក"])
YAMLISH = st.lists(SIGNS | st.text(max_size=4), max_size=60).map("".join)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["yes", "no", "never", "1.0", "core@1.0", "2026-02-30", "CORE-01", "INN-02", "__class__", "items"])
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.just("is"), inner, max_size=4),
    max_leaves=12,
)


def examples(count: int) -> settings:
    """So many examples, and as many times more as the profile has (`--hypothesis-profile search`)."""
    return settings(max_examples=count * settings.default.max_examples // 60)


def only_refusals(function, *arguments, **options):
    """Call it; a refusal is all right and can be said, anything else is not."""
    try:
        return function(*arguments, **options)
    except Refusal as refusal:
        for problem in refusal.problems:
            say_problem(problem)
        return None


@given(raw=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    only_refusals(read_yaml, raw, SMALL)


@given(text=st.text(max_size=200) | YAMLISH)
@examples(80)
def test_any_text_is_read_or_refused(text):
    only_refusals(read_yaml, text.encode("utf-8", "surrogatepass"), SMALL)


@given(tree=TREES)
@examples(80)
def test_what_is_written_as_json_is_read_as_it_was(tree):
    text = json.dumps(tree, allow_nan=False) if not _odd_floats(tree) else "0"
    plain = only_refusals(read_yaml, text.encode(), SMALL)
    if plain is not None and not re.search(r"\\u|[eE.]|[0-9]{19}", text):
        assert plain.data == json.loads(text)


def _odd_floats(tree) -> bool:
    if isinstance(tree, float):
        return math.isnan(tree) or tree in (float("inf"), float("-inf"))
    if isinstance(tree, dict):
        return any(map(_odd_floats, tree.values()))
    return isinstance(tree, list) and any(map(_odd_floats, tree))


@given(text=YAMLISH)
@examples(80)
def test_what_we_read_without_quotes_pyyaml_reads_as_the_same_shape(text):
    with contextlib.suppress(Refusal, yaml.YAMLError, RecursionError, ValueError):
        ours = read_yaml(text.encode(), SMALL)
        theirs = yaml.load(text, Loader=yaml.CBaseLoader)
        assert _shape(ours.data) == _shape(theirs)


def _shape(data):
    if isinstance(data, dict):
        return {str(key): _shape(each) for key, each in data.items()}
    return [_shape(each) for each in data] if isinstance(data, list) else ""


@given(raw=st.binary(max_size=300) | YAMLISH.map(str.encode))
def test_any_bytes_are_answers_or_refused(raw):
    only_refusals(parse_answers, raw, "a.yaml")


@pytest.fixture(scope="module")
def assessor():
    return Assessor(library(TINY))


@given(data=st.data())
@examples(60)
def test_mutated_answers_are_assessed_or_refused(assessor, data):
    path = data.draw(st.sampled_from(EXAMPLES))
    tree = read_yaml(path.read_bytes(), ANSWERS_LIMITS).data
    tree["questionnaire"] = "inn@1.0"
    mutate(tree, data)
    text = json.dumps(tree, ensure_ascii=False, allow_nan=False) if not _odd_floats(tree) else "{}"
    read = only_refusals(parse_answers, text.encode("utf-8", "surrogatepass"), "a.yaml", decisions_allowed=True)
    if read is not None:
        only_refusals(assessor.assess, read)


def mutate(tree, data) -> None:
    """Change one to three places: drop, replace, rename, repeat."""
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(_places(tree))
        if not places:
            return
        holder, key = data.draw(st.sampled_from(places))
        if not _is_there(holder, key):
            continue
        deed = data.draw(st.sampled_from(["replace", "replace", "drop", "rename", "swap"]))
        if deed == "drop":
            del holder[key]
        elif deed == "rename" and isinstance(holder, dict):
            holder[data.draw(st.text(max_size=8))] = holder.pop(key)
        elif deed == "swap":
            other, place = data.draw(st.sampled_from(places))
            if _is_there(other, place):
                holder[key] = json.loads(json.dumps(other[place]))
        else:
            holder[key] = data.draw(TREES)


def _is_there(holder, key) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def _places(tree):
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else []
    for key in keys:
        yield tree, key
        yield from _places(tree[key])


@given(data=st.data())
@examples(60)
def test_answers_with_mutated_letters_are_assessed_or_refused(assessor, data):
    text = data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8").replace("hospitality@", "inn@")
    read = only_refusals(parse_answers, scribbled(text, data).encode("utf-8", "surrogatepass"), "a.yaml")
    if read is not None:
        only_refusals(assessor.assess, read)


def scribbled(text: str, data) -> str:
    """The text with one to three places overwritten."""
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(YAMLISH) + text[end:]
    return text


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """A library whose files are overwritten again and again."""
    return copy_of(TINY, tmp_path_factory.mktemp("fuzz"))


def load_everything(folder) -> None:
    """Load and check, as commands do: neither may fault."""
    only_refusals(Library(folder).load, "inn@1.0")
    only_refusals(check_questionnaire, Library(folder), "inn@1.0", today=TODAY)


@given(data=st.data())
@examples(10)
@pytest.mark.parametrize("file", ["inn/1.0.yaml", "core/1.0.yaml", "inn/1.0.km.yaml", "inn/1.0.cases.yaml"])
def test_a_library_with_mutated_values_is_loaded_or_refused(spoilt, file, data):
    original = (TINY / file).read_bytes()
    tree = read_yaml(original, ANSWERS_LIMITS).data
    mutate(tree, data)
    try:
        (spoilt / file).write_text("{}" if _odd_floats(tree) else json.dumps(tree), encoding="utf-8")
        load_everything(spoilt)
    finally:
        (spoilt / file).write_bytes(original)


@given(data=st.data())
@examples(8)
@pytest.mark.parametrize("file", ["inn/1.0.yaml", "standards.yaml", "glossary.yaml", "inn/1.0.km.yaml"])
def test_a_library_with_mutated_letters_is_loaded_or_refused(spoilt, file, data):
    original = (TINY / file).read_bytes()
    try:
        text = scribbled(original.decode(), data)
        (spoilt / file).write_bytes(text.encode("utf-8", "surrogatepass"))
        load_everything(spoilt)
    finally:
        (spoilt / file).write_bytes(original)


@given(
    lock=YAMLISH | TREES.filter(lambda tree: not _odd_floats(tree)).map(lambda tree: json.dumps({"published": tree}))
)
@examples(8)
def test_any_lock_is_read_or_refused(spoilt, lock):
    path = spoilt / "published.lock"
    try:
        path.write_bytes(lock.encode("utf-8", "surrogatepass"))
        load_everything(spoilt)
    finally:
        path.unlink()


@given(name=st.text(max_size=40), version=st.text(max_size=20))
@examples(30)
def test_any_reference_is_found_or_refused(name, version):
    opened = library(TINY)
    for reference in (name, f"{name}@{version}", f"inn@{version}", f"{name}@1.0"):
        only_refusals(opened.path, reference)
        only_refusals(opened.newest, reference)
    only_refusals(opened.translated, "inn@1.0", name)
