"""What strangers and insiders try, in a real browser: scripts in everything that is typed, foreign sites, planted sessions.

The policy of the pages would stop a script that got into one. Here nothing may get that far.
"""

import re

import pytest
from attacking import ALL, EVIL, HOTEL, NAMES, PAYLOADS, OtherSite, Tab, in_query
from browsing import Port, opened
from filled import MET, start, submit
from guest import Guest
from msgspec import UNSET, to_builtins
from msgspec.structs import replace
from playwright.sync_api import sync_playwright
from traveller import Traveller
from walking import kind_of, walk

from compliance.domain.scoring import Answer, EvidencePiece
from compliance.usecases.evidence_files import safe_name
from compliance.usecases.publishing import publish_questionnaire
from fixtures.libraries import TINY, TODAY, copy_of, library, rewrite
from hotels import in_records
from visitor import PASSWORD, Service

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PUBLIC = re.compile(
    r"^/($|check|quick-check|danger|scoring|questionnaires|standards|glossary|privacy|accessibility|api)"
)
"""Pages on which nothing stands that a business typed."""
NUMBER = re.compile(r"(?<=/certificates/)[^/]+")


@pytest.fixture(scope="module")
def chromium():
    """A browser that finds other sites on this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=NAMES)
        yield browser
        browser.close()


@pytest.fixture
def other_site():
    """Somebody else's site; `port` is where it answers."""
    site = OtherSite()
    with Port(site) as port:
        site.port = port.port
        yield site


def pages_of(service, visitor, starts):
    """One address of every kind of page that links lead somebody to."""
    guest = Guest(service.client.app)
    guest.client.cookies.set("session", visitor.token, domain="testserver.local", path="/")
    return {NUMBER.sub("*", kind_of(page.path)): page.path for page in walk(guest, starts, leaves_out=PUBLIC)}


# Scripts that are kept and shown to others


def poisoned_answers():
    """The hotel that meets the bar, with scripts in its notes, its evidence and its reasons."""
    answers = {item: in_records(answer) for item, answer in MET.answers.items()}
    for item, payload in zip(answers, (ALL, *PAYLOADS), strict=False):
        piece = EvidencePiece(form="record", what=f"{payload} kept", dated_on=TODAY)
        answers[item] = replace(answers[item], note=f"{payload} note", pieces=(piece,), evidence="declared",
                                evidence_on=None)  # fmt: skip
    answers["CORE-12"] = Answer(value=UNSET, not_applicable=f"{ALL} why")
    return {item: {"answer": to_builtins(answer)} for item, answer in answers.items()}


def answer(owner, site):
    """A draft of a site, filled in with scripts; its address."""
    at = f"{owner.at}/assessments/{start(owner, site_ids=[site])}"
    owner.must("PATCH", f"{at}/facts", json={"facts": to_builtins(MET.profile)}, seen=0)
    owner.must("PATCH", f"{at}/answers", json={"answers": poisoned_answers()})
    return at


