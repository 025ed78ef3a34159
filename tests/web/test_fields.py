"""Our fields are written out for speed; the macros of govuk_frontend_jinja stay what they are compared with."""

from datetime import date
from functools import cache

import pytest
from lxml import html
from markupsafe import Markup

from compliance.web.countries import country_names
from compliance.web.forms import Form
from compliance.web.templating import environment

OURS = """{% from "pieces/fields.html" import text_field, password_field, area_field, radio_fields, box_fields, box_list,
  select_field, country_field, day_field with context %}{% from "pieces/parts.html" import button, details, task_list %}"""
THEIRS = "".join(
    f'{{% from "govuk_frontend_jinja/components/{folder}/macro.html" import {name} %}}'
    for folder, name in [("input", "govukInput"), ("password-input", "govukPasswordInput"),
                         ("textarea", "govukTextarea"), ("radios", "govukRadios"), ("checkboxes", "govukCheckboxes"),
                         ("select", "govukSelect"), ("date-input", "govukDateInput"), ("button", "govukButton"),
                         ("details", "govukDetails"), ("task-list", "govukTaskList")]
)  # fmt: skip
WRONG = ', "errorMessage": {"text": mistake_at["it"], "visuallyHiddenText": _("Error")} if mistake_at["it"]'
HINT = ', "hint": {"text": hint} if hint'
PLAIN = [{"value": "a", "text": "<b>A & B</b>"}, {"value": "b", "text": 'Say "b"', "hint": {"text": "<i>Why</i>"}}]
RICH = [*PLAIN, {"divider": "or"}, {"value": "c", "text": "C", "id": "see", "label": {"attributes": {"lang": "km"}}},
        {"value": "d", "text": "D", "hint": {"text": "Because"}, "conditional": {"html": "<p>More <b>here</b></p>"}}]  # fmt: skip
BOXES = [*RICH, {"value": "none", "text": "None of these", "behaviour": "exclusive"}]
LONG = [{"value": str(each), "text": f"Country {each}"} for each in range(60)]


def canonical(text):
    """The elements with their attributes in order and their words; blanks do not count."""
    tree = html.fragment_fromstring(text, create_parent="main")

    def told(node):
        words = " ".join((node.text or "").split()) if node.tag != "textarea" else (node.text or "")
        return (node.tag, tuple(sorted(node.attrib.items())), words,
                tuple((told(each), " ".join((each.tail or "").split())) for each in node))  # fmt: skip

    return told(tree)


def drawn(source, **context):
    given = {"form": Form(), "labels": {}, "mistake_at": {}, "hint": None, **context}
    return compiled(source).render(given)


@cache
def compiled(source):
    return environment("en").from_string(OURS + THEIRS + source)


def assert_same(ours, theirs, **context):
    assert canonical(drawn(ours, **context)) == canonical(drawn(theirs, **context))


@pytest.fixture(params=["bare", "hint", "mistake", "hint and mistake", "typed"])
def context(request):
    """What stands around a field."""
    return {
        "hint": "<i>For</i> example" if "hint" in request.param else None,
        "mistake_at": {"it": 'Not <b>this</b> "way"'} if "mistake" in request.param else {},
        "form": Form({"it": ['b "quoted" <b>\nand a line']}) if request.param == "typed" else Form(),
    }


@pytest.mark.parametrize(("more", "theirs"), [
    ("", '"type": "text", "value": typed, "label": {"text": "It", "classes": "", "isPageHeading": false}'),
    (', value="x<y", type="email", autocomplete="email", inputmode="email", classes="govuk-input--width-5", spellcheck=False',
     '"type": "email", "value": typed, "autocomplete": "email", "inputmode": "email", "spellcheck": false, "label": {"text": "It"}, "classes": "govuk-input--width-5"'),
    (', value=7, heading=True, suffix="m<sup>2", spellcheck=True',
     '"value": typed, "suffix": {"text": "m<sup>2"}, "spellcheck": true, "label": {"text": "It", "classes": "govuk-label--l", "isPageHeading": true}'),
    (', value=None, label_classes="govuk-label--s"',
     '"value": typed, "label": {"text": "It", "classes": "govuk-label--s"}'),
])  # fmt: skip
def test_a_field_for_text_is_that_of_the_library(more, theirs, context):
    typed = 'form.raw("it") if "it" in form else ' + next(
        (each.partition("=")[2] for each in more.split(", ") if each.startswith("value=")), '""')  # fmt: skip
    assert_same(f'{{{{ text_field("it", "It", hint=hint{more}) }}}}',
                "{% set typed = " + typed + ' %}{{ govukInput({"id": "it", "name": "it", ' + theirs + HINT + WRONG + "}) }}",
                **context)  # fmt: skip


