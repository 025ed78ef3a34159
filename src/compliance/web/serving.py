"""From a request to a page and back: the one place that reads cookies, forms and where a request came from.

1. refuse what another site sent; read the form;
2. count a try where the page says so, in a transaction of its own;
3. open the deed: who is it, for whom; do it; commit;
4. where it was refused, ask the page again with what was typed and what is wrong;
5. render, when no transaction is open any more.
"""

import itertools
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from compliance.errors import Forbidden, NotFound, Refusal
from compliance.http.desk import Desk
from compliance.http.statuses import status_of
from compliance.usecases.credentials import NotSignedIn
from compliance.usecases.deed import Deed
from compliance.usecases.organisations import MyOrganisation, list_my_organisations
from compliance.usecases.patience import patiently
from compliance.usecases.second_factor import SecondFactorDue
from compliance.web.forms import Form
from compliance.web.page import Download, Go, Page, View, Visit
from compliance.web.rendering import Frame, render_view
from compliance.words.pages import SOURCE

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LOG_IN = "/log-in"
_IN_ADDRESSES = "/?&=%:;,+@~!$'()*[]#"
SECOND_FACTOR = "/account/second-factor"


class OtherSite(Forbidden):
    """This was sent from another site, so it was not done. Open the page here and send it again."""

    code = "other-site"


class NoSuchPage(NotFound):
    """There is no such page here."""

    code = "no-such-page"


class Asked(Struct, kw_only=True):
    """A request, as it came in."""

    is_post: bool
    path: dict[str, str]
    here: str
    query: dict[str, str]
    body: bytes = b""
    content_type: str = ""
    credential: str | None = None
    language: str = SOURCE
    has_chosen_language: bool = False
    client: str = ""
    device: str = ""
    is_own: bool = True
    """Whether the browser says that a page of ours sent it."""


class Given(Struct, kw_only=True):
    """An answer, ready to be sent."""

    status: int = 200
    headers: dict[str, str] = {}
    body: bytes = b""
    chunks: Iterator[bytes] | None = None
    session: str | None = None
    ends_session: bool = False
    language: str | None = None
    is_made_up: bool = False
    """Whether a session was shown that is none: so many of them from one address are refused."""


class _Shown(Struct):
    """What a page gave, with who asked for it."""

    outcome: View | Go | Download
    visit: Visit
    frame: Frame


class _Request(Struct):
    """What is answered."""

    desk: Desk
    page: Page
    asked: Asked
    form: Form
    chunks: Iterator[bytes] | None = None


def serve(desk: Desk, page: Page, asked: Asked, chunks: Iterator[bytes] | None = None) -> Given:
    """Answer one request. Blocks; runs in a thread.

    Raises:
        Refusal: what the pages of failures tell.
        Unavailable: the database is out of reach, or too many are in each other's way.
    """
    for name in page.parameters:
        part = asked.path[name]
        if (name.endswith("_id") and not ID.fullmatch(part)) or len(part) > 300 or not part.isprintable():
            raise NoSuchPage
    if asked.is_post and not asked.is_own:
        raise OtherSite
    form = Form.read(asked.body) if asked.is_post and page.upload is None else Form()
    request = _Request(desk, page, asked, form, chunks)
    try:
        return _finished(_answer(request))
    except NotSignedIn:
        is_made_up = asked.credential is not None
        if page.access == "anyone":  # an old cookie must not close the doors that are open to anybody
            asked.credential = None
            given = _finished(_answer(request))
            given.ends_session = given.session is None
        else:
            given = _to_log_in(asked, form if page.keeps else Form())
        given.is_made_up = is_made_up
        return given
    except SecondFactorDue:
        to = asked.here if not asked.is_post else "/organisations"
        return Given(status=303, headers={"location": f"{SECOND_FACTOR}?to={quote(to, safe='')}"})


def _answer(request: _Request) -> _Shown:
    page, refusal = request.page, None
    if request.asked.is_post:
        try:
            return _done(request)
        except (NotSignedIn, NotFound):
            raise
        except Refusal as refused:
            refusal = refused
    shown = patiently(lambda: _in_deed(request, page.show, writes=page.show_writes, refusal=refusal))
    if refusal is None:
        return shown
    if not isinstance(shown.outcome, View):
        raise refusal  # an address that only takes a form has no page of its own to say it on
    if shown.outcome.status == 200:
        shown.outcome.status = status_of(type(refusal))
    return shown


def _done(request: _Request) -> _Shown:
    page = request.page
    if page.upload is not None:
        visit = _visit(request)
        visit.chunks, visit.open_deed = request.chunks, _opener(request)
        outcome = page.upload(visit)
        if isinstance(outcome, View):
            return patiently(lambda: _in_deed(request, lambda deed, visit: outcome, writes=False))  # noqa: ARG005
        return _Shown(outcome, visit, Frame())
    if page.count_try is not None:
        patiently(lambda: _count(request))
    do = page.do
    assert do is not None
    return patiently(lambda: _in_deed(request, do, writes=True))


