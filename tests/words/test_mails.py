"""Mails: every kind in every language, with all its facts and nothing that does not belong there."""

import re
import string
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.intake.library import Library
from compliance.usecases.wording import check_wording
from compliance.words import en_mails, km_mails
from compliance.words.mails import MailKind, write_mail
from fixtures.libraries import SHIPPED

KINDS = get_args(MailKind)
LANGUAGES = ("en", "km")
BASE = {"link": "https://service.example/a/1?token=x_y-z{0}", "base_url": "https://service.example"}
DAY = date(2027, 1, 20)
HOTEL = {"organisation": "Angkor & Söhne “Guest House”"}
FACTS = {
    "verify_email": {"code": "402617", "valid_minutes": 1_440},
    "account_exists": {},
    "reset_password": {"valid_minutes": 30},
    "password_changed": {},
    "second_factor_taken": {"administrator": "Ada Admin"},
    "new_login_blocked": {"valid_minutes": 15},
    "invitation": HOTEL | {"inviter": "Sok Dara", "role": "contributor", "expires_on": DAY},
    "identity_confirmed": HOTEL,
    "identity_refused": HOTEL | {"reason": "The register knows this number under another name."},
    "section_assigned": HOTEL | {"section": "Staff and training"},
    "comment_added": HOTEL,
    "assessment_submitted": HOTEL,
    "draft_expires": HOTEL | {"days": 30, "expires_on": DAY},
    "task_due": HOTEL | {"due_on": DAY},
    "certificate_expires": HOTEL | {"days": 60, "expires_on": DAY},
    "certificate_expired": HOTEL | {"days": 7, "expires_on": DAY},
    "certificate_suspended": HOTEL,
    "certificate_withdrawn": HOTEL,
    "certificate_reinstated": HOTEL,
}
EVERY = pytest.mark.parametrize("kind", KINDS)
BOTH = pytest.mark.parametrize("language", LANGUAGES)


def written(kind: str, language: str = "en", **other) -> tuple[str, str]:
    return write_mail(kind, language, BASE | FACTS[kind] | other)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_kind_is_there_in_every_language_with_the_same_facts():
    assert set(KINDS) == set(FACTS)
    assert {f"{kind}-{part}" for kind in KINDS for part in ("subject", "text")} == en_mails.MAILS.keys()
    for english, khmer in ((en_mails.MAILS, km_mails.MAILS), (en_mails.PARTS, km_mails.PARTS)):
        assert english.keys() == khmer.keys()
        for key, sentence in english.items():
            assert placeholders(sentence) == placeholders(khmer[key]), key


@EVERY
@BOTH
def test_a_mail_says_all_its_facts_and_leaves_nothing_to_fill_in(kind, language):
    subject, text = written(kind, language)
    assert BASE["link"] in text.split("\n")
    unfilled = re.findall(r"[{}]", (subject + text).replace(BASE["link"], ""))
    assert not unfilled
    said = " ".join(text.split())
    for name in ("organisation", "administrator", "inviter", "reason", "section", "code"):
        assert str(FACTS[kind].get(name, "")) in said
    for name in ("valid_minutes", "days"):
        if name in FACTS[kind]:
            assert {1_440: "24", 30: "30", 15: "15", 60: "60", 7: "7"}[FACTS[kind][name]] in said
    if DAY in FACTS[kind].values():
        assert "2027" in text


@EVERY
@BOTH
def test_a_subject_is_one_short_line(kind, language):
    subject, _ = written(kind, language)
    assert subject == subject.strip()
    assert "\n" not in subject
    assert len(subject) <= 120


@EVERY
def test_lines_in_english_are_short(kind):
    _, text = written(kind)
    assert [line for line in text.split("\n") if len(line) > 78] == []
    assert "\n\n\n" not in text


@EVERY
@BOTH
def test_every_mail_says_who_sends_it_and_where_a_child_in_danger_is_reported(kind, language):
    _, text = written(kind, language)
    lines = text.split("\n")
    assert "https://service.example" in lines
    assert lines[-2:] == ["https://service.example/danger", ""]
    assert "compliance" in text
    assert ("call the police" if language == "en" else "ហៅប៉ូលីស") in " ".join(text.split())


