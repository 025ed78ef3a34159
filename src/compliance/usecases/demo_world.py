"""The invented world of the demonstration: two years, played with a clock that is put, through the use cases.

Eight businesses, a regulator and the operator; or forty businesses, of whom the other thirty-two follow the same
stories under drawn names. The same day gives the same world.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

from msgspec import Struct

from compliance.domain.actor import ROLES_OF, Role
from compliance.usecases.anchoring import anchor_heads
from compliance.usecases.certificate_statuses import suspend_certificate, withdraw_certificate
from compliance.usecases.demo_answers import Drawn
from compliance.usecases.demo_business import Business, Firm
from compliance.usecases.demo_stage import PASSWORD, Player, Stage
from compliance.usecases.demo_stories import (
    FACTS,
    Act,
    Cast,
    Officials,
    Story,
    carrying_on,
    eight_businesses,
    faithful_hotel,
    far_to_go,
    lapsed,
    misuse,
    newcomer,
    player,
    unconfirmed,
    withdrawn_for_misuse,
)
from compliance.usecases.identity_queues import confirm_for_operator, confirm_for_regulator, refuse_for_operator
from compliance.usecases.operators import RegulatorBegun, begin_regulator

DAYS = 730
LARGE = 40
REGULATOR = "Bureau of Invented Tourism (invented)"
REGULATED = ("KH", "TH")
_MODULES = ("answers", "business", "papers", "stage", "stories", "world")
_OFFICE_HOUR = 8
_ADJECTIVES = ("Amber", "Bamboo", "Coral", "Drifting", "Emerald", "Floating", "Golden", "Hidden")
_NOUNS = ("Turtle", "Umbrella", "Teapot", "Compass", "Hammock", "Lighthouse", "Mango", "Pelican")
_KINDS = {
    "hospitality": "Inn", "tour-operators": "Tours", "tourism-activities": "Adventures", "transport": "Transfers",
    "technology": "Bookings",
}  # fmt: skip
_COUNTRIES = ("KH", "TH", "VN", "PH", "KE", "CO", "FR", "PE", "LA", "ID")
_NAMES = ("Alex", "Bao", "Chan", "Dewi", "Esi", "Farah", "Goran", "Hana")
_STORIES: tuple[Story, ...] = (
    faithful_hotel, carrying_on, far_to_go, lapsed, misuse, unconfirmed, newcomer, withdrawn_for_misuse,
)  # fmt: skip


class LogIn(Struct, frozen=True, kw_only=True):
    """How to come in as somebody."""

    organisation: str
    name: str
    email: str
    password: str
    roles: tuple[Role, ...]


class Played(Struct, frozen=True, kw_only=True):
    """What the play left."""

    log_ins: tuple[LogIn, ...]
    businesses: int


def recipe_digest(*, is_large: bool) -> str:
    """Changes with the stories and with how they are played: then the world must be made anew."""
    digest = hashlib.sha256(b"large" if is_large else b"eight")
    for name in _MODULES:
        digest.update(Path(__file__).with_name(f"demo_{name}.py").read_bytes())
    return digest.hexdigest()


def first_moment(last: datetime) -> datetime:
    """When a play that ends on a day begins."""
    return _morning(last, DAYS)


def play(
    stage: Stage, last: datetime, *, is_large: bool = False, on_progress: Callable[[float], None] | None = None
) -> Played:
    """Play the two years that end at `last`; the clock stands there in the end.

    `on_progress` is told which part of all is done, 0 to 1.
    """
    stage.open_questionnaires()
    crew = _Crew(stage)
    crew.begin()
    businesses = [(Business(stage, cast.firm), cast.story) for cast in every_cast(is_large=is_large)]
    acts = sorted(_acts(crew.officials(), businesses), key=lambda act: -act[0])
    for index, (days_ago, act) in enumerate(acts):
        stage.go_to(_morning(last, days_ago))
        act()
        if on_progress is not None:
            on_progress((index + 1) / len(acts))
    with stage.desk.deed(writes=True) as deed:  # once for all of the play: time was passed over, and with it its hours
        anchor_heads(deed)
    stage.go_to(last)
    log_ins = (*crew.log_ins(), *(log_in for business, _ in businesses for log_in in _log_ins(business.firm)))
    return Played(log_ins=log_ins, businesses=len(businesses))


def _morning(last: datetime, days_ago: int) -> datetime:
    return datetime.combine(last.date() - timedelta(days=days_ago), time(_OFFICE_HOUR), UTC)


def _acts(officials: Officials, businesses: list[tuple[Business, Story]]) -> Iterator[Act]:
    for business, story in businesses:
        yield from story(officials, business)


class _Crew:
    """The operator and the regulator."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._operator = player("Robin Admin", "operator", "Operator of the service")
        self._regulator = player("Nimol Officer", "invented-tourism", "Officer")
        self._regulator_id = ""

    def begin(self) -> None:
        """The operator is appointed, and brings the regulator in."""
        self._stage.appoint(self._operator, country="KH")
        begun = RegulatorBegun(
            name=REGULATOR, country="KH", language="en", email=self._regulator.email,
            responsible_for=tuple((country, None) for country in REGULATED),
        )  # fmt: skip
        with self._stage.operator(self._operator) as deed:
            self._regulator_id = begin_regulator(deed, begun).id
        self._stage.join(self._regulator)

    def officials(self) -> Officials:
        """What they do for businesses."""
        return Officials(
            confirm=self._confirm, confirm_as_regulator=self._confirm_as_regulator, refuse=self._refuse,
            suspend=partial(self._decide, suspend_certificate), withdraw=partial(self._decide, withdraw_certificate),
        )  # fmt: skip

    def log_ins(self) -> tuple[LogIn, ...]:
        """How to come in as one of them."""
        operator = self._stage.desk.means.terms.operator_name
        return (_log_in(self._operator, operator, ROLES_OF["operator"]),
                _log_in(self._regulator, REGULATOR, ROLES_OF["regulator"]))  # fmt: skip

    def _confirm(self, business: Business) -> None:
        seen = business.identity_revision()
        with self._stage.operator(self._operator) as deed:
            confirm_for_operator(deed, business.organisation_id, business.firm.country, seen=seen)

    def _confirm_as_regulator(self, business: Business) -> None:
        if business.firm.country not in REGULATED:
            self._confirm(business)
            return
        seen = business.identity_revision()
        with self._stage.member(self._regulator, self._regulator_id) as deed:
            confirm_for_regulator(deed, business.organisation_id, business.firm.country, seen=seen)

    def _refuse(self, business: Business, reason: str) -> None:
        seen = business.identity_revision()
        with self._stage.operator(self._operator) as deed:
            refuse_for_operator(deed, business.organisation_id, business.firm.country, reason=reason, seen=seen)

    def _decide(self, decide: Callable[..., object], business: Business, reason: str) -> None:
        number = business.newest_certificate()
        with self._stage.operator(self._operator) as deed:
            decide(deed, number, reason)