def test_a_field_for_a_password_is_that_of_the_library_and_never_shows_what_was_typed(context):
    assert_same('{{ password_field("it", "It", hint=hint, autocomplete="new-password") }}',
                '{{ govukPasswordInput({"id": "it", "name": "it", "label": {"text": "It"}, "autocomplete": "new-password", '
                '"showPasswordText": "Show", "hidePasswordText": "Hide", "showPasswordAriaLabelText": "Show password", '
                '"hidePasswordAriaLabelText": "Hide password", "passwordShownAnnouncementText": "Your password is visible", '
                '"passwordHiddenAnnouncementText": "Your password is hidden"' + HINT + WRONG + "}) }}", **context)  # fmt: skip


def test_an_area_is_that_of_the_library(context):
    assert_same('{{ area_field("it", "It", hint=hint, value="two\n  lines <x>", rows=3, label_classes="govuk-label--m") }}',
                '{{ govukTextarea({"id": "it", "name": "it", "rows": 3, '
                '"value": form.raw("it") if "it" in form else "two\n  lines <x>", '
                '"label": {"text": "It", "classes": "govuk-label--m"}' + HINT + WRONG + "}) }}", **context)  # fmt: skip


@pytest.mark.parametrize("items", [PLAIN, RICH], ids=["plain", "rich"])
@pytest.mark.parametrize("value", [None, "", "a", "d"])
@pytest.mark.parametrize("look", ["plain", "heading", "inline"])
def test_radios_are_those_of_the_library(items, value, look, context):
    legend = (
        '"isPageHeading": true, "classes": "govuk-fieldset__legend--l"' if look == "heading" else '"classes": "small"'
    )
    assert_same('{{ radio_fields("it", "It <b>", items, hint=hint, value=value, heading=look == "heading", '
                'inline=look == "inline", legend_classes="small") }}',
                '{{ govukRadios({"idPrefix": "it", "name": "it", "value": form.raw("it") if "it" in form else value, '
                '"classes": "govuk-radios--inline" if look == "inline" else "", "items": items, '
                '"fieldset": {"legend": {"text": "It <b>", ' + legend + "}}" + HINT + WRONG + "}) }}",
                items=items, value=value, look=look, **context)  # fmt: skip


@pytest.mark.parametrize("items", [PLAIN, BOXES], ids=["plain", "rich"])
@pytest.mark.parametrize("values", [(), ["a", "d"], ["none"]])
@pytest.mark.parametrize("is_heading", [False, True])
def test_boxes_are_those_of_the_library(items, values, is_heading, context):
    legend = '"isPageHeading": true, "classes": "govuk-fieldset__legend--l"' if is_heading else '"classes": "small"'
    assert_same('{{ box_fields("it", "It", items, hint=hint, values=values, heading=is_heading, legend_classes="small") }}',
                '{{ govukCheckboxes({"idPrefix": "it", "name": "it", "items": items, '
                '"values": form.many("it") | list if form else values | list, '
                '"fieldset": {"legend": {"text": "It", ' + legend + "}}" + HINT + WRONG + "}) }}",
                items=items, values=values, is_heading=is_heading, **context)  # fmt: skip


@pytest.mark.parametrize("items", [PLAIN, BOXES], ids=["plain", "rich"])
def test_boxes_without_a_legend_are_those_of_the_library(items, context):
    assert_same('{{ box_list("it", None, items, values, hint=hint) }}',
                '{{ govukCheckboxes({"idPrefix": "it", "name": "it", "items": items, "values": values, '
                '"fieldset": none' + HINT + WRONG + "}) }}",
                items=items, values=["b", "c"], **context)  # fmt: skip


@pytest.mark.parametrize(
    "items", [[*PLAIN, {"value": "", "text": "None"}, {"value": "e", "text": "E", "disabled": True}], LONG]
)
@pytest.mark.parametrize("value", ["", "a", "7"])
def test_a_choice_from_a_list_is_that_of_the_library(items, value, context):
    assert_same('{{ select_field("it", "It", items, hint=hint, value=value) }}',
                '{{ govukSelect({"id": "it", "name": "it", "value": form.raw("it") if "it" in form else value, '
                '"items": items, "label": {"text": "It"}' + HINT + WRONG + "}) }}",
                items=items, value=value, **context)  # fmt: skip


@pytest.mark.parametrize("first", [None, "None <at all>"])
@pytest.mark.parametrize("value", ["", "KH", "ZZ", "<b>"])
def test_a_choice_of_a_country_is_that_of_the_library(first, value, context):
    items = [{"value": code, "text": name} for code, name in country_names("en").items()]
    assert_same('{{ country_field("it", "It", first=first, hint=hint, value=value) }}',
                '{{ govukSelect({"id": "it", "name": "it", "value": form.raw("it") if "it" in form else value, '
                '"items": items, "label": {"text": "It"}' + HINT + WRONG + "}) }}",
                items=[{"value": "", "text": first}, *items] if first else items, first=first, value=value, **context)  # fmt: skip


