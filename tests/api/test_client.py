"""A client generated from the OpenAPI document: no warning on the way, and it drives the service."""

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from client_walk import walk
from samples import DOCUMENT, OPERATIONS
from worlds import PASSWORD, make_world

from fixtures.libraries import ROOT

BASE = "http://testserver.local/api/v1"
CONFIG = ROOT / "docs" / "openapi-python-client.yaml"


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The generated package, imported, with what the generator said."""
    folder = tmp_path_factory.mktemp("client")
    source = folder / "openapi.json"
    source.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    # Without the formatter that would run after it: what is generated is read by nobody.
    settings = folder / "config.yaml"
    settings.write_text(f"{CONFIG.read_text(encoding='utf-8')}post_hooks: []\n", encoding="utf-8")
    command = [Path(sys.executable).with_name("openapi-python-client"), "generate", "--path", source, "--output-path",
               folder / "compliance_client", "--meta", "none", "--config", settings, "--fail-on-warning"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.path.insert(0, str(folder))
    yield SimpleNamespace(done=done, folder=folder / "compliance_client")
    sys.path.remove(str(folder))
    for name in [each for each in sys.modules if each.partition(".")[0] == "compliance_client"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("driven") / "service.sqlite"
    shutil.copyfile(sqlite_template, path)
    world = make_world(f"sqlite:///{path}")
    with world.client:
        yield world


@pytest.fixture
def drive(generated, world):
    """Calls the generated function of an operation against the service in this process."""
    passing = httpx.MockTransport(lambda request: pass_on(world, request))
    package = importlib.import_module("compliance_client")

    def call(name, *path, credential=None, **given):
        operation = next(each for each in OPERATIONS if each.name == name)
        module = importlib.import_module(f"compliance_client.api.{operation.described['tags'][0]}.{name}")
        client = package.AuthenticatedClient(base_url=BASE, token=credential or "", raise_on_unexpected_status=True)
        with httpx.Client(transport=passing, base_url=BASE, headers={"authorization": f"Bearer {credential}"}
                          if credential else {}) as through:  # fmt: skip
            client.set_httpx_client(through)
            return module.sync_detailed(*path, client=client, **given)

    def make(name, value):
        return getattr(importlib.import_module("compliance_client.models"), name).from_dict(value)

    return SimpleNamespace(call=call, make=make)


def pass_on(world, request):
    answer = world.client.request(request.method, str(request.url), headers=request.headers, content=request.read())
    # What comes out of the test's client is unpacked already.
    headers = [(name, value) for name, value in answer.headers.multi_items() if name != "content-encoding"]
    return httpx.Response(answer.status_code, headers=headers, content=answer.content)


def test_the_generator_warns_of_nothing(generated):
    said = generated.done.stdout + generated.done.stderr
    assert generated.done.returncode == 0, said
    assert "warning" not in said.lower()


def test_every_operation_becomes_a_function(generated):
    made = {path.stem for path in (generated.folder / "api").rglob("*.py") if path.stem != "__init__"}
    assert made == {each.name for each in OPERATIONS}


def test_everything_generated_can_be_imported(generated):
    for path in sorted((generated.folder / "api").rglob("*.py")):
        name = ".".join(path.relative_to(generated.folder.parent).with_suffix("").parts).removesuffix(".__init__")
        importlib.import_module(name)


def test_the_client_reads_what_everybody_may_read(drive):
    listed = drive.call("list_published_questionnaires")
    assert listed.status_code == 200
    assert "hospitality@1.0" in {each.reference for each in listed.parsed}
    whole = drive.call("read_published_questionnaire", "hospitality@1.0").parsed
    assert whole.sections[0].items[0].id


def test_the_client_is_told_what_is_wrong(drive):
    refused = drive.call("read_me")
    assert (refused.status_code, refused.parsed.code) == (401, "not-signed-in")


def test_the_client_logs_in_starts_an_assessment_answers_and_is_told_of_a_newer_revision(drive, world):
    login = {"email": "owner@ZebraOfA.example", "password": PASSWORD}
    session = drive.call("log_in", body=drive.make("Login", login))
    assert session.status_code == 201
    token = session.parsed.token
    (mine,) = drive.call("list_organisations_of_mine", credential=token).parsed
    organisation_id = mine.organisation.id
    site = drive.call("list_some_sites", organisation_id, credential=token).parsed.items[0]

    wish = {"sector": "hospitality", "country": "KH", "site_ids": [site.id]}
    started = drive.call("start_new_assessment", organisation_id, credential=token,
                         body=drive.make("NewAssessment", wish), idempotency_key="first-try")  # fmt: skip
    assert started.status_code == 201
    answer = drive.make("Answer", {"value": 2, "note": "From a program."})
    place = (organisation_id, started.parsed.id, "HOS-08")
    saved = drive.call("answer_item", *place, credential=token, body=answer, if_none_match="*")
    assert (saved.status_code, saved.headers["etag"]) == (200, '"1"')
    stale = drive.call("answer_item", *place, credential=token, body=answer, if_none_match="*")
    assert (stale.status_code, stale.parsed.code) == (412, "stale-revision")
    again = drive.call("answer_item", *place, credential=token, body=answer, if_match='"1"')
    assert again.parsed.revision == 2
    checked = drive.call("read_completeness", *place[:2], credential=token).parsed
    assert not checked.is_complete
    assert checked.gaps


def test_the_client_walks_from_registration_to_the_certificate_the_plan_and_next_year(drive, world):
    found = walk(drive, world)
    assert found.pop("journal") > 10
    assert found == {
        "outcome": "met",
        "said": "Declared 83.59 % · assured 73.67 %",
        "status": "active",
        "preview": b"%PDF-",
        "plan": b"%PDF-",
        "task": "in_progress",
        "carried": (36, 36),
        "gaps": "gap-fact-unconfirmed",
    }
