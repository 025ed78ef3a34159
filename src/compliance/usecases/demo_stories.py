"""The stories of the demonstration: who does what, so many days before its last day.

Each story brings businesses into some of the states that exist; together they show all of them. Names, people, numbers
and addresses are invented; the addresses end in `.example`, to which nobody can write.
"""

from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from compliance.domain.actor import Role
from compliance.domain.scoring import FactValue
from compliance.usecases.demo_business import Business, Firm
from compliance.usecases.demo_stage import Player

Act = tuple[int, Callable[[], None]]
"""How many days ago, and what is done."""
Story = Callable[["Officials", Business], Iterator[Act]]


class Officials(Struct, kw_only=True):
    """What those do who are no business."""

    confirm: Callable[[Business], None]
    """The operator looks the register number up, and it is right."""
    confirm_as_regulator: Callable[[Business], None]
    refuse: Callable[[Business, str], None]
    suspend: Callable[[Business, str], None]
    """The operator suspends the newest certificate."""
    withdraw: Callable[[Business, str], None]


class Cast(Struct, frozen=True, kw_only=True):
    """A business with its story."""

    firm: Firm
    story: Story


def faithful_hotel(officials: Officials, hotel: Business) -> Iterator[Act]:
    """Approaches, works on its plan, meets, and renews a year later: certificates superseded and active."""
    yield 729, hotel.begin
    yield 727, hotel.name_register
    yield 721, partial(officials.confirm_as_regulator, hotel)
    yield 700, hotel.add_papers
    yield 698, partial(hotel.assess, "first", "approaching", weak_percent=60)
    yield 690, partial(hotel.work, "first", start=6)
    yield 640, partial(hotel.work, "first", start=2, finish=5, drop=1)
    yield 560, partial(hotel.work, "first", finish=2)
    yield 392, hotel.add_papers
    yield 390, partial(hotel.renew, "first", "second", "met")
    yield 60, hotel.add_papers
    yield 57, partial(hotel.carry, "second", "third")
    yield 47, partial(hotel.answer_again, "third", "met")
    yield 46, partial(hotel.submit, "third")
    yield 40, partial(hotel.work, "third", start=2)
    yield 12, partial(hotel.work, "third", start=1, finish=1)


def group(officials: Officials, hotels: Business) -> Iterator[Act]:
    """Three houses: one certified, one with a plan, one that is being answered by several people."""
    yield 710, hotels.begin
    yield 705, hotels.name_register
    yield 700, partial(officials.confirm, hotels)
    yield 330, hotels.add_papers
    yield 320, partial(hotels.assess, "bay", "met", sites=(0,))
    yield 120, partial(hotels.assess, "cliff", "approaching", sites=(1,), weak_percent=50)
    yield 110, partial(hotels.work, "cliff", start=5)
    yield 70, partial(hotels.work, "cliff", finish=2, drop=1)
    yield 21, partial(hotels.start, "mangrove", sites=(2,))
    yield 20, partial(hotels.share, "mangrove", sections=4)
    yield 18, partial(hotels.answer, "mangrove", "met", sections=7)
    yield 16, partial(hotels.remark, "mangrove", "CORE-09", "Do the gardeners of the contractor count as workers here?")
    yield 15, partial(hotels.remark, "mangrove", "CORE-09", "Those who are here every week, yes.",
                      by=hotels.contributor)  # fmt: skip
    yield 9, partial(hotels.remark, "mangrove", "HOS-02", "The new visitor log starts on Monday; please answer then.")


def carrying_on(officials: Officials, tours: Business) -> Iterator[Act]:
    """Approaches, finishes much of its plan, and has begun to renew: answers carried and proposed, unconfirmed."""
    yield 680, tours.begin
    yield 678, tours.name_register
    yield 670, partial(officials.confirm, tours)
    yield 410, partial(tours.assess, "first", "approaching", weak_percent=55)
    yield 400, partial(tours.work, "first", start=30)
    yield 300, partial(tours.work, "first", finish=20)
    yield 14, partial(tours.carry, "first", "second")


def far_to_go(officials: Officials, village: Business) -> Iterator[Act]:
    """Does not meet; takes a submission back, submits again; tasks are overdue; its number waits to be looked up."""
    del officials
    yield 500, village.begin
    yield 150, partial(village.assess, "mistaken", "not_met", weak_percent=70)
    yield 149, partial(village.withdraw, "mistaken", "Two sections were answered for another village.")
    yield 140, partial(village.assess, "again", "not_met", weak_percent=45)
    yield 130, partial(village.work, "again", start=4, drop=1)
    yield 95, partial(village.work, "again", finish=1)
    yield 3, village.name_register


