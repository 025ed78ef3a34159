"""The badge: its status in words, in every language, and nothing in it that could load or run."""

from datetime import date
from typing import get_args

import pytest
from lxml import etree
from msgspec.structs import replace

from compliance.documents.badge import BadgeShown, BadgeStatus, badge_says, draw_badge
from compliance.words.speaker import CATALOGUES, speaker

SVG = "{http://www.w3.org/2000/svg}"
GREEN = "#0b5f43"
BADGE = BadgeShown(
    number="CP-7QF4-M2XF", holder="Riverside Hotel", status="valid", assurance="desk_verified",
    valid_until=date(2027, 11, 22), address="https://check.example.org/certificates/CP-7QF4-M2XF",
)  # fmt: skip
LONG = "ក្រុមហ៊ុនសណ្ឋាគារនិងភោជនីយដ្ឋានទន្លេសាប " * 12


def drawn(badge, language="en"):
    return etree.fromstring(draw_badge(speaker(language), badge))


def text_of(tree):
    return " ".join(each.text for each in tree.iter(f"{SVG}text"))


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("status", get_args(BadgeStatus))
def test_every_status_is_said_in_words_and_only_a_valid_one_is_green(status, language):
    badge = replace(BADGE, status=status)
    tree = drawn(badge, language)
    says = badge_says(speaker(language), badge)
    assert says in tree.find(f"{SVG}desc").text
    assert says[:12] in text_of(tree)
    assert "Riverside Hotel" in text_of(tree)
    assert "CP-7QF4-M2XF" in text_of(tree)
    assert (GREEN in etree.tostring(tree).decode()) == (status == "valid")
    assert tree.get("lang") == language
    assert tree.get("role") == "img"


def test_no_status_is_said_as_another_is():
    said = {badge_says(speaker("en"), replace(BADGE, status=each)) for each in get_args(BadgeStatus)}
    assert len(said) == len(get_args(BadgeStatus))


def test_one_of_the_demonstration_is_never_green_and_says_what_it_is():
    tree = drawn(replace(BADGE, is_demo=True))
    assert "Demonstration. Not a real certificate." in text_of(tree)
    assert GREEN not in etree.tostring(tree).decode()


def test_nothing_in_it_loads_or_runs_and_names_are_text():
    evil = '<script>alert(1)</script><image href="https://evil.example"/>\x00\x1b"'
    tree = drawn(replace(BADGE, holder=evil))
    tags = {each.tag.removeprefix(SVG) for each in tree.iter()}
    assert tags == {"svg", "title", "desc", "rect", "path", "text"}
    assert not [
        name
        for each in tree.iter()
        for name in each.attrib
        if "href" in name or name.startswith("on") or name == "style"
    ]
    assert "url(" not in etree.tostring(tree).decode()
    assert "<script>alert(1)</script>" in text_of(tree).replace(" ", "")


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("holder", [LONG, "W" * 400, "i", "酒店" * 60, "Hotel " * 80])
def test_a_long_name_is_cut_and_stands_inside(holder, language):
    tree = drawn(replace(BADGE, holder=holder), language)
    height = float(tree.get("height"))
    lines = list(tree.iter(f"{SVG}text"))
    assert len(lines) <= 10
    assert all(0 < float(each.get("y")) < height for each in lines)
    assert ("…" in text_of(tree)) == (len(holder) > 10)
    assert "្…" not in text_of(tree), "no letter is cut in two"


def test_the_same_badge_is_the_same_bytes():
    assert draw_badge(speaker("km"), BADGE) == draw_badge(speaker("km"), BADGE)