@EVERY
@BOTH
def test_no_mail_speaks_of_scores_or_outcomes(kind, language):
    subject, text = written(kind, language)
    words = "score|points|percent|outcome|critical" if language == "en" else "ពិន្ទុ|បានបំពេញ|%"
    assert not re.search(words, subject + text, re.IGNORECASE)


@EVERY
def test_no_mail_uses_a_term_to_avoid(kind):
    glossary = Library(SHIPPED).glossary()
    assert [hit.term.text for hit in check_wording(glossary, "\n".join(written(kind)))] == []


@pytest.mark.parametrize("kind", ["verify_email", "reset_password", "invitation"])
def test_who_did_not_ask_for_it_may_ignore_it(kind):
    assert "you can ignore this mail" in " ".join(written(kind)[1].split())
    assert "មិនអើពើនឹងអ៊ីមែលនេះ" in written(kind, "km")[1]


@EVERY
def test_a_missing_fact_is_a_fault(kind):
    for name in BASE | FACTS[kind]:
        facts = BASE | FACTS[kind]
        del facts[name]
        with pytest.raises(ValueError, match="facts do not fit"):
            write_mail(kind, "en", facts)


@EVERY
def test_a_fact_that_is_not_said_is_a_fault(kind):
    with pytest.raises(ValueError, match="total"):
        written(kind, total=87)


def test_a_language_without_mails_is_answered_in_english():
    assert written("draft_expires", "fr") == written("draft_expires", "en")


@pytest.mark.parametrize(("minutes", "said"), [
    (1, "for 1 minute and"), (30, "for 30 minutes and"), (60, "for 1 hour and"), (90, "for 90 minutes and"),
    (120, "for 2 hours and"),
])  # fmt: skip
def test_a_time_is_said_as_people_say_it(minutes, said):
    assert said in " ".join(written("reset_password", valid_minutes=minutes)[1].split())


def test_one_day_is_one_day():
    assert "expires in 1 day, on 20 January 2027." in " ".join(written("draft_expires", days=1)[1].split())


@pytest.mark.parametrize(
    "role", ["owner", "contributor", "signatory", "auditor", "decider", "appeals", "author", "admin"]
)
@BOTH
def test_every_role_is_said_in_words(role, language):
    parts = (en_mails if language == "en" else km_mails).PARTS
    assert parts[f"role-{role}"] in " ".join(written("invitation", language, role=role)[1].split())


def test_a_role_that_is_not_known_is_a_fault():
    with pytest.raises(KeyError, match="observer"):
        written("invitation", role="observer")


@pytest.mark.parametrize(("name", "said"), [
    ("Prize!\nhttps://evil.example/win", "Prize! evil.example/win"),
    ("a\r\nBcc: b@c.example", "a Bcc: b@c.example"),
    ("H\u202eotel\x00", "Hotel"),
    ("{organisation} {0}", "{organisation} {0}"),
    ("x" * 200, "x" * 79 + "…"),
    ("សណ្ឋា\u200bគារ", "សណ្ឋា\u200bគារ"),
])  # fmt: skip
def test_whoever_names_an_organisation_does_not_write_our_mails(name, said):
    subject, text = written("invitation", organisation=name)
    assert subject == f"Invitation: answer for {said}"
    assert said in " ".join(text.split(" ")).replace("\n", " ")


@given(st.text(max_size=300))
def test_whatever_the_name_the_mail_keeps_its_shape(name):
    subject, text = written("section_assigned", section=name)
    assert "\n" not in subject
    assert subject.isprintable() or any(each in subject for each in "\u200b\u200c\u200d") or not name.isprintable()
    assert text.endswith("/danger\n")
    assert text.count(BASE["link"]) == 1


def test_a_reason_may_be_long():
    reason = "The register names another owner. " * 20
    assert " ".join(reason.split()) in " ".join(written("identity_refused", reason=reason)[1].split())