@pytest.fixture
def poisoned(service):
    """A business that typed scripts wherever it could: who looks at it → themselves, and pages that they look at for sure."""
    owner, operator = service.visitor("Sok Dara"), service.operator()
    owner.begin(name=f"{ALL}org", town=ALL)
    colleague = owner.invite("Chan Thida", "contributor")
    owner.must("PATCH", "/me", json={"name": f"{ALL} owner"})
    colleague.must("PATCH", "/me", json={"name": f"{ALL} person"})
    sites = [owner.must("POST", f"{owner.at}/sites", json={"name": f"{each} site", "town": each, "country": "KH",
                                                           "reference": each[:20]})["id"]
             for each in (ALL, *PAYLOADS)]  # fmt: skip
    for country in ("KH", "TH", "VN"):
        named = {"register": f"{ALL}reg", "number": f"{ALL}num"}
        owner.must("POST", f"{owner.at}/identities/{country}/register", json=named)
    waiting = {each["country"]: each for each in operator.must("GET", "/operator/identities")["items"]}
    for country, what, sent in (("KH", "confirmation", {}), ("TH", "refusal", {"json": {"reason": f"{ALL} no"}})):
        operator.must("POST", f"/operator/identities/{owner.organisation_id}/{country}/{what}",
                      seen=waiting[country]["revision"], **sent)  # fmt: skip
    papers = [owner.must("POST", f"{owner.at}/evidence", content=f"Paper {number}".encode(),
                         params={"file_name": f"{each} file.txt", "title": f"{each} title"})["id"]
              for number, each in enumerate((ALL, *PAYLOADS))]  # fmt: skip
    owner.must("POST", "/me/tokens", json={"name": f"{ALL}tok", "scopes": ["read"], "expires_on": "2026-12-01"})
    question, task = poison_assessments(owner, colleague, sites)
    shared = [question, *(f"{owner.at}/evidence/{paper}" for paper in papers)]
    return {"owner": (owner, task, *shared), "colleague": (colleague, *shared), "operator": (operator,)}


def poison_assessments(owner, colleague, sites):
    """A draft of one site, a submission of the next: the pages of a question with comments, and of a task."""
    draft = answer(owner, sites[0])
    for each in (ALL, *PAYLOADS):
        comment = {"text": f"{each} comment"}
        colleague.must("POST", f"{draft}/comments/CORE-01", json=comment)
    at = answer(owner, sites[1])
    submit(owner, at.rpartition("/")[2])
    task = owner.must("GET", f"{at}/plan")["tasks"][0]
    change = {"note": f"{ALL} task", "evidence": [f"{ALL} record"]}
    owner.must("PATCH", f"{owner.at}/tasks/{task['id']}", seen=task["revision"], json=change)
    return f"{draft}/items/CORE-01", f"{at}/tasks/{task['id']}"


SHOWN_TO = {
    "owner": {"org", " owner", " person", " site", "reg", "num", " no", " title", "tok", " comment",
              " note", " kept", " why", " task", " record"},
    "colleague": {"org", " owner", " person", " site", " title", " comment", " note", " kept", " why"},
    "operator": {"org", "reg", "num"},
}  # fmt: skip
"""Who reads what, by what stands behind the script."""
STARTS = {"owner": ["/organisations?all", "/account"], "colleague": ["/organisations?all"],
          "operator": ["/operator", "/operator/identities?state=refused"]}  # fmt: skip


@pytest.mark.parametrize("who", SHOWN_TO)
def test_scripts_that_are_kept_are_shown_as_text(service, poisoned, chromium, url, who):
    visitor = poisoned[who][0]
    pages = pages_of(service, visitor, STARTS[who])
    assert len(pages) > 10
    tab = Tab(chromium, url, session=visitor.token)
    read = " ".join(tab.read(path) for path in dict.fromkeys((*pages.values(), *poisoned[who][1:])))
    tab.close()
    assert tab.alarms == []
    assert [each for each in SHOWN_TO[who] if f"{ALL}{each}" not in read] == [], sorted(pages)
    if who != "operator":
        assert [each for each in PAYLOADS if f"{each} comment" not in read] == []
        assert [each for each in PAYLOADS if safe_name(f"{each} file.txt", "txt") not in read] == []


# Scripts in addresses

ASKED = ("to", "done", "number", "language", "email", "cursor", "from", "state", "after", "sent", "country", "sector",
         "ending", "all", "shortest", "do.CORE-01.0", "revision")  # fmt: skip
EVERYWHERE = ("/", "/log-in", "/register", "/register/check-mail", "/recover", "/check", "/questionnaires", "/danger",
              "/questionnaires/hospitality@1.0", "/questionnaires/hospitality@1.0/changes", "/quick-check", "/log-in/code",
              "/scoring", "/language/km")  # fmt: skip
