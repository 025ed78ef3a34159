"""A whole that a reviewer corrects to none: the gate keeps it from being possible, and the rule refuses it all the same."""

import pytest

from build import corrected, number_fact, pairs, percentage, questionnaire, refused
from compliance.domain.scoring import Part


@pytest.mark.parametrize("may_be_none", ["no", "yes"])
def test_a_whole_that_is_corrected_to_none_is_refused_by_name(may_be_none):
    asked = questionnaire(percentage(of_fact="guests", may_be_none=may_be_none), facts=[number_fact("guests")])
    problems = refused(asked, {"ONE-01": Part(0)}, profile={"guests": 5}, decisions={"guests": corrected(0)})
    assert pairs(problems) == [("value-whole-zero", "decisions.guests")]
