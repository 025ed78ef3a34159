"""Nobody learns or changes anything of somebody else's: every route of the OpenAPI document is walked.

A route that is added is walked the day it is added; a new kind of id needs a place in `worlds.belongings`.
"""

import json
import shutil
from uuid import UUID

import pytest
from samples import OPERATIONS, Operation
from sqlalchemy import select
from worlds import PUBLIC, belongings, make_world

from compliance.api.bodies import MOST_BYTES
from compliance.store.tables import metadata

NOBODYS_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
ABOUT_ANYBODY = {"look_up_certificate"}
"""What everybody may ask about everybody, by number."""
EVERY_MEMBER_MAY: set[str] = {"leave_organisation"}
"""Changes that need no role."""
PRIVATE = [each for each in OPERATIONS if set(each.parameters) - PUBLIC.keys() and each.name not in ABOUT_ANYBODY]
SIGNED_IN = [each for each in OPERATIONS if each.needs_person]
WITH_BODY = [each for each in SIGNED_IN if each.takes == "application/json"]


def below(operation):
    """The parameters of a path that are ids of an organisation's things."""
    return set(operation.parameters) - PUBLIC.keys() - {"organisation_id"}


def named(operations):
    return pytest.mark.parametrize("operation", operations, ids=repr)


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("isolation") / "service.sqlite"
    shutil.copyfile(sqlite_template, path)
    world = make_world(f"sqlite:///{path}")
    with world.client:
        for side in (world.a, world.b):
            side.belongings = belongings(world, side)
        yield world


@pytest.fixture(scope="module", autouse=True)
def _nothing_of_a_changes(world):
    """After every walk of this module, everything of A is as it was."""
    before = everything_of(world, world.a)
    assert len(before["journal"]) > 3
    yield
    assert everything_of(world, world.a) == before


def everything_of(world, side):
    """Every row of an organisation and its people, table by table."""
    found = {}
    with world.parts.desk.store.database.transaction(writes=False) as connection:
        for table in metadata.sorted_tables:
            column = table.c.id if table.name == "organisations" else table.c.get("organisation_id")
            if column is not None:
                wanted = column == side.organisation_id
            elif table.name in ("users", "sessions", "email_codes", "api_tokens"):
                wanted = (table.c.id if table.name == "users" else table.c.user_id).in_(side.users.values())
            else:
                continue
            rows = connection.execute(select(table).where(wanted)).all()
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found


def who(world, operation):
    """The session of somebody who may."""
    sessions = {"operator": world.admin, "regulator": world.regulator.credentials["decider"]}
    return sessions.get(operation.side, world.b.credentials["owner"])


def own(operation, side):
    """The values of a side for an operation: the submitted assessment where something submitted is asked for."""
    wants_submitted = "not-submitted" in set(operation.codes(409)) | set(operation.codes(404)) | set(
        operation.codes(422)
    )
    assessment = side.belongings["submitted_id" if wants_submitted else "assessment_id"]
    return {**side.belongings, "assessment_id": assessment}


def mine(world, operation):
    """The values for an operation of whoever may: B, or the regulator or operator who looks at B."""
    values = own(operation, world.b)
    return {**values, "organisation_id": world.regulator.organisation_id} if operation.side == "regulator" else values


def tells_nothing(answer, side):
    """No marker of a side stands in an answer, its headers included; nor any of its ids."""
    text = answer.content.decode("utf-8", "replace") + repr(answer.headers)
    assert side.marker.lower() not in text.lower()
    return text


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["type"] == f"urn:compliance:problem:{document['code']}"
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


# The map


def test_every_parameter_of_every_path_belongs_to_somebody(world):
    names = {name for each in OPERATIONS for name in each.parameters}
    assert names <= world.a.belongings.keys(), "add the new kind of id to worlds.belongings"
    private = {name for name in world.a.belongings if name not in PUBLIC and name != "section"}
    assert not [name for name in private if world.a.belongings[name] == world.b.belongings[name]]


