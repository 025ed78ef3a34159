import pytest
from guest import Guest, Shown

from visitor import PASSWORD

EVIL = '<script>alert("x")</script>'
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def sites_of(manager):
    return manager.visitor.must("GET", f"{manager.visitor.at}/sites")["items"]


def add(manager, name, **more):
    given = {"name": name, "country": "KH", **more}
    return manager.visitor.must("POST", f"{manager.visitor.at}/sites", json=given)


def upload(guest, path, content, name="sites.csv"):
    """Choose a file and send it, as a browser does."""
    answer = guest.client.post(path, files={"file": (name, content, "text/csv")},
                               headers={"sec-fetch-site": "same-origin"})  # fmt: skip
    return Shown(guest, answer)


def preview(manager, text, encoding="utf-8"):
    return upload(manager, f"{manager.visitor.at}/sites/import", text.encode(encoding))


def contributor(service, manager):
    visitor = manager.visitor.invite("Lim Vuthy", "contributor")
    other = Guest(service.client.app)
    other.log_in(visitor.email, PASSWORD)
    return other


def test_a_site_is_added_changed_and_closed(manager):
    at = manager.visitor.at
    shown = manager.open(f"{at}/sites").follow("Add a site").send("/sites/new", name=EVIL, town="Kep", reference="K-1")
    assert shown.heading == "Sites"
    assert EVIL in shown.text
    assert EVIL not in shown.answer.text
    page = shown.follow(EVIL).send(None, name="Garden Hotel")
    assert page.heading == "Sites"
    closing = page.follow("Garden Hotel").follow("Close this site")
    shown = closing.send("/closing")
    assert "The site is closed." in shown.text
    assert [(each["name"], each["closed_at"] is None) for each in sites_of(manager)] == [
        ("Riverside Hotel", True), ("Garden Hotel", False)]  # fmt: skip


@SQLITE
def test_mistakes_about_a_site_stand_beside_their_fields(manager):
    add(manager, "Garden", reference="G-1")
    page = manager.open(f"{manager.visitor.at}/sites/new").send("/new", name="", reference="x" * 61)
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["name", "reference"]
    taken = page.send("/new", name="Other", reference="G-1")
    assert taken.status == 409
    assert taken.mistakes
    assert taken.form("/new").fields["name"] == "Other"


@SQLITE
def test_contributors_see_sites_and_change_none(service, manager):
    other, at = contributor(service, manager), manager.visitor.at
    site = sites_of(manager)[0]
    page = other.open(f"{at}/sites")
    assert "Riverside Hotel" in page.text
    assert "Add a site" not in page.text
    assert other.post(f"{at}/sites/new", {"name": "Mine", "country": "KH"}).status == 403
    assert other.post(f"{at}/sites/{site['id']}", {"name": "Mine", "country": "KH", "revision": "1"}).status == 403
    assert other.post(f"{at}/sites/{site['id']}/closing", {"revision": "1"}).status == 403
    assert other.open(f"{at}/sites/import").status == 403
    assert upload(other, f"{at}/sites/import", b"name\nMine\n").status == 403


@SQLITE
def test_sites_of_another_organisation_are_not_found(service, manager):
    theirs = service.visitor("Chan Thida")
    theirs.begin("Garden Hotel")
    site = theirs.must("GET", f"{theirs.at}/sites")["items"][0]
    at = manager.visitor.at
    assert manager.open(f"{at}/sites/{site['id']}").status == 404
    assert manager.open(f"{theirs.at}/sites/import").status == 404
    assert upload(manager, f"{theirs.at}/sites/import", b"name\nMine\n").status == 404
    refused = manager.post(f"{at}/sites/drafts", {"site_ids": site["id"], "sector": "hospitality", "grouping": "each"})
    assert refused.status == 422
    assert refused.mistakes


# Lists


def test_a_list_is_shown_before_it_is_taken_over(manager):
    add(manager, "Old Garden", reference="G-1")
    page = preview(manager, "name,town,reference\nNew Garden,Kep,G-1\nHarbour,Kampot,H-1\nRiverside Hotel,,\n")
    assert page.heading == "Check the list"
    assert "1 site will be added" in page.text
    assert "1 site will be changed" in page.text
    assert "1 site is there already" in page.text
    assert len(sites_of(manager)) == 2
    shown = page.send("/import/confirmed")
    assert "The list is taken over." in shown.text
    assert [each["name"] for each in sites_of(manager)] == ["Riverside Hotel", "New Garden", "Harbour"]
    again = preview(manager, "name,town,reference\nNew Garden,Kep,G-1\nHarbour,Kampot,H-1\n")
    assert "2 sites are there already" in again.text


@SQLITE
@pytest.mark.parametrize(("text", "encoding"), [
    ("name;town\r\nភូមិ;Kep\r\n", "utf-8-sig"),
    ("Name\tCity\nភូមិ\tKep\n", "utf-16"),
    ('town,name\n"Kep","ភូមិ"\n\n', "utf-8"),
])  # fmt: skip
def test_lists_come_in_many_shapes(manager, text, encoding):
    page = preview(manager, text, encoding)
    assert "1 site will be added" in page.text
    page.send("/import/confirmed")
    assert [(each["name"], each["town"]) for each in sites_of(manager)][1:] == [("ភូមិ", "Kep")]


