"""People: who belongs to an organisation, what they may do, and who is invited."""

from typing import Any, cast

from compliance.domain.actor import ROLES_OF, Role
from compliance.usecases.deed import Deed
from compliance.usecases.invitations import invite_person, list_invitations, revoke_invitation, send_again
from compliance.usecases.people import ROLES, change_roles, list_people, read_person, remove_person
from compliance.usecases.sites import ShownSite, list_sites
from compliance.web.lines import Choice, one_of, some_of
from compliance.web.page import A_SCREEN, Go, Page, View, Visit
from compliance.web.person_fields import read_email
from compliance.words.pages import language_name, page_languages

PEOPLE = "/organisations/{organisation_id}/people"
_MOST_SITES = 1000
FIELDS = {f"{each}[{index}]": each for each in ("roles", "site_ids") for index in range(50)}


def show_people(deed: Deed, visit: Visit) -> View:
    """Who belongs to it; for those who manage it, who is invited."""
    is_owner = deed.actor.is_owner
    invited = list_invitations(deed, cursor=visit.query.get("from"), limit=A_SCREEN) if is_owner else None
    people = list_people(deed)
    return View(template="people_list.html", context={
        "people": people, "invitations": invited, "site_names": _site_names(deed),
        "names": {each.user_id: each.name for each in people}, "me": deed.actor.user_id,
    })  # fmt: skip


def show_person(deed: Deed, visit: Visit) -> View:
    """What somebody may do, to be changed."""
    person = read_person(deed, visit["user_id"])
    return View(template="people_person.html", context={
        "person_shown": person, "is_me": person.user_id == deed.actor.user_id, **_choices(deed),
    })  # fmt: skip


def edit_person(deed: Deed, visit: Visit) -> Go:
    """Give somebody other roles or sites."""
    roles, site_ids = _roles(deed, visit)
    seen = visit.form.number("revision") or 0
    visit.form.check()
    change_roles(deed, visit["user_id"], roles=roles, site_ids=site_ids, seen=seen)
    return Go(to=_list(visit), done="roles-changed")


def show_removal(deed: Deed, visit: Visit) -> View:
    """Ask whether somebody is really to go."""
    person = read_person(deed, visit["user_id"])
    return View(template="people_remove.html",
                context={"person_shown": person, "is_me": person.user_id == deed.actor.user_id})  # fmt: skip


def remove(deed: Deed, visit: Visit) -> Go:
    """Take somebody out, or leave."""
    leaves = visit["user_id"] == deed.actor.user_id
    remove_person(deed, visit["user_id"])
    return Go(to="/organisations", done="organisation-left") if leaves else Go(to=_list(visit), done="person-removed")


def show_invite(deed: Deed, visit: Visit) -> View:
    """Whom to invite."""
    spoken = [Choice(each, language_name(each)) for each in page_languages()]
    return View(template="people_invite.html", context={**_choices(deed), "spoken": spoken,
                                                        "spoken_here": visit.language})  # fmt: skip


def invite(deed: Deed, visit: Visit) -> Go:
    """Mail the invitation."""
    form = visit.form
    email = read_email(form, "email")
    roles, site_ids = _roles(deed, visit)
    language = one_of(form, "language", [Choice(each, each) for each in page_languages()])
    form.check()
    invite_person(deed, email=email, roles=roles, site_ids=site_ids, language=language)
    return Go(to=_list(visit), done="invited")


def revoke(deed: Deed, visit: Visit) -> Go:
    """End an invitation."""
    revoke_invitation(deed, visit["invitation_id"])
    return Go(to=_list(visit), done="invitation-revoked")


def invite_again(deed: Deed, visit: Visit) -> Go:
    """Mail a new link."""
    send_again(deed, visit["invitation_id"])
    return Go(to=_list(visit), done="invited")


def _roles(deed: Deed, visit: Visit) -> tuple[tuple[Role, ...], tuple[str, ...] | None]:
    given = some_of(visit.form, "roles", [Choice(each, each) for each in _roles_here(deed)], needed=True)
    site_ids = visit.form.many("site_ids") if visit.form.raw("reach") == "some" else None
    if site_ids == ():
        visit.form.complain("sites-none-ticked", "site_ids")
    return cast("tuple[Role, ...]", given), site_ids


def _roles_here(deed: Deed) -> list[Role]:
    allowed = {role for kind in deed.actor.kinds for role in ROLES_OF[kind]}
    return [each for each in ROLES if each in allowed]


def _choices(deed: Deed) -> dict[str, Any]:
    return {"roles_here": _roles_here(deed), "sites": [each for each in _sites(deed) if each.closed_at is None]}


def _sites(deed: Deed) -> list[ShownSite]:
    """All that the actor sees, up to a thousand."""
    found: list[ShownSite] = []
    cursor: str | None = None
    while len(found) < _MOST_SITES:
        page = list_sites(deed, cursor=cursor, limit=200)
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    return found


def _site_names(deed: Deed) -> dict[str, str]:
    return {each.id: each.name for each in _sites(deed)}


def _list(visit: Visit) -> str:
    return f"/organisations/{visit['organisation_id']}/people"


PAGES = (
    Page(path=PEOPLE, show=show_people),
    Page(path=PEOPLE + "/invite", show=show_invite, do=invite, fields=FIELDS),
    Page(path=PEOPLE + "/{user_id}", show=show_person, do=edit_person, fields=FIELDS),
    Page(path=PEOPLE + "/{user_id}/removal", show=show_removal, do=remove),
    Page(path=PEOPLE + "/invitations/{invitation_id}/revocation", show=show_people, do=revoke),
    Page(path=PEOPLE + "/invitations/{invitation_id}/sending", show=show_people, do=invite_again),
)