def test_every_route_is_walked(world):
    routes = [route for route in world.client.app.routes if route.path.startswith("/api/v1/")]
    served = {(method, route.path) for route in routes for method in route.methods - {"OPTIONS"}}
    about = {(method, path) for method, path in served if path.startswith(("/api/v1/docs", "/api/v1/openapi.json"))}
    assert len(OPERATIONS) == len(served - about) >= 20
    assert {*PRIVATE, *SIGNED_IN, *(each for each in OPERATIONS if not each.needs_person)} == set(OPERATIONS)


# Somebody else


@named(PRIVATE)
def test_what_is_somebody_elses_is_not_found(world, operation: Operation):
    stranger = world.b.credentials["owner"]
    answer = world.ask(
        operation.method, operation.url(own(operation, world.a)), credential=stranger, **operation.sent()
    )
    assert answer.status_code in (401, 403, 404), answer.text
    problem(answer)
    tells_nothing(answer, world.a)


@named([each for each in PRIVATE if "organisation_id" in each.parameters and below(each)])
def test_somebody_elses_things_are_not_found_under_ones_own_organisation(world, operation: Operation):
    """The organisation is B's, all that stands below it is A's."""
    values = {**own(operation, world.a), "organisation_id": world.b.organisation_id}
    answer = world.ask(operation.method, operation.url(values), credential=world.b.credentials["owner"],
                       **operation.sent())  # fmt: skip
    tells_nothing(answer, world.a)
    assert answer.status_code in (403, 404), answer.text


@named([each for each in PRIVATE if below(each)])
def test_what_is_nobodys_is_answered_like_what_is_somebody_elses(world, operation: Operation):
    """Nobody can find out which ids there are: but for the id of the request, both answers are the same."""
    stranger = world.b.credentials["owner"]
    private = below(operation)
    asked = []
    for values in (own(operation, world.a), dict.fromkeys(private, NOBODYS_ID)):
        mixed = {**own(operation, world.b), **{name: values[name] for name in private if name in values}}
        if "number" in private and "number" not in mixed:
            continue
        answer = world.ask(operation.method, operation.url(mixed), credential=stranger, **operation.sent())
        asked.append((answer.status_code, {**answer.json(), "request_id": None}))
    if "number" not in private:  # an invented number is refused for its check symbol
        assert asked[0] == asked[1]


@named(SIGNED_IN)
def test_who_shows_no_credential_is_told_to_sign_in(world, operation: Operation):
    for credential in (None, "cs_wrong", "ct_00000000000000000000000000000000_wrong", "nonsense"):
        answer = world.ask(operation.method, operation.url(own(operation, world.a)), credential=credential,
                           **operation.sent())  # fmt: skip
        assert (answer.status_code, problem(answer)["code"]) == (401, "not-signed-in")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        tells_nothing(answer, world.a)


@named([each for each in SIGNED_IN if "organisation_id" in each.parameters and each.method != "GET"])
def test_who_has_no_role_changes_nothing(world, operation: Operation):
    if operation.name in EVERY_MEMBER_MAY:
        return
    answer = world.ask(operation.method, operation.url(own(operation, world.a)),
                       credential=world.a.credentials["nobody"], **operation.sent())  # fmt: skip
    assert answer.status_code in (403, 404), answer.text
    problem(answer)


@named([each for each in SIGNED_IN if each.side == "operator"])
def test_only_the_operator_does_what_the_operator_does(world, operation: Operation):
    for credential in world.a.credentials.values():
        answer = world.ask(operation.method, operation.url(own(operation, world.a)), credential=credential,
                           **operation.sent())  # fmt: skip
        assert (answer.status_code, problem(answer)["code"]) == (403, "operator-only")


@named([each for each in SIGNED_IN if "organisation_id" in each.parameters and each.side != "operator"])
def test_the_operator_sees_nothing_of_an_organisation(world, operation: Operation):
    answer = world.ask(operation.method, operation.url(own(operation, world.a)), credential=world.admin,
                       **operation.sent())  # fmt: skip
    assert answer.status_code in (403, 404), answer.text
    tells_nothing(answer, world.a)


