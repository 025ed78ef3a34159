"""The journal in words: what is counted is told as one thing or as many."""

from datetime import UTC, datetime

import pytest

from compliance.domain.journal import Entry
from compliance.words.journal import Named, say_entry


@pytest.mark.parametrize(("answers", "facts", "said"), [
    (1, 1, "1 answer and 1 fact of"), (2, 0, "2 answers and 0 facts of"),
])  # fmt: skip
def test_one_answer_is_not_told_as_many(answers, facts, said):
    entry = Entry(organisation_id="o", position=1, at=datetime(2026, 11, 22, tzinfo=UTC), actor="nobody",
                  kind="answers-confirmed", facts={"answers": answers, "facts": facts})  # fmt: skip
    assert said in say_entry(entry, Named(), "en")
    assert str(answers) in say_entry(entry, Named(), "km")
