"""The journal in words and as a whole that an organisation can verify itself; every kind has its sentence."""

import ast
import hashlib
import json
from datetime import datetime
from functools import cache
from typing import get_args

import pytest
from msgspec.structs import replace

from compliance.domain.certificate import CertificateStatus
from compliance.domain.journal import Entry, Head, Row, verify_chain
from compliance.words.journal import CATALOGUES, Named, placeholders, say_entry
from fixtures.libraries import ROOT
from hotels import NEW, Hotel

SOURCE = ROOT / "src" / "compliance"
ALWAYS = {"actor", "kind"}


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.close()


def said(hotel, **query):
    return [entry["says"] for entry in hotel.must("GET", "./journal", params=query)["items"]]


def test_the_journal_says_in_words_who_did_what_newest_first(hotel):
    draft = hotel.start()
    place = f"./assessments/{draft}"
    hotel.must("PUT", f"{place}/answers/CORE-04", as_="Lim Vuthy", json={"value": 2, "note": "secret"}, headers=NEW)
    title = hotel.must("GET", "/questionnaires/hospitality@1.0")["title"]
    assert said(hotel) == [
        f"Lim Vuthy answered CORE-04 of the assessment {title}, begun on 22 November 2026.",
        f"Sok Dara started the assessment {title}, begun on 22 November 2026.",
    ]
    khmer = said(hotel, language="km")
    assert khmer[0].startswith("Lim Vuthy បានឆ្លើយ CORE-04")
    assert said(hotel, language="fr") == said(hotel)


def test_names_are_those_that_hold_now(hotel):
    hotel.start()
    with hotel.unit() as unit:
        unit.people.change(hotel.people["Sok Dara"], name="Sok Dara Mean")
    assert said(hotel)[0].startswith("Sok Dara Mean started")


def test_the_journal_is_given_in_pages(hotel):
    draft = f"./assessments/{hotel.start()}"
    for revision in range(4):
        hotel.must("PUT", f"{draft}/answers/CORE-04", json={"value": revision},
                   headers=NEW if revision == 0 else {"if-match": f'"{revision}"'})  # fmt: skip
    first = hotel.must("GET", "./journal", params={"limit": 2})
    second = hotel.must("GET", "./journal", params={"limit": 2, "cursor": first["next"]})
    third = hotel.must("GET", "./journal", params={"limit": 2, "cursor": second["next"]})
    positions = [entry["position"] for page in (first, second, third) for entry in page["items"]]
    assert (positions, third["next"]) == ([5, 4, 3, 2, 1], None)
    for cursor in ("x", "WyJ4Il0", "WyItMSJd", "WyI5OTk5OTk5OTk5OTkiXQ"):
        assert hotel.code("GET", "./journal", params={"cursor": cursor}) == (422, "cursor-wrong")


def test_owners_and_signatories_read_the_journal_and_nobody_else(hotel):
    hotel.start()
    hotel.add_person("Stranger")
    assert hotel.ask("GET", "./journal", as_="Chan Thida").status_code == 200
    for place in ("./journal", "./journal/export"):
        assert hotel.code("GET", place, as_="Lim Vuthy") == (403, "not-your-role")
        assert hotel.code("GET", place, as_="Stranger") == (404, "no-such-organisation")


def test_who_acts_for_the_operator_is_called_by_the_office(hotel):
    hotel.add_person("Admin Person")
    other = hotel.new_id()
    with hotel.unit() as unit:
        ours = unit.organisations.find(hotel.id)
        unit.organisations.add(replace(ours, id=other, name="Operator", kinds=("operator",)))
    hotel.join(other, "Admin Person", ("admin",))
    with hotel.unit() as unit:
        actor = hotel.people["Admin Person"]
        unit.journal.record(hotel.id, "certificate-suspended", {"number": "KH-1"}, actor=actor, at=hotel.now)
        unit.journal.record(hotel.id, "certificate-expired", {"number": "KH-1"}, actor="service", at=hotel.now)
        unit.journal.record(hotel.id, "made-up", {}, actor="service", at=hotel.now)
    assert said(hotel) == [
        "The service did something that is called “made-up” in the journal.",
        "The certificate KH-1 expired.",
        "The operator of the service suspended the certificate KH-1.",
    ]


def test_an_organisation_can_verify_its_export_with_nothing_but_a_hash_function(hotel):
    hotel.submitted()
    answer = hotel.ask("GET", "./journal/export", as_="Chan Thida")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"] == 'attachment; filename="journal.ndjson"'
    first, *lines = answer.content.splitlines()
    told = json.loads(first)
    assert told["genesis"] == hashlib.sha256(b"compliance journal v1" + hotel.id.encode()).hexdigest()

    digest = bytes.fromhex(told["genesis"])
    for position, line in enumerate(lines, 1):
        entry, _, rest = line.removeprefix(b'{"entry":').rpartition(b',"hash":')
        digest = hashlib.sha256(digest + entry).digest()
        assert json.loads(line)["hash"] == digest.hex() == json.loads(rest.removesuffix(b"}"))
        assert json.loads(entry)["position"] == position
    assert (told["head"]["position"], told["head"]["hash"]) == (len(lines), digest.hex())


