import pytest
from guest import Guest, Shown

import photographs
from visitor import PASSWORD

EVIL = '<script>alert("x")</script>'
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
TEXT = b"Signed sheets of 46 workers, 3 March 2026.\n"


@pytest.fixture
def service(migrated_url, clock, tmp_path):
    """The service with a folder for evidence, which takes files up to 64 KiB."""
    from compliance.files import FolderStore
    from compliance.usecases.means import Terms
    from visitor import Service

    with Service(migrated_url, clock=clock, files=FolderStore(tmp_path / "evidence"),
                 terms=Terms(evidence_max_bytes=64 * 1024)) as service:  # fmt: skip
        yield service


def upload(guest, path, content=TEXT, name="sheets.txt", **fields):
    """Fill the form in, choose a file and send it, as a browser does: the file comes last."""
    parts = [(key, (None, value)) for key, value in fields.items()]
    answer = guest.client.post(path, files=[*parts, ("file", (name, content, "text/plain"))],
                               headers={"sec-fetch-site": "same-origin"})  # fmt: skip
    return Shown(guest, answer)


def add(manager, **more):
    page = upload(manager, f"{manager.visitor.at}/evidence/new", **more)
    assert page.status == 200, page.mistakes
    return page.path.partition("?")[0]


def contributor(service, manager):
    visitor = manager.visitor.invite("Lim Vuthy", "contributor")
    other = Guest(service.client.app)
    other.log_in(visitor.email, PASSWORD)
    return other


def test_a_file_is_uploaded_shown_and_downloaded(manager):
    at = f"{manager.visitor.at}/evidence"
    form = manager.open(at).follow("Add a file")
    assert "Never upload names or images of children" in form.text
    fields = {"title": EVIL, "valid_to-day": "3", "valid_to-month": "3", "valid_to-year": "2027"}
    page = upload(manager, f"{at}/new", name=f"{EVIL}.txt", **fields)
    assert page.heading == EVIL
    assert EVIL not in page.answer.text
    assert "until 3 March 2027" in page.text
    listed = manager.open(at)
    assert EVIL in listed.text
    assert EVIL not in listed.answer.text
    got = page.follow("Download").answer
    assert got.content == TEXT
    assert got.headers["content-type"].startswith("application/octet-stream")
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in got.headers["content-security-policy"]


@SQLITE
@pytest.mark.parametrize("kind", [photographs.jpeg, photographs.png, photographs.webp])
def test_without_scripts_too_a_photograph_loses_where_it_was_taken(manager, kind):
    form = manager.open(f"{manager.visitor.at}/evidence/new")
    assert "Where and when a photograph was taken is taken out of it." in form.text
    picture = kind()
    at = add(manager, content=picture, name="notice.jpg")
    kept = manager.open(f"{at}/file").answer.content
    assert photographs.said(kept) == ({photographs.ORIENTATION: 6}, set())
    assert photographs.seen(kept) == photographs.seen(picture)


@SQLITE
def test_a_damaged_photograph_is_refused_beside_the_field(manager):
    picture = photographs.jpeg()
    page = upload(manager, f"{manager.visitor.at}/evidence/new", picture[:-2] + picture, "notice.jpg")
    assert page.status == 422
    ((message, field),) = page.mistakes
    assert field == "file"
    assert "save it anew" in message


@SQLITE
def test_who_opened_a_file_is_listed_for_owners(service, manager):
    at = add(manager)
    other = contributor(service, manager)
    assert other.open(f"{at}/file").answer.content == TEXT
    assert "Lim Vuthy" in manager.open(at).follow("Who opened it").text
    assert other.open(f"{at}/views").status == 403


@SQLITE
def test_mistakes_beside_a_file_keep_what_was_typed(manager):
    path = f"{manager.visitor.at}/evidence/new"
    page = upload(manager, path, title="x" * 201, **{"valid_from-day": "31", "valid_from-month": "2",
                                                     "valid_from-year": "2026"})  # fmt: skip
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["title", "valid_from"]
    assert page.tree.xpath("//input[@name='title']/@value") == ["x" * 201]
    assert page.tree.xpath("//input[@name='valid_from-day']/@value") == ["31"]
    days = {"valid_from-day": "2", "valid_from-month": "2", "valid_from-year": "2026", "valid_to-day": "1",
            "valid_to-month": "2", "valid_to-year": "2026"}  # fmt: skip
    assert [field for _, field in upload(manager, path, **days).mistakes] == ["valid_to"]


