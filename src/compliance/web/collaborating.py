"""Answering together: a section with its person, comments, and saying yes to what was carried over."""

from msgspec import Struct

from compliance.domain.questionnaire import Item
from compliance.errors import NotFound
from compliance.usecases.answering import confirm_carried
from compliance.usecases.carrying import CarryOver, preview_carry_over
from compliance.usecases.collaborating import (
    PersonCannotAnswer,
    add_comment,
    assign_section,
    delete_comment,
    unassign_section,
)
from compliance.usecases.deed import Deed
from compliance.usecases.people import ShownMember, list_people
from compliance.usecases.revisions import StaleRevision
from compliance.web.answering import seen_revision, show_item
from compliance.web.page import Go, Page, View, Visit
from compliance.web.sheet import ASSESSMENT, Sheet, common, open_sheet

SECTION = ASSESSMENT + "/sections/{section}"
COMMENTS = ASSESSMENT + "/comments/{item}"
CONFIRM = ASSESSMENT + "/confirm"
_LONGEST_COMMENT = 2000
_ANSWERING = frozenset({"owner", "contributor", "signatory"})


class CarriedItem(Struct, frozen=True, kw_only=True):
    """A carried answer that waits for somebody's yes."""

    item: Item
    said: str
    note: str
    revision: int
    is_proposed: bool


class CarriedSection(Struct, frozen=True, kw_only=True):
    """A section with the carried answers in it."""

    id: str
    title: str
    items: tuple[CarriedItem, ...]
    can_answer: bool


def show_section(deed: Deed, visit: Visit) -> View:
    """The items of a section, who answers it, and what waits to be confirmed."""
    sheet = open_sheet(deed, visit)
    section = sheet.section(visit["section"])
    place = sheet.standing.section(section.id)
    may_assign = sheet.standing.is_open and deed.actor.has("owner", "signatory")
    given = {item.id: sheet.say(item, each.answer) for item in section.items if (each := sheet.standing.given(item.id))}
    context = {
        **common(deed, sheet), "section": section, "place": place, "said": given, "may_assign": may_assign,
        "asked": sheet.asked_in(section), "people": _people(deed, sheet) if may_assign else [],
        "first": next((each.id for each in sheet.asked_in(section) if sheet.standing.items[each.id].state != "done"), None),
        "assigned_name": sheet.standing.names.get(place.assigned_to or "", ""),
        "left_out": len(section.items) - len(sheet.asked_in(section)),
    }  # fmt: skip
    return View(template="assessment_section.html", context=context)


def _people(deed: Deed, sheet: Sheet) -> list[ShownMember]:
    """Those who may be given a section."""
    sites = {site_id for site_id, _ in sheet.standing.sites}
    return [each for each in list_people(deed)
            if _ANSWERING & set(each.roles) and (each.site_ids is None or sites <= set(each.site_ids))]  # fmt: skip


def assign(deed: Deed, visit: Visit) -> Go:
    """Give the section to somebody, or to nobody in particular."""
    user_id = visit.form.raw("person")
    back = SECTION.format(**visit.path)
    if not user_id:
        try:
            unassign_section(deed, visit["assessment_id"], visit["section"])
        except NotFound:
            open_sheet(deed, visit).section(visit["section"])  # a section that is nobody's already: all is well
        return Go(to=back, done="section-free")
    try:
        assign_section(deed, visit["assessment_id"], visit["section"], user_id)
    except PersonCannotAnswer as refusal:
        visit.form.complain(refusal.problems[0].code, "person", **refusal.problems[0].facts)
        visit.form.check()
    return Go(to=back, done="section-given")


def comment(deed: Deed, visit: Visit) -> Go:
    """Say something beside an item."""
    text = visit.form.text("comment", most=_LONGEST_COMMENT)
    visit.form.check()
    add_comment(deed, visit["assessment_id"], visit["item"], text)
    return Go(to=(ASSESSMENT + "/items/{item}").format(**visit.path) + "#comments", done="comment-added")


def take_comment_away(deed: Deed, visit: Visit) -> Go:
    """Delete a comment."""
    delete_comment(deed, visit["assessment_id"], visit["item"], visit["comment_id"])
    return Go(to=(ASSESSMENT + "/items/{item}").format(**visit.path) + "#comments", done="comment-deleted")


def show_confirm(deed: Deed, visit: Visit) -> View:
    """What was carried over and waits for a yes, section by section; and what has changed since."""
    return _confirm_view(deed, visit)


def _confirm_view(deed: Deed, visit: Visit, *, is_stale: bool = False) -> View:
    sheet = open_sheet(deed, visit)
    carried = [each for section in sheet.questionnaire.sections if (each := _carried(sheet, section.id)).items]
    facts = [
        (fact, sheet.say_fact(fact, given.value))
        for fact in sheet.questionnaire.facts
        if (given := sheet.standing.draft.facts.get(fact.id))
        and not given.counts
        and fact.id in sheet.standing.asked.facts
    ]
    context = {**common(deed, sheet), "carried": carried, "facts": facts, "is_stale": is_stale,
               "changed": _changed(deed, sheet), "texts": {each.id: each.text for each in sheet.questionnaire.items},
               "items": sheet.standing.items}  # fmt: skip
    return View(template="assessment_confirm.html", context=context, status=409 if is_stale else 200)


def _carried(sheet: Sheet, section_id: str) -> CarriedSection:
    section = sheet.section(section_id)
    waiting = [
        CarriedItem(item=item, said=sheet.say(item, given.answer), note=given.answer.note, revision=given.revision,
                    is_proposed=given.source == "proposed")
        for item in section.items
        if sheet.standing.items[item.id].state == "confirm" and (given := sheet.standing.given(item.id))
    ]  # fmt: skip
    return CarriedSection(id=section.id, title=section.title, items=tuple(waiting),
                          can_answer=sheet.standing.section(section_id).can_answer)  # fmt: skip


def _changed(deed: Deed, sheet: Sheet) -> CarryOver | None:
    """What is different from last time; None where nothing was carried or the source is not the reader's to see."""
    assessment = sheet.standing.assessment
    if assessment.carried_from is None:
        return None
    sites = tuple(site_id for site_id, _ in sheet.standing.sites)
    try:
        return preview_carry_over(deed, assessment.carried_from, sector=assessment.sector, country=assessment.country,
                                  site_ids=sites)  # fmt: skip
    except NotFound:
        return None


def confirm(deed: Deed, visit: Visit) -> Go | View:
    """Say yes to the answers, and the facts, that the page showed."""
    form = visit.form
    items = {item: seen_revision(form, item) for item in form.many("item")}
    facts = form.many("fact")
    if items or facts:
        try:
            confirm_carried(deed, visit["assessment_id"], items=items, facts=facts)
        except StaleRevision:
            return _confirm_view(deed, visit, is_stale=True)
    back = form.raw("back")
    here = ASSESSMENT.format(**visit.path)
    is_section = any(
        back == each for each in deed.means.shelf.sections_of(open_sheet(deed, visit).standing.digest).values()
    )
    return Go(to=f"{here}/sections/{back}" if is_section else f"{here}/confirm", done="confirmed")


PAGES = (
    Page(path=SECTION, show=show_section, do=assign, fields={"user_id": "person"}),
    Page(path=COMMENTS, show=show_item, do=comment),
    Page(path=COMMENTS + "/{comment_id}/delete", show=show_item, do=take_comment_away),
    Page(path=CONFIRM, show=show_confirm, do=confirm),
)
