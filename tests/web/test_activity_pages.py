import pytest
from guest import Guest

from visitor import PASSWORD

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_the_journal_is_read_in_words_newest_first(manager):
    manager.visitor.invite("Chan Thida", "signatory")
    page = manager.open(f"{manager.visitor.at}/activity")
    rows = [each.text_content() for each in page.tree.xpath("//main//ol/li")]
    assert "Chan Thida" in rows[0]
    assert "Sok Dara" in rows[-1]
    assert "22 November 2026" in rows[0]


@SQLITE
def test_a_long_journal_is_read_page_by_page(manager):
    for index in range(30):
        manager.visitor.must("POST", f"{manager.visitor.at}/sites", json={"name": f"Site {index}", "country": "KH"})
    page = manager.open(f"{manager.visitor.at}/activity")
    assert len(page.tree.xpath("//main//ol/li")) == 25
    second = page.follow("Next page")
    assert len(second.tree.xpath("//main//ol/li")) == 7
    assert len(second.follow("First page").tree.xpath("//main//ol/li")) == 25


@SQLITE
def test_the_whole_journal_is_downloaded(manager):
    answer = manager.open(f"{manager.visitor.at}/activity").follow("Download the whole journal").answer
    assert answer.headers["content-disposition"].startswith('attachment; filename="journal.ndjson"')
    assert answer.content.startswith(b'{"journal":1,')


@SQLITE
def test_contributors_do_not_read_the_journal_and_strangers_do_not_find_it(service, manager):
    visitor = manager.visitor.invite("Lim Vuthy", "contributor")
    other = Guest(service.client.app)
    other.log_in(visitor.email, PASSWORD)
    stranger = Guest(service.client.app)
    stranger.log_in(service.visitor("Keo Sophea").email, PASSWORD)
    for path in ("/activity", "/activity/journal"):
        assert other.open(manager.visitor.at + path).status == 403
        assert stranger.open(manager.visitor.at + path).status == 404
    assert manager.open(f"{manager.visitor.at}/activity?from=nonsense").status == 422


@SQLITE
def test_the_journal_is_there_in_khmer(manager):
    page = manager.speak("km").open(f"{manager.visitor.at}/activity")
    assert page.status == 200
