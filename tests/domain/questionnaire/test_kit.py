"""The starter kit's templates: a block is exactly one thing."""

import msgspec
import pytest

from compliance.domain.questionnaire.starter_kit import KIT_NAMES, KitBlock, KitDocument, KitName


@pytest.mark.parametrize(
    "block",
    [
        {"heading": "Rules"},
        {"text": "We protect children."},
        {"bullets": ["One", "Two"]},
        {"fill": "Name"},
        {"fill": ["Name", "Date"]},
        {"table": {"columns": ["Day"], "rows": 3}},
        {"cards": {"front": ["See"], "back": ["Say"]}},
        {"channels": "yes"},
    ],
)
def test_a_block_is_exactly_one_thing(block):
    assert msgspec.to_builtins(msgspec.convert(block, KitBlock)).keys() == block.keys()


@pytest.mark.parametrize(
    "block", [{}, {"heading": "Rules", "text": "We protect children."}, {"fill": []}, {"song": "La"}]
)
def test_a_block_of_nothing_or_of_two_things_is_refused(block):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(block, KitBlock)


def test_a_template_is_one_of_those_that_are_named():
    plain = {"document": "policy", "language": "en", "reviewed": "no", "title": "Policy", "items": ["CORE-01"],
             "note": "Sign it.", "blocks": [{"text": "We protect children."}]}  # fmt: skip
    assert msgspec.convert(plain, KitDocument).title == "Policy"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**plain, "document": "song"}, KitDocument)
    assert set(KIT_NAMES) == set(KitName.__args__)