@SQLITE
@pytest.mark.parametrize(("content", "name"), [
    (b"", ""), (b"", "empty.txt"), (b"MZ\x90\x00" * 100, "a.exe"), (b"x" * 70_000, "long.txt"),
])  # fmt: skip
def test_files_that_are_not_taken_are_refused_beside_the_field(manager, content, name):
    page = upload(manager, f"{manager.visitor.at}/evidence/new", content, name, title=EVIL)
    assert page.status in (413, 422)
    assert [field for _, field in page.mistakes] == ["file"]
    assert EVIL not in page.answer.text
    assert manager.visitor.must("GET", f"{manager.visitor.at}/evidence")["items"] == []


@SQLITE
def test_title_and_days_are_changed_and_a_newer_version_keeps_the_earlier_one(manager):
    at = add(manager, title="Training")
    page = manager.open(at).follow("Change title or days")
    shown = page.send("/edit", title="Training 2026")
    assert shown.heading == "Training 2026"
    assert page.send("/edit", title="Mine").status == 412
    assert [field for _, field in page.send("/edit", title="").mistakes] == ["title"]
    newer = upload(manager, f"{at}/revision", TEXT + b"And one more.\n")
    assert newer.heading == "Training 2026"
    assert "Earlier versions" in newer.text
    assert manager.open(f"{at}/file?revision=1").answer.content == TEXT


@SQLITE
def test_owners_delete_a_file_for_good_with_a_reason(service, manager):
    at = add(manager, title="Training")
    other = contributor(service, manager)
    assert other.post(f"{at}/purge", {"reason": "x"}).status == 403
    page = manager.open(at).follow("Delete for good")
    assert [field for _, field in page.send("/purge", reason="").mistakes] == ["reason"]
    shown = page.send("/purge", reason=EVIL)
    assert shown.heading == "A file that was deleted"
    assert EVIL in shown.text
    assert EVIL not in shown.answer.text
    assert manager.open(f"{at}/file").status == 404
    again = upload(manager, f"{manager.visitor.at}/evidence/new")
    assert again.status == 409
    assert again.mistakes


@SQLITE
def test_what_runs_out_soon_is_listed_and_named_on_the_overview(manager):
    add(manager, title="Old sheet", **{"valid_to-day": "1", "valid_to-month": "12", "valid_to-year": "2026"})
    add(manager, title="Policy", content=TEXT + b"x")
    page = manager.open(manager.visitor.at).follow("1 paper runs out within 60 days, or has run out")
    assert "Old sheet" in page.text
    assert "Policy" not in page.text


@SQLITE
def test_evidence_of_another_organisation_is_not_found(service, manager):
    at = add(manager)
    theirs = service.visitor("Chan Thida")
    theirs.begin("Garden Hotel")
    other = Guest(service.client.app)
    other.log_in(theirs.email, PASSWORD)
    mine = theirs.at + at.removeprefix(manager.visitor.at)
    for path in ("", "/file", "/edit", "/purge", "/views", "/revision"):
        assert other.open(at + path).status == 404
        assert other.open(mine + path).status == 404
    assert upload(other, f"{at}/revision").status == 404
    assert upload(other, f"{mine}/revision").status == 404
    assert upload(other, f"{manager.visitor.at}/evidence/new").status == 404


@SQLITE
def test_where_a_file_is_used_is_named(manager):
    at = add(manager, title="Training")
    org = manager.visitor.at
    digest = manager.visitor.must("GET", f"{org}/evidence")["items"][0]["digest"]
    site = manager.visitor.must("GET", f"{org}/sites")["items"][0]["id"]
    asked = {"sector": "hospitality", "country": "KH", "site_ids": [site]}
    draft = manager.visitor.must("POST", f"{org}/assessments", json=asked)["id"]
    piece = {"form": "file", "file": digest, "dated_on": "2026-03-01"}
    manager.visitor.must("PUT", f"{org}/assessments/{draft}/answers/CORE-01", json={"value": 1, "pieces": [piece]},
                         headers={"if-none-match": "*"})  # fmt: skip
    page = manager.open(at)
    assert f"{org}/assessments/{draft}/items/CORE-01" in page.links
    assert "Used in 1 answer" in manager.open(f"{org}/evidence").text


@SQLITE
def test_the_pages_of_evidence_are_there_in_khmer(manager):
    at = add(manager)
    manager.speak("km")
    for path in (f"{manager.visitor.at}/evidence", f"{manager.visitor.at}/evidence/new", at, f"{at}/edit",
                 f"{at}/purge", f"{at}/views", f"{at}/revision"):  # fmt: skip
        assert manager.open(path).status == 200