def lapsed(officials: Officials, shuttles: Business) -> Iterator[Act]:
    """Certified once; the certificate ran out, and so did the draft of the year after."""
    yield 720, shuttles.begin
    yield 718, shuttles.name_register
    yield 712, partial(officials.confirm, shuttles)
    yield 600, shuttles.add_papers
    yield 598, partial(shuttles.assess, "first", "met")
    yield 260, partial(shuttles.carry, "first", "second")


def misuse(officials: Officials, rooms: Business) -> Iterator[Act]:
    """A platform that is also assessed itself; advertised its certificate as a seal of safety, and is suspended."""
    yield 450, rooms.begin
    yield 449, rooms.name_register
    yield 440, partial(officials.confirm, rooms)
    yield 300, partial(rooms.assess, "first", "met")
    yield 80, partial(officials.suspend, rooms,
                      "Invented: the certificate was shown as a promise that children are safe.")  # fmt: skip


def unconfirmed(officials: Officials, treks: Business) -> Iterator[Act]:
    """Meets everything; but its register number was refused, so its certificate waits."""
    yield 400, treks.begin
    yield 398, treks.name_register
    yield 390, partial(officials.refuse, treks, "Invented: this number belongs to a firm of another name.")
    yield 90, treks.add_papers
    yield 88, partial(treks.assess, "first", "met", weak_percent=10)


def newcomer(officials: Officials, guesthouse: Business) -> Iterator[Act]:
    """Began last week: three answers are left, then it can be signed and submitted."""
    yield 8, guesthouse.begin
    yield 7, guesthouse.name_register
    yield 6, partial(officials.confirm, guesthouse)
    yield 5, partial(guesthouse.start, "first")
    yield 4, partial(guesthouse.answer, "first", "met", left=3)


def withdrawn_for_misuse(officials: Officials, tours: Business) -> Iterator[Act]:
    """Certified, then the operator withdrew the certificate. Only in the large world."""
    yield 500, tours.begin
    yield 499, tours.name_register
    yield 490, partial(officials.confirm, tours)
    yield 200, partial(tours.assess, "first", "met")
    yield 100, partial(officials.suspend, tours, "Invented: a changed copy of the certificate was used.")
    yield 70, partial(officials.withdraw, tours, "Invented: the changed copy was used again.")


_BUSY: dict[str, FactValue] = {
    "new_workers_last_12_months": "yes", "child_contact_roles": "yes", "contracts_out": "yes", "active_contracts": 18,
    "higher_risk_partners": "yes", "processes_childrens_data": "yes", "children_reached": "yes",
}  # fmt: skip
_HOTEL: dict[str, FactValue] = {
    **_BUSY, "has_cctv": "yes", "guest_wifi": "yes", "third_parties_on_site": "yes", "rooms_serviced": "yes",
    "employs_under_18": "yes",
}  # fmt: skip
_TOURS: dict[str, FactValue] = {
    **_BUSY, "sells_trips": "yes", "has_departures": "yes", "uses_guides": "yes", "guides": 9,
    "uses_ground_handlers": "yes", "books_suppliers": "yes",
}  # fmt: skip
_ACTIVITY: dict[str, FactValue] = {
    "child_contact_roles": "yes", "children_reached": "yes", "children_take_part": "yes",
    "visits_schools_or_villages": "yes", "guests_meet_local_children": "yes",
}  # fmt: skip
_TRANSPORT: dict[str, FactValue] = {
    **_BUSY, "has_drivers": "yes", "drivers_and_crew": 31, "has_control_room": "yes", "school_charters": "yes",
    "uses_shared_stops": "yes", "keeps_trip_data": "yes",
}  # fmt: skip
_ROOMS: dict[str, FactValue] = {
    **_BUSY, "users_can_post": "yes", "users_share_images": "yes", "users_can_message": "yes", "search": "yes",
    "public_surface": "yes", "children_likely_users": "yes", "has_moderators": "yes", "marketplace": "yes",
    "payments": "yes",
}  # fmt: skip
FACTS: dict[str, dict[str, FactValue]] = {
    "hospitality": _HOTEL, "tour-operators": _TOURS, "tourism-activities": _ACTIVITY, "transport": _TRANSPORT,
    "technology": _ROOMS,
}  # fmt: skip
"""Sector → what is true of most businesses of it."""


