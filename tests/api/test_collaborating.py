"""Answering together: sections given to people, and comments beside items."""

import pytest

from compliance.usecases.mailing import Queued, write_letter
from hotels import NEW, Hotel, problem_codes


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.close()


@pytest.fixture
def draft(hotel):
    return f"./assessments/{hotel.start()}"


def section_of(hotel, item):
    with hotel.parts.desk.deed(writes=False) as deed:
        shelf = deed.means.shelf
        return shelf.sections_of(shelf.newest("hospitality", hotel.now.date()).copy.digest)[item]


def test_a_section_is_given_to_one_person_who_is_told_and_then_answers_it_alone(hotel, draft):
    section = section_of(hotel, "CORE-04")
    given = hotel.must("PUT", f"{draft}/assignments/{section}", json={"user_id": hotel.people["Lim Vuthy"]})
    assert given["user_id"] == hotel.people["Lim Vuthy"]
    assert given["assigned_by"] == hotel.people["Sok Dara"]
    assert hotel.must("GET", draft)["assignments"][section] == given

    to, kind, facts = hotel.mails()[-1]
    assert (to, kind, facts["organisation"]) == ("lim.vuthy", "section_assigned", "Riverside Hotel")
    assert facts["section"] != section

    path, answer = f"{draft}/answers/CORE-04", {"value": 2}
    assert hotel.code("PUT", path, as_="Keo Sophea", json=answer, headers=NEW) == (403, "section-assigned")
    hotel.must("PUT", path, as_="Lim Vuthy", json=answer, headers=NEW)
    assert hotel.journal()[-2][0] == "section-assigned"


def test_the_mails_that_are_queued_can_be_written(hotel, draft):
    section = section_of(hotel, "CORE-04")
    hotel.must("PUT", f"{draft}/assignments/{section}", json={"user_id": hotel.people["Lim Vuthy"]})
    hotel.must("POST", f"{draft}/comments/CORE-04", json={"text": "Where are the signed sheets?"})
    for _, kind, facts in hotel.mails():
        queued = Queued(to="lim.vuthy@hotel.example", mail=kind, language="en", facts=facts)
        letter = write_letter(queued, job_id=hotel.id, written_at=hotel.now, base_url="https://x.example", name=None)
        assert "Riverside Hotel" in letter.text
        assert f"/organisations/{hotel.id}/{draft[2:]}" in letter.text
        assert "signed sheets" not in letter.text


def test_a_section_that_is_taken_back_is_everybodys_again(hotel, draft):
    section = section_of(hotel, "CORE-04")
    hotel.must("PUT", f"{draft}/assignments/{section}", json={"user_id": hotel.people["Lim Vuthy"]})
    hotel.must("PUT", f"{draft}/assignments/{section}", as_="Chan Thida", json={"user_id": hotel.people["Keo Sophea"]})
    hotel.must("DELETE", f"{draft}/assignments/{section}")
    assert hotel.must("GET", draft)["assignments"] == {}
    assert hotel.code("DELETE", f"{draft}/assignments/{section}") == (404, "no-such-assignment")


def test_who_gives_a_section_to_themselves_is_not_mailed(hotel, draft):
    hotel.must("PUT", f"{draft}/assignments/{section_of(hotel, 'CORE-04')}", json={"user_id": hotel.people["Sok Dara"]})
    assert hotel.mails() == []


def test_a_section_is_given_only_to_members_who_may_answer_for_every_site(hotel):
    draft = f"./assessments/{hotel.start(sites=('River', 'Garden'))}"
    path = f"{draft}/assignments/{section_of(hotel, 'CORE-04')}"
    hotel.limit_to("Lim Vuthy", "River")
    hotel.add_person("Stranger")
    for name, code in [("Lim Vuthy", "person-not-of-sites"), ("Noun Nary", "person-not-answering"),
                       ("Stranger", "person-not-answering")]:  # fmt: skip
        answer = hotel.ask("PUT", path, json={"user_id": hotel.people[name]})
        assert (answer.status_code, answer.json()["code"]) == (422, "person-cannot-answer")
        assert problem_codes(answer) == [code]