def _count(request: _Request) -> None:
    assert request.page.count_try is not None
    # Whoever is logged in is counted by their account, too.
    credential = request.asked.credential if request.page.access != "anyone" else None
    with request.desk.deed(writes=True, client=request.asked.client, credential=credential) as deed:
        request.page.count_try(deed, _visit(request))
        refusal = deed.refusal
    if refusal is not None:
        raise refusal


def _in_deed(
    request: _Request,
    run: Callable[[Deed, Visit], View | Go | Download],
    *,
    writes: bool,
    refusal: Refusal | None = None,
) -> _Shown:
    visit = _visit(request)
    visit.refusal = refusal
    with _opener(request)(writes=writes, is_reading=not request.asked.is_post) as deed:
        if deed.person is not None:
            visit.organisations = _organisations(deed)
        outcome = run(deed, visit)
        frame = Frame(person=deed.person, actor=deed.acting, organisations=visit.organisations, terms=deed.means.terms,
                      now=deed.now, fields=request.page.fields)  # fmt: skip
    return _Shown(outcome, visit, frame)


def _organisations(deed: Deed) -> tuple[MyOrganisation, ...]:
    only = deed.someone.only_organisation_id
    return tuple(each for each in list_my_organisations(deed) if only in (None, each.organisation.id))


def _visit(request: _Request) -> Visit:
    asked = request.asked
    return Visit(path=asked.path, here=asked.here, query=asked.query, form=request.form, language=asked.language,
                 device=asked.device, credential=asked.credential, content_type=asked.content_type,
                 has_chosen_language=asked.has_chosen_language)  # fmt: skip


def _opener(request: _Request) -> Callable[..., Any]:
    asked = request.asked

    @contextmanager
    def open_deed(*, writes: bool, is_reading: bool = False) -> Generator[Deed]:
        with request.desk.deed(request.page.access, writes=writes, credential=asked.credential, client=asked.client,
                               organisation_id=asked.path.get("organisation_id"), is_reading=is_reading) as deed:  # fmt: skip
            yield deed

    return open_deed


def _finished(shown: _Shown) -> Given:
    outcome = shown.outcome
    if isinstance(outcome, Go):
        mark = f"{'&' if '?' in outcome.to else '?'}done={outcome.done}" if outcome.done else ""
        to, _, anchor = outcome.to.partition("#")
        location = quote(to + mark + (f"#{anchor}" if anchor else ""), safe=_IN_ADDRESSES)
        return Given(status=303, headers={"location": location},
                     session=outcome.session, ends_session=outcome.ends_session, language=outcome.language)  # fmt: skip
    if isinstance(outcome, Download):
        return _download(outcome)
    return Given(status=outcome.status, headers={"content-type": "text/html", **outcome.headers},
                 session=outcome.session, body=render_view(outcome, shown.visit, shown.frame))  # fmt: skip


def _download(file: Download) -> Given:
    kind = "inline" if file.is_shown else "attachment"
    plain = "".join(each if each.isascii() and each not in '"\\' else "_" for each in file.name)
    headers = {
        "content-type": file.media_type,
        "content-disposition": f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
    }
    if not file.is_shown:
        headers["content-security-policy"] = "sandbox; default-src 'none'"
    chunks = file.chunks
    if chunks is not None:
        # The deed is kept. Whether its bytes can be had at all is found out before the answer begins.
        chunks = itertools.chain((next(chunks, b""),), chunks)
    return Given(headers=headers, body=file.body, chunks=chunks)


def _to_log_in(asked: Asked, form: Form) -> Given:
    """Log in first, then go on here; what was typed is carried along, so that nothing is lost."""
    if not asked.is_post or not form:
        return Given(status=303, headers={"location": f"{LOG_IN}?to={quote(asked.here, safe='')}"}, ends_session=True)
    visit = Visit(path={}, here=asked.here, query={}, form=Form(), language=asked.language)
    kept = msgspec.json.encode({"to": asked.here, "fields": form.pairs()}).decode()
    view = View(template="log_in.html", context={"kept": kept, "to": asked.here, "asks_code": False, "email": ""},
                status=401)  # fmt: skip
    given = _finished(_Shown(view, visit, Frame()))
    given.ends_session = True
    return given


def local_path(given: str) -> str:
    """Where to go on, if it is a page of ours; else the first page. Another site's address is never followed."""
    try:
        parts = urlsplit(given)
    except ValueError:  # `//[`
        return "/"
    is_ours = not parts.scheme and not parts.netloc and given.startswith("/") and not given.startswith(("//", "/\\"))
    return given if is_ours and not any(ord(each) < 33 or each == "\\" for each in given) else "/"