def player(name: str, address: str, part: str, language: str = "en") -> Player:
    """Somebody invented; the name before the @ is the first one."""
    return Player(
        name=name, email=f"{name.split(maxsplit=1)[0].lower()}@{address}.example", part=part, language=language
    )


def team(address: str, *people: tuple[str, str, tuple[Role, ...]]) -> tuple[tuple[Player, tuple[Role, ...]], ...]:
    """Invited people: name, part, roles."""
    return tuple((player(name, address, part), roles) for name, part, roles in people)


SOKHA = "sokha@moon-rabbit.example"
"""Whose part anybody may play who looks at the demonstration on their own computer."""
ANSWERS: tuple[Role, ...] = ("contributor",)
SIGNS: tuple[Role, ...] = ("signatory",)


def eight_businesses() -> list[Cast]:
    """The world that everybody is shown; made anew each time, since players remember their sessions."""
    return [*_lodgings(), *_others()]


def _lodgings() -> list[Cast]:
    return [
        Cast(story=faithful_hotel, firm=Firm(
            name="Lotus Lantern Hotel (invented)", sector="hospitality", country="KH", town="Siem Reap",
            number="KH-0001-INVENTED", workers=52, facts=_HOTEL,
            owner=player("Dara Sok", "lotus-lantern", "Owner"),
            others=team("lotus-lantern", ("Chanthou Meas", "Front office manager", ANSWERS),
                        ("Sophea Keo", "General manager", SIGNS)),
        )),
        Cast(story=group, firm=Firm(
            name="Kaleidoscope Bay Resorts (invented)", sector="hospitality", country="PH", town="El Nido",
            number="PH-0002-INVENTED", workers=140, facts={**_HOTEL, "offers_childcare": "yes"},
            sites=(("Kaleidoscope Cliff House", "Coron"), ("Kaleidoscope Mangrove Lodge", "Port Barton")),
            owner=player("Althea Reyes", "kaleidoscope-bay", "Group director"),
            others=team("kaleidoscope-bay", ("Jomar Santos", "Human resources", ANSWERS),
                        ("Ligaya Cruz", "Managing director", SIGNS)),
        )),
        Cast(story=newcomer, firm=Firm(
            name="Moon Rabbit Guesthouse (invented)", sector="hospitality", country="KH", town="Kampot",
            number="KH-0008-INVENTED", workers=4, facts={"children_reached": "yes", "guest_wifi": "yes"},
            owner=player("Sokha Chea", "moon-rabbit", "Owner"),
        )),
    ]  # fmt: skip


def _others() -> list[Cast]:
    return [
        Cast(story=carrying_on, firm=Firm(
            name="Paper Kite Tours (invented)", sector="tour-operators", country="VN", town="Hội An",
            number="VN-0003-INVENTED", workers=23, facts=_TOURS,
            owner=player("Linh Tran", "paper-kite", "Director"),
            others=team("paper-kite", ("Minh Vo", "Product manager", ANSWERS)),
        )),
        Cast(story=far_to_go, firm=Firm(
            name="Upside-Down Village Days (invented)", sector="tourism-activities", country="TH", town="Nan",
            number="TH-0004-INVENTED", workers=7, facts=_ACTIVITY,
            owner=player("Malee Chaiyo", "upside-down-village", "Head of the association"),
        )),
        Cast(story=lapsed, firm=Firm(
            name="Zebra Stripe Shuttles (invented)", sector="transport", country="KE", town="Nanyuki",
            number="KE-0005-INVENTED", workers=40, facts=_TRANSPORT,
            owner=player("Wanjiru Kamau", "zebra-stripe", "Chair of the co-operative"),
            others=team("zebra-stripe", ("Otieno Were", "Dispatcher", ANSWERS)),
        )),
        Cast(story=misuse, firm=Firm(
            name="Rooms in Nowhere (invented)", sector="technology", country="FR", town="Nantes",
            number="FR-0006-INVENTED", workers=35, facts=_ROOMS, kinds=("business", "platform"),
            owner=player("Camille Martin", "rooms-in-nowhere", "Chief executive"),
            others=team("rooms-in-nowhere", ("Yanis Petit", "Trust and safety", ANSWERS)),
        )),
        Cast(story=unconfirmed, firm=Firm(
            name="Cloud Ladder Treks (invented)", sector="tour-operators", country="CO", town="Villa de Leyva",
            number="CO-0007-INVENTED", workers=11, facts={**_TOURS, "sells_youth_groups": "yes"},
            owner=player("Valentina Rojas", "cloud-ladder", "Founder"),
        )),
    ]  # fmt: skip