@named([each for each in SIGNED_IN if each.method == "GET" and each.side != "operator"])
def test_ones_own_pages_lists_and_files_hold_nothing_of_anybody_else(world, operation: Operation):
    owner = world.b.credentials["owner"]
    answer = world.ask("GET", operation.url(own(operation, world.b)), credential=owner, **operation.sent())
    assert answer.status_code in operation.statuses, answer.text
    assert answer.status_code == 200 or problem(answer)["code"] in operation.codes(answer.status_code)
    text = tells_nothing(answer, world.a)
    ids = {value for name, value in world.a.belongings.items() if name not in {*PUBLIC, "section"}}
    assert not [each for each in ids if each in text]


def test_ones_own_lists_do_hold_ones_own(world):
    """Else the walk above would prove nothing."""
    place = f"/organisations/{world.a.organisation_id}"
    owner = world.a.credentials["owner"]
    listed = world.must("GET", f"{place}/assessments", credential=owner)["items"]
    assert {each["id"] for each in listed} == {world.a.belongings["assessment_id"], world.a.belongings["submitted_id"]}
    whole = world.must("GET", f"{place}/assessments/{world.a.belongings['assessment_id']}", credential=owner)
    assert world.a.marker in json.dumps(whole)


def test_somebody_elses_cursor_leads_nowhere_else(world):
    """A cursor names a place in one's own list, whoever made it."""
    path = "/organisations/{}/assessments?limit=1"
    made = world.must("GET", path.format(world.a.organisation_id), credential=world.a.credentials["owner"])
    answer = world.ask("GET", f"{path.format(world.b.organisation_id)}&cursor={made['next']}",
                       credential=world.b.credentials["owner"])  # fmt: skip
    tells_nothing(answer, world.a)
    assert {each["id"] for each in answer.json()["items"]} <= set(world.b.belongings.values())


def test_somebody_elses_key_gives_nobodys_answer(world):
    """The same Idempotency-Key from two people is two keys."""
    asked = {"sector": "hospitality", "country": "KH"}
    answers = [
        world.must("POST", f"/organisations/{side.organisation_id}/assessments", credential=side.credentials["owner"],
                   json={**asked, "site_ids": [side.site_id]}, headers={"idempotency-key": "the-same"})
        for side in (world.b, world.a)
    ]  # fmt: skip
    assert answers[0]["id"] == world.b.belongings["assessment_id"]
    assert answers[1]["id"] == world.a.belongings["assessment_id"]


# Every route refuses what it cannot take


@named(SIGNED_IN)
def test_an_unknown_parameter_is_refused(world, operation: Operation):
    sent = operation.sent(seen=1)
    sent["params"] = {**sent["params"], "unheard_of": "1"}
    answer = world.ask(operation.method, operation.url(mine(world, operation)), credential=who(world, operation),
                       **sent)  # fmt: skip
    assert (answer.status_code, problem(answer)["errors"][0]["code"]) == (400, "parameter-unknown")


@named([each for each in OPERATIONS if any(name.endswith("_id") for name in each.parameters)])
def test_a_malformed_id_is_not_found(world, operation: Operation):
    name = next(name for name in reversed(operation.parameters) if name.endswith("_id"))
    for wrong in ("1", str(UUID(NOBODYS_ID)).upper(), f"{NOBODYS_ID}0", "%00"):
        values = {**own(operation, world.b), name: wrong}
        answer = world.ask(operation.method, operation.url(values), credential=world.b.credentials["owner"],
                           **operation.sent())  # fmt: skip
        assert (answer.status_code, problem(answer)["code"]) == (404, "no-such-thing")


def ask_own(world, operation, **changed):
    sent = {**operation.sent(), **{key: value for key, value in changed.items() if key != "headers"}}
    sent["headers"] = {**sent["headers"], **changed.get("headers", {})}
    if "content" in changed:
        del sent["json"]
    return world.ask(operation.method, operation.url(mine(world, operation)), credential=who(world, operation), **sent)


