"""What a page says in its language stands in the compiled template; what is filled in is escaped all the same."""

import pytest

from compliance.web.templating import environment


@pytest.mark.parametrize(("template", "page"), [
    ("""{{ _("Log in") }}, {{ _("Log in") | upper }}""", "Log in, LOG IN"),
    ("""{{ _("Log in <b>") }}{{ "<b>" }}""", "Log in <b>&lt;b&gt;"),
    ("""{{ _("Half, 50 %%") }}""", "Half, 50 %"),
    ("""{{ _("Hello %(name)s", name=name) }}""", "Hello &lt;Sok&gt;"),
    ("""{{ _(name) }}{% set said = _("Yes") %}{{ {"it": _("No")}["it"] }}{{ said }}""", "<Sok>NoYes"),
])  # fmt: skip
def test_texts_are_trusted_and_what_is_filled_in_is_not(template, page):
    assert environment("en").from_string(template).render(name="<Sok>") == page


def test_each_language_says_its_own():
    said = {
        language: environment(language).get_template("log_in.html").render(labels={}, form={})
        for language in ("en", "km")
    }
    assert "Log in" in said["en"]
    assert "ចូល" in said["km"]
    assert "Log in" not in said["km"]
