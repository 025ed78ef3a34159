import pytest
from filled import MET, base, fill, start
from guest import Guest

from compliance.domain.assessment import STATEMENT_VERSION, STATEMENTS
from compliance.web.checking import GAPS, STATEMENT
from hotels import seen
from visitor import PASSWORD

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def draft(manager):
    """A draft that is filled in but for two answers; gives its address."""
    assessment_id = start(manager.visitor)
    fill(manager.visitor, assessment_id, MET, leave_out=("CORE-01", "HOS-01"))
    manager.assessment_id = assessment_id
    return base(manager.visitor, assessment_id)


def answer(visitor, assessment_id, item, given, *, revision=0):
    place = f"{visitor.at}/assessments/{assessment_id}/answers/{item}"
    return visitor.must("PUT", place, json=given, headers=seen(revision))


def finish(manager):
    for item in ("CORE-01", "HOS-01"):
        answer(manager.visitor, manager.assessment_id, item, {"value": 4})


def test_a_signatory_checks_signs_and_comes_to_the_result(manager, draft):
    finish(manager)
    page = manager.open(f"{draft}/check")
    assert page.heading == "Check your answers"
    assert "Nothing is missing" in page.text
    alone = [each.text_content().strip() for each in page.tree.find_class("app-answer")]
    assert {"Yes", "Sites: 1"} <= set(alone)
    assert not [each for each in alone if each[:1].islower()], "words that stand alone begin large"
    sign = page.follow("Go on to sign")
    assert sign.heading == "Sign and submit"
    assert STATEMENTS[STATEMENT_VERSION] in sign.text
    done = sign.send("/sign", name="Sok Dara", role="General manager", agree=["yes"])
    assert done.path == f"{draft}/result?done=submitted"
    assert done.status == 200
    assert "signed and submitted" in done.text
    assert manager.open(f"{draft}/check").path == f"{draft}/result"
    assert manager.open(f"{draft}/sign").path == f"{draft}/result"


def test_what_is_missing_stands_first_each_with_a_link(manager, draft):
    page = manager.open(f"{draft}/check")
    assert "2 things are missing" in page.text
    assert f"{draft}/items/CORE-01" in page.links
    assert page.links.index(f"{draft}/items/HOS-01") < page.links.index(f"{draft}/items/CORE-02")
    assert manager.open(f"{draft}/sign").path == f"{draft}/check"


@SQLITE
def test_an_empty_draft_names_every_fact(manager):
    assessment_id = start(manager.visitor)
    page = manager.open(f"{base(manager.visitor, assessment_id)}/check")
    assert page.status == 200
    assert f"{base(manager.visitor, assessment_id)}/facts" in page.links


@SQLITE
def test_name_role_and_agreement_are_needed_and_what_was_typed_stays(manager, draft):
    finish(manager)
    page = manager.open(f"{draft}/sign").send("/sign", name="", role="  ", agree=[])
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["name", "role", "agree"]
    again = page.send("/sign", name="Sok <script>alert(1)</script>", role="", agree=["yes"])
    assert again.form("/sign").fields["name"] == "Sok <script>alert(1)</script>"
    assert "<script>alert" not in again.answer.text


@SQLITE
def test_who_signs_what_somebody_changed_meanwhile_is_asked_to_read_again(manager, draft):
    finish(manager)
    page = manager.open(f"{draft}/sign")
    answer(manager.visitor, manager.assessment_id, "CORE-01", {"value": 0}, revision=1)
    changed = page.send("/sign", name="Sok Dara", role="General manager", agree=["yes"])
    assert changed.status == 412
    assert "nothing was signed" in changed.text
    assert manager.visitor.must("GET", f"{manager.visitor.at}/assessments/{manager.assessment_id}")["state"] == "draft"
    done = changed.follow("Go on to sign").send("/sign", name="Sok Dara", role="General manager", agree=["yes"])
    assert done.status == 200


@SQLITE
def test_who_signs_after_an_answer_was_taken_away_sees_what_is_missing(manager, draft):
    finish(manager)
    page = manager.open(f"{draft}/sign")
    answer(manager.visitor, manager.assessment_id, "CORE-01", {}, revision=1)
    changed = page.send("/sign", name="Sok Dara", role="General manager", agree=["yes"])
    assert changed.status == 422
    assert "One thing is missing" in changed.text


@SQLITE
def test_only_a_signatory_signs(service, manager, draft):
    finish(manager)
    fields = {"name": "Lim Vuthy", "role": "Cook", "agree": "yes", "statement": "1", "fingerprint": "sha256:0"}
    helper = manager.visitor.invite("Lim Vuthy", "contributor")
    guest = Guest(service.client.app)
    guest.log_in(helper.email, PASSWORD)
    page = guest.open(f"{draft}/check")
    assert "Only a signatory can sign" in page.text
    assert "Sok Dara" in page.text
    sign = guest.open(f"{draft}/sign")
    assert not [form for form in sign.forms if form.method == "POST"]
    assert guest.post(f"{draft}/sign", fields).status == 403


@SQLITE
def test_what_belongs_to_another_organisation_is_not_there(service, manager, draft):
    other = service.visitor("Chan Thida")
    other.begin("Garden Hotel")
    guest = Guest(service.client.app)
    guest.log_in(other.email, PASSWORD)
    own = f"/organisations/{other.organisation_id}/assessments/{manager.assessment_id}"
    for place in (draft, own):
        assert guest.open(f"{place}/check").status == 404
        assert guest.open(f"{place}/sign").status == 404
        assert guest.post(f"{place}/sign", {"name": "A", "role": "B", "agree": "yes"}).status == 404


@SQLITE
def test_answers_are_shown_in_words_and_never_as_markup(manager, draft):
    note = "<script>alert(1)</script>"
    answer(manager.visitor, manager.assessment_id, "CORE-01", {"value": 4, "note": note})
    page = manager.open(f"{draft}/check")
    assert "<script>alert" not in page.answer.text
    assert note in page.text


@SQLITE
def test_the_english_statement_stands_beside_an_unreviewed_translation(manager, draft):
    finish(manager)
    page = manager.open(f"/language/km?to={draft}/sign")
    assert page.status == 200
    assert STATEMENTS[STATEMENT_VERSION] in page.text
    assert page.tree.xpath("//*[contains(@class, 'app-untranslated')]")


def test_the_words_to_translate_are_those_that_are_signed():
    assert STATEMENTS[STATEMENT_VERSION] == STATEMENT
    assert all(kind.startswith("gap-") for kind in GAPS)
