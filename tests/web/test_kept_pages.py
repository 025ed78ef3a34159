"""What is drawn once for all strangers is drawn again as soon as anything is otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from compliance.domain.actor import Person
from compliance.usecases.means import Terms
from compliance.web.forms import Form
from compliance.web.page import View, Visit
from compliance.web.rendering import Frame, render_view

NOW = datetime(2031, 5, 6, 7, tzinfo=UTC)
FIRST, ANEW = 7711, 7722
"""Minutes that the page tells."""


@pytest.fixture
def draw(request):
    """Draws a page once as it is, and then, with other words, as it is asked for."""
    name = request.node.name

    def draw_again(*, kept_by=name, here="/privacy", language="en", **otherwise):
        frame = Frame(now=NOW, terms=Terms(issuer=name))
        first = View(template="public_privacy.html", kept_by=name, context={"idle_minutes": FIRST, "longest_hours": 12})
        again = View(
            template="public_privacy.html", kept_by=kept_by, context={"idle_minutes": ANEW, "longest_hours": 12}
        )
        assert str(FIRST) in render_view(first, visit(), frame).decode()
        for field, value in otherwise.items():
            setattr(frame, field, value)
        return render_view(again, visit(here=here, language=language), frame).decode()

    return draw_again


def visit(*, here="/privacy", language="en"):
    return Visit(path={}, here=here, query={}, form=Form(), language=language)


def test_the_same_page_is_not_drawn_again(draw):
    assert str(ANEW) not in draw()


@pytest.mark.parametrize("otherwise", [
    pytest.param({"now": NOW + timedelta(days=1)}, id="another day"),
    pytest.param({"terms": Terms(issuer="another")}, id="another issuer"),
    pytest.param({"kept_by": "another version"}, id="another version"),
    pytest.param({"person": Person("id", "Sok Dara", "sok@example.org", "en", email_is_verified=True)}, id="somebody signed in"),
    pytest.param({"kept_by": None}, id="kept by nothing"),
    pytest.param({"here": "/privacy?done=x"}, id="another query"),
    pytest.param({"here": "/elsewhere"}, id="another address"),
    pytest.param({"language": "km"}, id="another language"),
])  # fmt: skip
def test_what_differs_is_drawn_anew(draw, otherwise):
    assert str(ANEW) in draw(**otherwise)