MADE_UP = ("/{}", "/certificates/{}", "/questionnaires/{}", "/danger/{}", "/quick-check/{}", "/organisations/{}",
           "/invitations/{}", "/password-resets/{}", "/email-confirmations/{}", "/language/{}")  # fmt: skip


def test_scripts_in_addresses_are_shown_as_text(service, chromium, url):
    visitor = service.visitor("Sok Dara")
    visitor.begin()
    draft = start(visitor)
    stranger, member = Tab(chromium, url), Tab(chromium, url, session=visitor.token)
    for path in EVERYWHERE:
        stranger.read(path + in_query(ALL, *ASKED) + f"#{ALL}", status=None)
    for path in MADE_UP:
        for each in (ALL, PAYLOADS[-1]):
            stranger.read(path.format(in_query(each, "")[2:]), status=None)
    for tail in ("/evidence", "/sites", "/people", "/activity", "/assessments", f"/assessments/{draft}/what-if",
                 f"/assessments/{draft}", f"/assessments/{draft}/items/{in_query(ALL, '')[2:]}"):  # fmt: skip
        member.read(visitor.at + tail + in_query(ALL, *ASKED), status=None)
    mistyped = stranger.read("/check" + in_query(ALL, "number"), status=422)
    for tab in (stranger, member):
        tab.close()
        assert tab.alarms == []
    assert ALL in mistyped


# Scripts in questionnaires

TAINT = "<img src=x onerror=__hit=true>"
TEXTS = {"title", "intro", "text", "help", "why", "about", "decides", "do", "by", "unit", "never", "universal"}


def tainted(node, key=""):
    """Plain data of a questionnaire with markup behind every text."""
    if isinstance(node, dict):
        return {name: tainted(value, name) for name, value in node.items()}
    if isinstance(node, list):
        return [tainted(each, key) for each in node]
    is_text = key in TEXTS or key == "levels" or (key in ("is", "of") and isinstance(node, str) and " " in node)
    return f"{node} {TAINT}" if is_text and isinstance(node, str) else node


@pytest.fixture
def inn(migrated_url, clock, tmp_path):
    """The service with a questionnaire whose every text holds markup."""
    folder = copy_of(TINY, tmp_path)
    (folder / "inn" / "1.0.km.yaml").unlink()
    for name in ("core", "inn"):
        rewrite(folder / name / "1.0.yaml", lambda data: data.update(tainted(data)))
    for name in ("core@1.0", "inn@1.0"):
        publish_questionnaire(library(folder), name, today=TODAY)
    with Service(migrated_url, clock=clock, questionnaires=folder) as service:
        yield service


LOW = {
    "CORE-01": 0, "CORE-02": {"is": 0}, "INN-01": "no", "INN-02": ["nowhere"], "INN-04": {"is": 1, "of": 6}, "INN-05": 40,
    "INN-06": "never", "INN-07": "not_at_all", "INN-08": "Nothing",
}  # fmt: skip
INN_FACTS = {"workers": 4, "offers_childcare": "no", "services": ["tours"], "place": "town"}


def test_markup_in_a_questionnaire_is_shown_as_text(inn, chromium):
    owner = inn.visitor("Sok Dara")
    owner.begin()
    draft = start(owner, sector="inn")
    at = f"{owner.at}/assessments/{draft}"
    owner.must("PATCH", f"{at}/facts", json={"facts": INN_FACTS}, seen=0)
    with Port(inn.client.app) as port:
        tab = Tab(chromium, port.url, session=owner.token)
        questions = ["/quick-check/inn", "/questionnaires", "/questionnaires/inn@1.0", f"{owner.at}/assessments/new",
                     f"{at}/facts", f"{at}/all", f"{at}/print", *(f"{at}/items/{item}" for item in LOW)]  # fmt: skip
        read = [(path, tab.read(path)) for path in questions]
        owner.must("PATCH", f"{at}/answers", json={"answers": {item: {"answer": {"value": value}}
                                                               for item, value in LOW.items()}})  # fmt: skip
        read += [(path, tab.read(path)) for path in (at, f"{at}/check")]
        submit(owner, draft)
        task = owner.must("GET", f"{at}/plan")["tasks"][0]["id"]
        read += [
            (path, tab.read(path)) for path in (f"{at}/result", f"{at}/plan", f"{at}/tasks/{task}", f"{at}/what-if")
        ]
        tab.close()
    assert tab.alarms == []
    assert [path for path, text in read if TAINT not in text] == []