def test_only_owners_and_signatories_give_sections_and_only_of_drafts(hotel):
    submitted = hotel.submitted()
    section, person = section_of(hotel, "CORE-04"), {"user_id": hotel.people["Lim Vuthy"]}
    path = f"./assessments/{submitted}/assignments/{section}"
    assert hotel.code("PUT", path, json=person) == (409, "assessment-not-open")
    draft = f"./assessments/{hotel.start()}"
    assert hotel.code("PUT", f"{draft}/assignments/{section}", as_="Lim Vuthy", json=person) == (403, "not-your-role")
    assert hotel.code("PUT", f"{draft}/assignments/NOPE", json=person) == (404, "no-such-item")
    assert hotel.code("PUT", f"{draft}/assignments/{section}", json={"user_id": "x"}) == (422, "body-invalid")


def test_comments_stand_beside_an_item_and_tell_who_answers_its_section(hotel, draft):
    section = section_of(hotel, "CORE-04")
    path = f"{draft}/comments/CORE-04"
    hotel.must("POST", path, json={"text": "Before anybody was asked"})
    assert hotel.mails() == []
    hotel.must("PUT", f"{draft}/assignments/{section}", json={"user_id": hotel.people["Lim Vuthy"]})
    hotel.must("POST", path, json={"text": "Where are the signed sheets?"})
    hotel.must("POST", path, as_="Lim Vuthy", json={"text": "In file 12."})
    told = [(to, kind) for to, kind, _ in hotel.mails()]
    assert sorted(told) == [("lim.vuthy", "comment_added"), ("lim.vuthy", "section_assigned")]

    comments = hotel.must("GET", path, as_="Keo Sophea")["comments"]
    assert [(each["name"], each["text"]) for each in comments] == [
        ("Sok Dara", "Before anybody was asked"),
        ("Sok Dara", "Where are the signed sheets?"),
        ("Lim Vuthy", "In file 12."),
    ]
    assert hotel.must("GET", f"{draft}/comments/CORE-06")["comments"] == []
    assert "signed sheets" not in str(hotel.journal())


def test_a_comment_is_emptied_by_who_wrote_it_or_an_owner(hotel, draft):
    path = f"{draft}/comments/CORE-04"
    first = hotel.must("POST", path, as_="Lim Vuthy", json={"text": "One"})["id"]
    second = hotel.must("POST", path, as_="Lim Vuthy", json={"text": "Two"})["id"]
    assert hotel.code("DELETE", f"{path}/{first}", as_="Keo Sophea") == (403, "comment-not-yours")
    assert hotel.code("DELETE", f"{path}/{first}", as_="Chan Thida") == (403, "comment-not-yours")
    hotel.must("DELETE", f"{path}/{first}", as_="Lim Vuthy")
    hotel.must("DELETE", f"{path}/{second}")
    assert [(each["text"], each["deleted_at"] is None) for each in hotel.must("GET", path)["comments"]] == [
        ("", False)
    ] * 2
    assert hotel.code("DELETE", f"{path}/{first}") == (404, "no-such-comment")
    assert hotel.code("DELETE", f"{draft}/comments/CORE-06/{second}") == (404, "no-such-comment")
    assert [kind for kind, _ in hotel.journal()].count("comment-deleted") == 2


def test_comments_need_an_item_and_words(hotel, draft):
    assert hotel.code("POST", f"{draft}/comments/NOPE-01", json={"text": "x"}) == (404, "no-such-item")
    for text in ("", "   ", "a\x00b", "x" * 2001):
        assert hotel.code("POST", f"{draft}/comments/CORE-04", json={"text": text}) == (422, "body-invalid")
    assert hotel.code("GET", f"{draft}/comments/CORE-04", as_="Noun Nary") == (403, "not-your-role")


def test_who_does_not_see_the_sites_sees_no_comments(hotel):
    draft = f"./assessments/{hotel.start(sites=('Garden',))}"
    hotel.limit_to("Lim Vuthy", "River")
    path = f"{draft}/comments/CORE-04"
    assert hotel.code("GET", path, as_="Lim Vuthy") == (404, "no-such-assessment")
    assert hotel.code("POST", path, as_="Lim Vuthy", json={"text": "x"}) == (404, "no-such-assessment")
