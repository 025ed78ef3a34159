"""Shaping and line breaking: no cut within a cluster, nothing lost, nothing wider than the line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.documents._fonts import FAMILIES, face_of
from compliance.documents._lines import Run, breakable, fill, strong
from compliance.documents._shaping import clean, clusters, shape

COENG = "\u17d2"
khmer = st.text(
    st.sampled_from([chr(code) for code in range(0x1780, 0x17D4)] + [COENG] * 20 + [" ", "a", "\u200b"]), max_size=80
)
anything = st.text(st.characters(codec="utf-8"), max_size=80)


def text_of(lines):
    return "".join(line.text for line in lines)


@settings(deadline=None)
@given(khmer, st.floats(min_value=1, max_value=12))
def test_no_line_begins_within_a_khmer_cluster(text, measure):
    ends = set()
    at = 0
    for cluster in clusters(text):
        ends.add(at := at + len(cluster))
    at = 0
    for line in fill(text, measure)[:-1]:
        at += len(line.text)
        assert at in ends


def test_a_subscript_stays_with_its_consonant():
    for line in fill("ស្ត្រីក្រុងព្រះសីហនុ" * 5, 3.0):
        assert not line.text.startswith(COENG)
        assert not line.text.endswith(COENG)


@settings(deadline=None)
@given(anything, st.floats(min_value=0.1, max_value=30))
def test_filling_loses_no_letter(text, measure):
    cleaned = clean(text)
    assert text_of(fill(text, measure)) == cleaned.replace("\n", "")


@settings(deadline=None)
@given(st.lists(st.tuples(anything, st.booleans()), max_size=5))
def test_runs_keep_their_words(parts):
    words = [Run(text, bold=bold) for text, bold in parts]
    assert text_of(fill(words, 20)) == clean("".join(text for text, _ in parts)).replace("\n", "")


@pytest.mark.parametrize("words", ["word " * 50, "x" * 400, "តើបុគ្គលិកបានទទួលការបណ្តុះបណ្តាលឬទេ?" * 5, "上海" * 60])
def test_no_line_is_wider_than_it_may_be(words):
    for line in fill(words, 12.0):
        assert line.width <= 12.05


def test_khmer_is_broken_between_words():
    assert breakable("តើបុគ្គលិកបានទទួលការបណ្តុះបណ្តាល") == ("តើ", "បុគ្គលិក", "បាន", "ទទួលការ", "បណ្តុះបណ្តាល")


def test_breaks_are_right_after_letters_outside_the_basic_plane():
    assert breakable("😀 one two") == ("😀 ", "one ", "two")


def test_a_bold_run_is_measured_in_its_own_face():
    (plain,) = fill("Compliance", 50)
    (bold,) = fill(strong("Compliance"), 50)
    assert bold.width > plain.width
    assert bold.pieces[0].shaped.face.name == "NotoSans-Bold"


def test_latin_and_khmer_are_set_in_their_own_faces():
    names = [shaped.face.name for shaped in shape("Hotel សណ្ឋាគារ, 2026")]
    assert names == ["NotoSans-Regular", "NotoSansKhmer-Regular", "NotoSans-Regular"]


def test_plain_latin_needs_no_spelling_out():
    (latin,) = shape("Office affluent fjord")
    assert latin.is_plain
    assert not any(shaped.is_plain for shaped in shape("ខ្ញុំ"))


@pytest.mark.parametrize("sign", list("→←↑↓✓✗☐☑☒•–—…“”‘’«»≥≤≠≈×·€₫៛฿ễ☆▯"))
def test_the_signs_that_documents_use_are_there(sign):
    assert all(shaped.text == sign for shaped in shape(sign))
    assert shape(sign)[0].glyphs
    assert shape(sign)[0].face.font.letters >= {ord(sign)}


def test_both_weights_of_a_family_have_the_same_letters():
    for family in FAMILIES:
        assert face_of(family).font.letters == face_of(family, bold=True).font.letters


def test_line_feeds_end_lines():
    assert [line.text for line in fill("one\ntwo\n\nthree", 50)] == ["one", "two", "", "three"]
