"""The places that an organisation runs. A site is closed, never deleted: certificates may speak of it."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from compliance.errors import Conflict, NotFound
from compliance.store.organisations import Site
from compliance.usecases.deed import Deed
from compliance.usecases.pages import read_id_cursor, write_cursor
from compliance.usecases.people import check_owner
from compliance.usecases.revisions import StaleRevision, check_revision


class NoSuchSite(NotFound):
    """There is no such site in this organisation."""

    code = "no-such-site"


class ReferenceTaken(Conflict):
    """Another site of this organisation has this reference."""

    code = "site-reference-taken"


class SiteClosed(Conflict):
    """This site is closed and stays as it was."""

    code = "site-closed"


class ShownSite(Struct, frozen=True, kw_only=True):
    """A place that an organisation runs."""

    id: str
    name: str
    town: str | None
    country: str
    reference: str | None
    """What the organisation itself calls it, such as a number in its own system; no two are the same."""
    revision: int
    created_at: datetime
    closed_at: datetime | None


class SitePage(Struct, frozen=True, kw_only=True):
    """Some sites, oldest first."""

    items: tuple[ShownSite, ...]
    next: str | None
    """The cursor of the following page; null on the last one."""


class SiteChange(Struct, frozen=True, kw_only=True):
    """What is to be different; what is unset stays."""

    name: str | UnsetType = UNSET
    town: str | UnsetType | None = UNSET
    country: str | UnsetType = UNSET
    reference: str | UnsetType | None = UNSET


def list_sites(deed: Deed, *, cursor: str | None, limit: int) -> SitePage:
    """The sites that the actor may see, closed ones too.

    Raises:
        CursorWrong: see `read_id_cursor`.
    """
    after = read_id_cursor(cursor)
    found = deed.unit.organisations.sites(deed.organisation_id, after=after, limit=limit + 1)
    page = found[:limit]
    return SitePage(
        items=tuple(_shown(each) for each in page if deed.actor.sees_sites(frozenset({each.id}))),
        next=write_cursor(page[-1].id) if len(found) > limit else None,
    )


def read_site(deed: Deed, site_id: str) -> ShownSite:
    """One site.

    Raises:
        NoSuchSite: there is none, or the actor is limited to others.
    """
    return _shown(_site(deed, site_id))


def add_site(deed: Deed, *, name: str, town: str | None, country: str, reference: str | None) -> ShownSite:
    """A new site.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        ReferenceTaken: another site has the reference.
    """
    check_owner(deed)
    _check_reference(deed, reference)

    site = Site(id=deed.new_id(), name=name.strip(), town=town, country=country, reference=reference, revision=1,
                created_at=deed.now, closed_at=None)  # fmt: skip

    deed.unit.organisations.add_site(deed.organisation_id, site)
    deed.record("site-added", site=site.id)
    return _shown(site)


def change_site(deed: Deed, site_id: str, change: SiteChange, *, seen: int) -> ShownSite:
    """Change what is set.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchSite: there is none.
        StaleRevision: somebody else changed it meanwhile.
        SiteClosed: it is closed.
        ReferenceTaken: another site has the reference.
    """
    check_owner(deed)
    before = _open_site(deed, site_id, seen)
    given = {name: getattr(change, name) for name in change.__struct_fields__ if getattr(change, name) is not UNSET}
    after = replace(before, **given, revision=before.revision + 1)
    if after.reference != before.reference:
        _check_reference(deed, after.reference)

    _store(deed, after, seen)
    deed.record("site-changed", site=site_id, fields=",".join(given))
    return _shown(after)


def close_site(deed: Deed, site_id: str, *, seen: int) -> ShownSite:
    """No assessment begins for it any more; what was begun and what was certified stays.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchSite: there is none.
        StaleRevision: somebody else changed it meanwhile.
        SiteClosed: it is closed already.
    """
    check_owner(deed)
    before = _open_site(deed, site_id, seen)

    after = replace(before, closed_at=deed.now, revision=before.revision + 1)

    _store(deed, after, seen)
    deed.record("site-closed", site=site_id)
    return _shown(after)


def _site(deed: Deed, site_id: str) -> Site:
    site = deed.unit.organisations.find_site(deed.organisation_id, site_id)
    if site is None or not deed.actor.sees_sites(frozenset({site_id})):
        raise NoSuchSite
    return site


def _open_site(deed: Deed, site_id: str, seen: int) -> Site:
    site = _site(deed, site_id)
    check_revision(seen, site.revision, current=_shown(site))
    if site.closed_at is not None:
        raise SiteClosed
    return site


def _store(deed: Deed, site: Site, seen: int) -> None:
    if not deed.unit.organisations.update_site(deed.organisation_id, site, seen=seen):
        raise StaleRevision(_shown(_site(deed, site.id)))


def _check_reference(deed: Deed, reference: str | None) -> None:
    if reference is not None and deed.unit.organisations.site_with_reference(deed.organisation_id, reference):
        raise ReferenceTaken


def _shown(site: Site) -> ShownSite:
    return ShownSite(**{name: getattr(site, name) for name in ShownSite.__struct_fields__})