# Other sites

PLACES = [("127.0.0.1", EVIL), ("127.0.0.1", "127.0.0.1"), (HOTEL, EVIL), (HOTEL, HOTEL)]
"""Where we are and where the other site is: elsewhere, or on another port of the same name. To names over plain HTTP a
browser does not say `Sec-Fetch-Site`."""
ENCTYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
SEND = """async ([target, fields]) => {
  const sent = { method: 'POST', credentials: 'include' };
  const tries = [
    [target, { ...sent, mode: 'no-cors', body: new URLSearchParams(fields) }],
    [target, { ...sent, body: new URLSearchParams(fields) }],
    [target, { credentials: 'include' }],
  ];
  const read = [];
  for (const [where, how] of tries) {
    try { read.push(await (await fetch(where, how)).text()); } catch { read.push(''); }
  }
  return read;
}"""


def everything(visitor):
    """What another site might have changed."""
    place = visitor.at
    return (
        visitor.must("GET", "/me")["name"],
        [visitor.must("GET", f"{place}{tail}") for tail in ("/sites", "/people", "/invitations", "/evidence", "")],
        len(visitor.must("GET", "/sessions")), visitor.must("GET", "/me/tokens"),
    )  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), PLACES)
def test_another_site_changes_and_reads_nothing(service, chromium, url, other_site, ours, theirs):
    victim, attacker = service.visitor("Sok Dara"), service.visitor("Lim Vuthy")
    victim.begin()
    here = url.replace("127.0.0.1", ours)
    me = Traveller(opened(chromium, here).new_page(), here, prefix="forged").log_in(victim.email, PASSWORD)
    before = everything(victim)
    forms = {
        "/account/name": {"name": "Forged", "language": "km"},
        f"{victim.at}/sites/new": {"name": "Forged", "country": "KH"},
        f"{victim.at}/people/invite": {"email": attacker.email, "roles": "owner", "language": "en"},
        f"{victim.at}/evidence/new": {"title": "Forged"},
        "/account/tokens/new": {"name": "Forged", "scope": "write", "days": "30"},
        "/account/sessions": {}, "/log-out": {},
        "/log-in": {"email": attacker.email, "password": PASSWORD},
    }  # fmt: skip
    page = me.page.context.new_page()
    sent = [(path, fields, ENCTYPES[0]) for path, fields in forms.items()]
    sent += [("/account/name", forms["/account/name"], enctype) for enctype in ENCTYPES[1:]]
    for path, fields, enctype in sent:
        other_site.show_form(f"{here}{path}", fields, enctype=enctype)
        with page.expect_navigation(url=f"{here}{path}**"):
            page.goto(f"http://{theirs}:{other_site.port}/", wait_until="commit")
        assert page.locator("h1").inner_text() == "This is for somebody else to do", path
    other_site.html = "<!doctype html><title>Elsewhere</title>"
    page.goto(f"http://{theirs}:{other_site.port}/")
    for path, fields in {**forms, "/account": {}, "/api/v1/me": {"name": "Forged"}}.items():
        assert page.evaluate(SEND, [f"{here}{path}", fields]) == ["", "", ""], path
    assert everything(victim) == before
    me.go("/account")
    assert me.heading == "Your account"
    assert victim.email in me.main
    me.page.context.close()