def every_cast(*, is_large: bool) -> list[Cast]:
    """Every business with its story: eight, or forty."""
    cast = eight_businesses()
    return [*cast, *(_drawn(index) for index in range(LARGE - len(cast)))] if is_large else cast


def _drawn(index: int) -> Cast:
    """One of the thirty-two: a drawn name, the sectors and stories in turn."""
    drawn = Drawn(f"business {index}")
    sector = list(_KINDS)[index % len(_KINDS)]
    adjective, noun = _ADJECTIVES[index // 4 % len(_ADJECTIVES)], _NOUNS[index % len(_NOUNS)]
    address = f"{adjective}-{noun}-{index + 9}".lower()
    owner = player(f"{_NAMES[index % len(_NAMES)]} Owner", address, "Owner")
    helper = player(f"{_NAMES[(index + 3) % len(_NAMES)]} Colleague", address, "Colleague")
    country = _COUNTRIES[drawn.below(len(_COUNTRIES))]
    return Cast(
        story=_STORIES[index % len(_STORIES)],
        firm=Firm(
            name=f"{adjective} {noun} {_KINDS[sector]} (invented)", sector=sector, country=country, town="Nowhere",
            number=f"{country}-{index + 9:04d}-INVENTED", workers=3 + drawn.below(90), facts=FACTS[sector],
            owner=owner, others=((helper, ("contributor",)),),
        ),
    )  # fmt: skip


def _log_ins(firm: Firm) -> Iterator[LogIn]:
    yield _log_in(firm.owner, firm.name, tuple(role for kind in firm.kinds for role in ROLES_OF[kind]))
    for each, roles in firm.others:
        yield _log_in(each, firm.name, roles)


def _log_in(who: Player, organisation: str, roles: tuple[Role, ...]) -> LogIn:
    return LogIn(organisation=organisation, name=who.name, email=who.email, password=PASSWORD, roles=roles)