def test_the_export_shows_a_row_that_was_changed(hotel):
    hotel.submitted()
    lines = [json.loads(line) for line in hotel.ask("GET", "./journal/export").content.splitlines()]
    head = Head(lines[0]["head"]["position"], bytes.fromhex(lines[0]["head"]["hash"]))

    def rows():
        for line in lines[1:]:
            entry = {**line["entry"], "at": datetime.fromisoformat(line["entry"]["at"])}
            yield Row(Entry(**entry), bytes.fromhex(line["hash"]))

    assert verify_chain(hotel.id, rows(), head) == ()
    lines[1]["entry"]["kind"] = "assessment-withdrawn"
    assert [(fault.position, fault.kind) for fault in verify_chain(hotel.id, rows(), head)] == [(1, "changed")]


def test_an_empty_journal_has_a_head_too(hotel):
    (line,) = hotel.ask("GET", "./journal/export").content.splitlines()
    told = json.loads(line)
    assert told["head"] == {"position": 0, "hash": told["genesis"]}
    assert hotel.must("GET", "./journal") == {"items": [], "next": None}


# ── Every kind that is recorded anywhere has a sentence, in every language, of facts that are there.


class Recorded:
    """The calls of one module that write into the journal: (kind, names of the facts)."""

    def __init__(self, path):
        self.path = path
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.functions = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]

    def found(self):
        for function in self.functions:
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                is_record = isinstance(call.func, ast.Attribute) and call.func.attr == "record"
                if is_record and ast.unparse(call.func.value).endswith("deed"):
                    facts = frozenset(each.arg for each in call.keywords if each.arg not in ("of", None))
                    for kind in self.kinds(call.args[0], function):
                        yield kind, facts

    def kinds(self, node, function):
        match node:
            case ast.Constant(value=str(kind)):
                return {kind}
            case ast.IfExp(body=body, orelse=orelse):
                return self.kinds(body, function) | self.kinds(orelse, function)
            case ast.JoinedStr(values=[ast.Constant(value="certificate-"), _]):
                return {f"certificate-{status}" for status in get_args(CertificateStatus)}
            case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=name)), ast.Constant(value=str(ending))]):
                return {f"{kind}{ending}" for kind in self.named(name, function)}
            case ast.Name(id=name):
                return self.named(name, function)
        message = f"{self.path.name}:{node.lineno}: no test can tell which kinds this records"
        raise AssertionError(message)

    def named(self, name, function):
        """Kinds that a variable holds: assigned in the function, or given by its callers in the module."""
        values = [node.value for node in ast.walk(function) if isinstance(node, ast.Assign)
                  if any(isinstance(target, ast.Name) and target.id == name for target in node.targets)]  # fmt: skip
        if values:
            return set().union(*(self.kinds(value, function) for value in values))
        parameters = [each.arg for each in function.args.args]
        assert name in parameters, f"{self.path.name}: {name} comes from nowhere"
        calls = [(outer, node) for outer in self.functions for node in ast.walk(outer) if isinstance(node, ast.Call)
                 if isinstance(node.func, ast.Name) and node.func.id == function.name]  # fmt: skip
        given = [(outer, call.args[parameters.index(name)]) for outer, call in calls]
        return set().union(*(self.kinds(value, outer) for outer, value in given))


@cache
def recorded():
    """Kind → the facts that every call of that kind gives."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name in ("deed.py", "journal.py"):
            continue
        for kind, facts in Recorded(path).found():
            found[kind] = found.get(kind, facts) & facts
    return found


def test_every_kind_is_found_in_the_source():
    assert len(recorded()) > 20
    assert {"answer-changed", "certificate-suspended", "section-assigned", "task-moved"} <= recorded().keys()


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_recorded_kind_has_a_sentence_and_every_sentence_a_kind(language):
    sentences, _ = CATALOGUES[language]
    assert sorted(recorded().keys() - sentences.keys()) == []
    assert sorted(sentences.keys() - recorded().keys()) == ["other"]


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_sentence_names_only_facts_that_every_such_entry_has(language):
    sentences, _ = CATALOGUES[language]
    wrong = {kind: sorted(missing) for kind, facts in recorded().items()
             if (missing := set(placeholders(sentences[kind])) - facts - ALWAYS)}  # fmt: skip
    assert wrong == {}


def test_all_languages_name_the_same_facts_and_words():
    english, words = CATALOGUES["en"]
    for sentences, others in CATALOGUES.values():
        assert {kind: sorted(placeholders(text)) for kind, text in sentences.items()} == {
            kind: sorted(placeholders(text)) for kind, text in english.items()
        }
        assert others.keys() == words.keys()


def test_an_entry_that_lacks_a_fact_is_said_all_the_same(hotel):
    entry = Entry(organisation_id=hotel.id, position=1, at=hotel.now, actor="nobody", kind="task-moved",
                  facts={"before": "in_progress"})  # fmt: skip
    assert say_entry(entry, Named(), "en") == "Somebody moved a task on … of the assessment … from in progress to …."
    roles = Entry(organisation_id=hotel.id, position=1, at=hotel.now, actor="x", kind="roles-changed",
                  facts={"person": "y", "before": "owner,signatory", "after": "contributor"})  # fmt: skip
    named = Named(people={"x": "Sok Dara", "y": "Lim Vuthy"})
    assert say_entry(roles, named, "en") == (
        "Sok Dara changed the roles of Lim Vuthy from owner, signatory to contributor."
    )