@pytest.mark.parametrize(("ours", "theirs"), PLACES[:2])
def test_no_other_site_shows_ours_inside_itself(service, chromium, url, other_site, ours, theirs):
    victim = service.visitor("Sok Dara")
    victim.begin()
    here = url.replace("127.0.0.1", ours)
    me = Traveller(opened(chromium, here).new_page(), here, prefix="framed").log_in(victim.email, PASSWORD)
    for path in ("/account", "/", "/log-in", "/nothing-here", f"{victim.at}/evidence/new", "/static/logo.svg"):
        other_site.show_frames(here + path)
        me.page.goto(f"http://{theirs}:{other_site.port}/")
        assert [frame.url for frame in me.page.frames if frame.url.startswith(here)] == [], path
        assert "Compliance" not in me.page.query_selector("iframe").content_frame().content(), path
    me.page.context.close()


# Ways on that lead away

AWAY = ("//evil.example/", "/\\evil.example/", "https:evil.example", "http:evil.example", "http://evil.example/",
        "/\t/evil.example/", "\t//evil.example/", "/%09/evil.example/", "\\\\evil.example/", "///evil.example/",
        "/\n/evil.example/", "//evil.example\\@127.0.0.1/", "javascript:location='//evil.example'", "/.//evil.example/",
        "@evil.example/", ".evil.example/", "//127.0.0.1@evil.example/")  # fmt: skip


def test_no_way_on_leads_to_another_site(service, chromium, url, other_site):
    visitor = service.visitor("Sok Dara")
    aways = [each.replace("evil.example", f"evil.example:{other_site.port}") for each in AWAY]
    tab = Tab(chromium, url)
    for away in aways:
        for path in ("/language/km", f"/{away}"):
            tab.read(path + in_query(away, "to"), status=None)
            assert tab.page.url.startswith(f"{url}/"), (path, away)
    for away in aways:
        tab.context.clear_cookies()
        tab.read("/log-in" + in_query(away, "to"))
        tab.page.fill('[name="email"]', visitor.email)
        tab.page.fill('[name="password"]', PASSWORD)
        tab.page.evaluate("away => { document.querySelector('main form [name=to]').value = away }", away)
        with tab.page.expect_navigation():
            tab.page.locator("main form button[type=submit]").click()
        tab.look()
        assert tab.page.url.startswith(f"{url}/"), away
        assert tab.context.cookies(url), away
    tab.close()
    assert tab.alarms == []
    assert other_site.asked == []


# Sessions


def cookie_of(context, url):
    return next(each for each in context.cookies(url) if each["name"] == "session")


@pytest.mark.parametrize("planted", ["made up", "the attacker's"])
def test_a_session_that_was_planted_is_worth_nothing_after_the_log_in(service, chromium, url, planted):
    attacker, victim = service.visitor("Lim Vuthy"), service.visitor("Sok Dara")
    token = attacker.token if planted == "the attacker's" else "cs_" + "0" * 48
    context = opened(chromium, url)
    me = Traveller(context.new_page(), url, prefix="planted").go("/log-in")
    context.add_cookies([{"name": "session", "value": token, "url": url}])  # while the log-in page stands there
    me.fill(email=victim.email, password=PASSWORD).press().go("/account")
    assert victim.email in me.main
    own = cookie_of(context, url)
    assert own["value"] != token
    assert (own["httpOnly"], own["sameSite"], own["path"]) == (True, "Lax", "/")
    assert own["value"] not in me.page.evaluate("document.cookie")

    other = opened(chromium, url)
    other.add_cookies([{"name": "session", "value": token, "url": url}])
    page = other.new_page()
    page.goto(f"{url}/account")
    assert victim.email not in page.content()

    me.press("/log-out")
    assert not [each for each in context.cookies(url) if each["name"] == "session" and each["value"]]
    other.add_cookies([{"name": "session", "value": own["value"], "url": url}])
    page.goto(f"{url}/account")
    assert page.url.startswith(f"{url}/log-in"), "a session that was logged out is over"
    for each in (context, other):
        each.close()