@named(WITH_BODY)
def test_a_body_that_is_no_json_is_refused(world, operation: Operation):
    for wrong in (b"", b"{", b'{"a": 1}}', b"\xff\xfe", b'{"a": "\\ud800"}', b"[" * 3000):
        answer = ask_own(world, operation, content=wrong, headers={"content-type": "application/json"})
        assert (answer.status_code, problem(answer)["code"]) == (400, "body-malformed"), wrong[:20]
    for wrong in (b"null", b"[]", b"1", b'"text"'):
        answer = ask_own(world, operation, content=wrong, headers={"content-type": "application/json"})
        assert (answer.status_code, problem(answer)["code"]) == (422, "body-invalid"), wrong


@named(WITH_BODY)
def test_a_body_too_large_is_refused(world, operation: Operation):
    large = b'{"a": "' + b"x" * MOST_BYTES + b'"}'
    answer = ask_own(world, operation, content=large, headers={"content-type": "application/json"})
    assert (answer.status_code, problem(answer)["code"]) == (413, "body-too-large")
    parts = (large[start : start + 65_536] for start in range(0, len(large), 65_536))
    answer = ask_own(world, operation, content=parts, headers={"content-type": "application/json"})
    assert (answer.status_code, problem(answer)["code"]) == (413, "body-too-large")


@named(WITH_BODY)
def test_another_content_type_is_refused(world, operation: Operation):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = ask_own(world, operation, content=b"{}", headers={"content-type": kind})
        assert (answer.status_code, problem(answer)["code"]) == (415, "media-type-unsupported"), kind


@named(WITH_BODY)
def test_an_unknown_field_is_refused_by_name(world, operation: Operation):
    answer = ask_own(world, operation, json={**operation.smallest(), "unheard_of": 1})
    assert (answer.status_code, problem(answer)["code"]) == (422, "body-invalid")
    found = [each for each in problem(answer)["errors"] if each["where"] == "unheard_of"]
    assert found[0]["code"].startswith("unknown-key")


@named([each for each in OPERATIONS if each.is_conditional])
def test_a_change_without_a_revision_is_refused(world, operation: Operation):
    sent = operation.sent()
    for headers in ({}, {"if-match": "*"}, {"if-match": "1"}, {"if-match": 'W/"1"'}, {"if-match": '"nonsense"'}):
        answer = world.ask(operation.method, operation.url(mine(world, operation)), credential=who(world, operation),
                           **{**sent, "headers": headers})  # fmt: skip
        assert (answer.status_code, problem(answer)["code"]) == (428, "revision-missing"), headers


@named([each for each in OPERATIONS if each.is_conditional])
def test_a_stale_revision_is_refused_with_the_current_value(world, operation: Operation):
    answer = ask_own(world, operation, headers={"if-match": '"999999999"'})
    assert (answer.status_code, problem(answer)["code"]) == (412, "stale-revision"), answer.text
    assert "current" in problem(answer)


@named(OPERATIONS)
def test_another_method_is_refused_with_those_that_there_are(world, operation: Operation):
    others = {each.method for each in OPERATIONS if each.path == operation.path}
    for method in sorted({"GET", "POST", "PUT", "PATCH", "DELETE"} - others):
        answer = world.ask(method, operation.url(own(operation, world.b)))
        assert (answer.status_code, problem(answer)["code"]) == (405, "method-not-allowed")
        assert others <= {each.strip() for each in answer.headers["allow"].split(",")}


@named([each for each in SIGNED_IN if each.method != "GET" and "organisation_id" in each.parameters])
def test_every_refusal_is_documented(world, operation: Operation):
    """What the walks above were answered stands in the document, code by code."""
    seen = [
        world.ask(operation.method, operation.url(own(operation, side)), credential=credential, **operation.sent(seen=99))
        for side, credential in (
            (world.a, world.b.credentials["owner"]), (world.b, None), (world.b, world.b.credentials["nobody"]),
        )
    ]  # fmt: skip
    for answer in seen:
        assert problem(answer)["code"] in operation.codes(answer.status_code), answer.text
