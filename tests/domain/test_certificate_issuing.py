"""Whether a certificate that was earned is issued, waits or is held back; and which others it replaces."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import TODAY, decided, documented, questionnaire, scored, yes_no
from compliance.domain.certificate import (
    CertificateCannotReturn,
    HeldCertificate,
    HoldReason,
    Issued,
    NotIssued,
    Standing,
    check_can_reinstate,
    decide_issue,
    valid_until,
    why_not_issued,
)
from compliance.words import say_problem
from domain.drafts import scope

ASKED = questionnaire(yes_no("GOV-01", critical=True))
EARNED = scored(ASKED, {"GOV-01": documented("yes")})
DESK = scored(
    ASKED, {"GOV-01": documented("yes")}, sample=(),
    decisions={"GOV-01": decided("upheld", evidence="verified_remotely")},
)  # fmt: skip
SITE = scored(
    ASKED, {"GOV-01": documented("yes")}, sample=(),
    decisions={"GOV-01": decided("upheld", evidence="verified_on_site")},
)  # fmt: skip
CARDS = {"self_assessed": EARNED, "desk_verified": DESK, "site_verified": SITE}
FINE = Standing(on=TODAY, identity_confirmed=True)
FAR = TODAY + timedelta(days=300)


def other(*sites, sector="hospitality", **changed) -> HeldCertificate:
    usual = {"number": "CP-OLD", "assurance": "self_assessed", "status": "active", "valid_until": FAR}
    return HeldCertificate(scope=scope(*sites, sector=sector), **{**usual, **changed})


def standing(**changed) -> Standing:
    return msgspec.structs.replace(FINE, **changed)


def reasons(*others, wanted=None, card=EARNED, **changed) -> list[str]:
    return [each.code for each in why_not_issued(card, wanted or scope("a", "b"), others, standing(**changed))]


def test_the_cards_have_the_assurance_that_their_names_say():
    assert {name: (card.assurance, card.outcome) for name, card in CARDS.items()} == {
        name: (name, "met") for name in CARDS
    }


def test_what_is_earned_and_unhindered_is_issued():
    assert decide_issue(EARNED, scope("a"), [], FINE) == Issued(())


@pytest.mark.parametrize("card", [
    scored(ASKED, {"GOV-01": documented("no")}),
    scored(ASKED, {"GOV-01": documented("yes")}, attested=False),
])  # fmt: skip
def test_what_is_not_earned_is_not_issued_and_nothing_else_is_said(card):
    assert decide_issue(card, scope("a"), [other("a", status="suspended")], standing(identity_confirmed=False)) == (
        NotIssued((HoldReason("not-earned"),))
    )


def test_it_waits_while_the_identity_is_only_stated():
    waiting = decide_issue(EARNED, scope("a"), [], standing(identity_confirmed=False))
    assert waiting == NotIssued((HoldReason("identity-stated"),))
    assert waiting.waits
    held = decide_issue(EARNED, scope("a"), [], standing(identity_confirmed=False, critical_finding_open=True))
    assert isinstance(held, NotIssued)
    assert not held.waits


@pytest.mark.parametrize(("before", "expected"), [
    (other("a", status="suspended"), ["suspended-in-scope"]),
    (other("c", status="suspended"), []),
    (other("a", status="suspended", sector="transport"), []),
    (other("a", status="withdrawn", withdrawn_on=date(2025, 11, 22)), ["withdrawn-within-12-months"]),
    (other("a", status="withdrawn", withdrawn_on=date(2025, 11, 21)), []),
    (other("c", status="withdrawn", withdrawn_on=TODAY), []),
    (other("a", status="expired"), []),
    (other("a", status="superseded"), []),
    # Active ones give way to what covers them and says as much…
    (other("a"), []),
    (other("a", "b"), []),
    (other("a", "b", "c"), ["another-active"]),
    (other("a", assurance="desk_verified"), ["another-active"]),
    (other("c", assurance="desk_verified"), []),
    (other("a", assurance="desk_verified", sector="transport"), []),
    # … or in their last 60 days.
    (other("a", "b", "c", valid_until=TODAY + timedelta(days=60)), []),
    (other("a", "b", "c", valid_until=TODAY + timedelta(days=61)), ["another-active"]),
    (other("a", assurance="site_verified", valid_until=TODAY), []),
    (other("a", "b", "c", valid_until=TODAY - timedelta(days=1)), []),
])  # fmt: skip
def test_other_certificates_of_the_same_sites_and_sector_stand_in_the_way(before, expected):
    assert reasons(before) == expected


@pytest.mark.parametrize("changed", [{"critical_finding_open": True}, {"major_finding_overdue": True}])
def test_open_findings_hold_it_back(changed):
    assert reasons(**changed) == ["finding-open"]


def test_all_reasons_are_named_at_once():
    found = reasons(
        other("a", status="suspended"), other("b", status="withdrawn", withdrawn_on=TODAY),
        other("b", "z", number="CP-NEW"), identity_confirmed=False, critical_finding_open=True,
    )  # fmt: skip
    assert found == [
        "identity-stated", "suspended-in-scope", "finding-open", "withdrawn-within-12-months", "another-active",
    ]  # fmt: skip


def test_a_release_lifts_what_only_a_regulator_can_lift():
    before = [other("a", status="suspended"), other("b", status="withdrawn", withdrawn_on=TODAY, number="CP-GONE")]
    after = decide_issue(DESK, scope("a", "b"), before, standing(released=True, critical_finding_open=True))
    assert after == Issued(("CP-OLD",)), "the suspended one cannot come back beside it"
    assert reasons(identity_confirmed=False, released=True) == ["identity-stated"]


def test_reasons_say_which_certificate_and_until_when():
    [active] = why_not_issued(EARNED, scope("a"), [other("a", "b")], FINE)
    assert active == HoldReason("another-active", "CP-OLD", FAR - timedelta(days=60))
    [gone] = why_not_issued(EARNED, scope("a"), [other("a", status="withdrawn", withdrawn_on=date(2026, 2, 28))], FINE)
    assert gone == HoldReason("withdrawn-within-12-months", "CP-OLD", date(2027, 2, 28))
    assert "CP-OLD" in say_problem(gone.problem)
    assert "2027-02-28" in say_problem(gone.problem)


def test_a_certificate_does_not_come_back_beside_another():
    suspended = other("a", "b", status="suspended")
    check_can_reinstate(suspended, [suspended, other("c", number="CP-1"), other("a", status="expired")], on=TODAY)
    with pytest.raises(CertificateCannotReturn) as refusal:
        check_can_reinstate(suspended, [other("b", number="CP-1"), other("a", number="CP-2")], on=TODAY)
    assert [problem.facts["number"] for problem in refusal.value.problems] == ["CP-1", "CP-2"]


# Under any sequence

SITES = st.sets(st.sampled_from("abc"), min_size=1).map(sorted)
DEEDS = st.one_of(
    st.tuples(st.just("submit"), SITES, st.sampled_from(sorted(CARDS)), st.booleans(), st.booleans()),
    st.tuples(st.sampled_from(["suspend", "reinstate", "withdraw"]), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)


class Holder:
    """All certificates of one holder in one sector, through whatever happens."""

    def __init__(self):
        self.on, self.held = TODAY, {}

    def turn(self, number, **changed):
        self.held[number] = msgspec.structs.replace(self.held[number], **changed)

    def submit(self, sites, assurance, confirmed, released):
        now = Standing(on=self.on, identity_confirmed=confirmed, released=released)
        issued = decide_issue(CARDS[assurance], scope(*sites), list(self.held.values()), now)
        if isinstance(issued, Issued):
            assert confirmed
            for number in issued.supersedes:
                self.turn(number, status="superseded")
            number = f"CP-{len(self.held)}"
            until = valid_until(self.on, assurance)
            self.held[number] = other(*sites, number=number, assurance=assurance, valid_until=until)

    def _nth(self, index, status):
        found = [number for number, each in self.held.items() if each.status == status]
        return found[index % len(found)] if found else None

    def suspend(self, index):
        if number := self._nth(index, "active"):
            self.turn(number, status="suspended")

    def withdraw(self, index):
        if number := self._nth(index, "active"):
            self.turn(number, status="withdrawn", withdrawn_on=self.on)

    def reinstate(self, index):
        number = self._nth(index, "suspended")
        if number is None:
            return
        try:
            check_can_reinstate(self.held[number], list(self.held.values()), on=self.on)
        except CertificateCannotReturn:
            return
        self.turn(number, status="active")

    def wait(self, days):
        self.on += timedelta(days=days)


@given(st.lists(DEEDS, max_size=30))
def test_never_are_two_active_for_one_site(deeds):
    holder = Holder()
    for deed, *how in deeds:
        getattr(holder, deed)(*how)
        active = [each for each in holder.held.values() if each.is_active(holder.on)]
        assert not [(x, y) for x in active for y in active if x.number < y.number and x.scope.overlaps(y.scope)]