@pytest.mark.parametrize("value", [None, date(2026, 3, 27)])
@pytest.mark.parametrize("typed", [{}, {"it-day": ["31"], "it-month": ["<2>"], "it-year": [""]}])
def test_a_day_is_that_of_the_library_but_for_one_id_that_would_stand_twice(value, typed, context):
    part = ('{"name": "PART", IDS"label": "LABEL", "classes": "govuk-input--width-WIDE" ~ wrong, '
            '"value": form.raw("it-PART") if "it-PART" in form else (value.PART if value else "")}')  # fmt: skip
    parts = ", ".join(
        part.replace("PART", name).replace("LABEL", label).replace("WIDE", wide).replace("IDS", ids)
        for name, label, wide, ids in [
            ("day", "Day", "2", '"id": "it", '),
            ("month", "Month", "2", ""),
            ("year", "Year", "4", ""),
        ]
    )
    context = {**context, "form": Form(typed), "value": value}
    theirs = drawn('{% set wrong = " govuk-input--error" if mistake_at["it"] else "" %}'
                   '{{ govukDateInput({"id": "it", "namePrefix": "it", "items": [' + parts + "], "
                   '"fieldset": {"legend": {"text": "It", "classes": "govuk-fieldset__legend--s"}}' + HINT + WRONG + "}) }}",
                   **context)  # fmt: skip
    assert theirs.count('id="it"') == 2
    ours = drawn('{{ day_field("it", "It", hint=hint, value=value) }}', **context)
    assert ours.count('id="it"') == 1
    assert canonical(ours) == canonical(
        theirs.replace('<div class="govuk-date-input" id="it">', '<div class="govuk-date-input">')
    )


@pytest.mark.parametrize("more", [
    {}, {"classes": "govuk-button--secondary"}, {"name": "then", "value": "list"}, {"name": "then", "value": 'a "b"'},
    {"href": "/there?a=1&b=2"}, {"href": "/there", "classes": "govuk-button--secondary"},
])  # fmt: skip
def test_a_button_is_that_of_the_library(more):
    context = {"classes": "", "name": None, "value": None, "href": None, **more}
    assert_same('{{ button("Go <on>", classes=classes, name=name, value=value, href=href) }}',
                '{{ govukButton({"text": "Go <on>", "classes": classes, "name": name, "value": value, "href": href, '
                '"preventDoubleClick": not href}) }}', **context)  # fmt: skip


def test_every_field_tells_the_summary_of_mistakes_its_label():
    labels = {}
    drawn('{{ text_field("a", "A") }}{{ password_field("b", "B") }}{{ area_field("c", "C") }}{{ radio_fields("d", "D", []) }}'
          '{{ box_fields("e", "E", []) }}{{ select_field("f", "F", []) }}{{ day_field("g", "G") }}'
          '{{ country_field("h", "H") }}', labels=labels)  # fmt: skip
    assert labels == {each: each.upper() for each in "abcdefgh"}


def test_what_a_radio_reveals_keeps_the_lines_that_were_typed():
    source = '{{ radio_fields("it", "It", [{"value": "a", "text": "A", "conditional": {"html": html}}]) }}'
    assert "<textarea>one\ntwo</textarea>" in drawn(source, html="<textarea>one\ntwo</textarea>")


@pytest.mark.parametrize("is_open", [True, False, None])
def test_details_are_those_of_the_library(is_open):
    assert_same('{% call details("More <x>", open=is_open) %}<p>Inside & out</p>{% endcall %}',
                '{% call govukDetails({"summaryText": "More <x>", "open": is_open}) %}<p>Inside & out</p>{% endcall %}',
                is_open=is_open)  # fmt: skip


def test_a_list_of_tasks_is_that_of_the_library():
    tasks = [{"text": "Begin <here>", "href": "/a?b&c", "hint": "Soon <x>", "status": Markup("<strong>Ready</strong>")},
             None, {"text": "Go on", "href": "/b", "hint": None, "status": Markup("<em>Not yet</em>")},
             {"text": "End", "href": None, "hint": "Later", "status": Markup("<em>Later</em>")}]  # fmt: skip
    theirs = [each and {"title": {"text": each["text"]}, "href": each["href"], "status": {"html": each["status"]},
                        "hint": {"text": each["hint"]} if each["hint"] else None} for each in tasks]  # fmt: skip
    assert_same('{{ task_list("it", tasks) }}', '{{ govukTaskList({"idPrefix": "it", "items": given}) }}',
                tasks=tasks, given=theirs)  # fmt: skip