@SQLITE
def test_lines_that_cannot_be_taken_are_named_and_nothing_is_done(manager):
    page = preview(
        manager, f"name,country,reference\n=1+1,KH,\nGood,KH,\nNowhere,XX,\nA,KH,R\nB,KH,R\n,KH,Q\n{EVIL},kh,\n"
    )
    assert "4 lines cannot be taken" in page.text
    assert "begins like a formula" in page.text
    assert "stands in line 5 already" in page.text
    assert EVIL in page.text
    assert EVIL not in page.answer.text
    assert not [form for form in page.forms if form.method == "POST"]
    assert len(sites_of(manager)) == 1


@SQLITE
@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe\xff", b"town\nKep\n", b"name\n", b'name\n"Kep\n', b"name,name\na,b\n",
    b"name\n" + b"x\n" * 1001, b"name\n" + b"x" * 1024 * 1024, b"name\na\x00b\n",
])  # fmt: skip
def test_files_that_are_no_list_are_refused_beside_the_field(manager, content):
    page = upload(manager, f"{manager.visitor.at}/sites/import", content)
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["file"]


@SQLITE
def test_no_file_and_no_form_are_refused(manager):
    path = f"{manager.visitor.at}/sites/import"
    page = upload(manager, path, b"", name="")
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["file"]
    assert manager.post(path, {"file": "name"}).status == 422
    cut = manager.client.post(path, content=b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nna',
                              headers={"content-type": "multipart/form-data; boundary=x",
                                       "sec-fetch-site": "same-origin"})  # fmt: skip
    assert cut.status_code == 422


@SQLITE
def test_a_list_is_taken_over_only_as_it_was_shown(manager):
    add(manager, "Old Garden", reference="G-1")
    page = preview(manager, "name,reference\nNew Garden,G-1\nHarbour,H-1\n")
    add(manager, "Somebody's", reference="H-1")
    refused = page.send("/import/confirmed")
    assert refused.status == 409
    assert refused.mistakes
    assert [each["name"] for each in sites_of(manager)] == ["Riverside Hotel", "Old Garden", "Somebody's"]


@SQLITE
def test_a_forged_list_is_refused(manager):
    path = f"{manager.visitor.at}/sites/import/confirmed"
    forged = '[{"line":{"line":2,"name":"a\\u0000b"},"country":"KH","fate":"add"}]'
    for planned in ("", "no JSON", "[1]", forged, '[{"line":{"line":2,"name":"=1"},"country":"KH","fate":"add"}]'):
        manager.post(path, {"planned": planned})
        assert len(sites_of(manager)) == 1


@SQLITE
def test_a_thousand_sites_are_taken_over_at_once(manager):
    page = preview(manager, "name,reference\n" + "".join(f"Site {index},S-{index}\n" for index in range(1000)))
    shown = page.send("/import/confirmed")
    assert "The list is taken over." in shown.text
    assert shown.follow("Next page").status == 200


# Drafts


def test_drafts_are_started_for_the_sites_that_are_ticked(manager):
    add(manager, "Garden", reference="G-1")
    ids = [each["id"] for each in sites_of(manager)]
    page = manager.open(f"{manager.visitor.at}/sites")
    started = page.send("/drafts", site_ids=[ids[0]], sector="hospitality", grouping="each")
    assert started.heading == "Your drafts"
    assert "New" in started.text
    both = manager.open(f"{manager.visitor.at}/sites").send("/drafts", site_ids=ids, sector="hospitality",
                                                            grouping="each")  # fmt: skip
    assert "Was there already" in both.text
    assert len(manager.visitor.must("GET", f"{manager.visitor.at}/assessments")["items"]) == 2


@SQLITE
def test_one_draft_over_all_sites_is_started_and_needs_one_country(manager):
    add(manager, "Garden")
    ids = [each["id"] for each in sites_of(manager)]
    path = f"{manager.visitor.at}/sites"
    manager.open(path).send("/drafts", site_ids=ids, sector="hospitality", grouping="together")
    assert len(manager.visitor.must("GET", f"{manager.visitor.at}/assessments")["items"]) == 1
    abroad = manager.visitor.must("POST", f"{manager.visitor.at}/sites", json={"name": "Abroad", "country": "TH"})
    page = manager.open(path).send("/drafts", site_ids=[ids[0], abroad["id"]], sector="transport", grouping="together")
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["site_ids"]


@SQLITE
def test_drafts_need_a_site_and_a_sector(manager):
    page = manager.open(f"{manager.visitor.at}/sites").send("/drafts", grouping="each")
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["site_ids", "sector"]


@SQLITE
def test_the_pages_of_sites_are_there_in_khmer(manager):
    manager.speak("km")
    for path in ("/sites", "/sites/new", "/sites/import"):
        assert manager.open(manager.visitor.at + path).status == 200
    example = manager.open(f"{manager.visitor.at}/sites/import/example")
    assert upload(manager, f"{manager.visitor.at}/sites/import", example.answer.content).status == 200
