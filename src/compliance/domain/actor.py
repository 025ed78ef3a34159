"""Who acts, for whom, in which role. Use cases ask these predicates; nobody else decides who may.

Source: docs/lifecycle.md, "Who acts".
"""

from typing import Literal, get_args

from msgspec import Struct

Role = Literal["owner", "contributor", "signatory", "auditor", "decider", "appeals", "author", "client", "admin"]
OrganisationKind = Literal["business", "regulator", "platform", "operator"]
Scope = Literal["read", "write"]

KINDS: tuple[OrganisationKind, ...] = get_args(OrganisationKind)
ROLES_OF: dict[OrganisationKind, tuple[Role, ...]] = {
    "business": ("owner", "contributor", "signatory"),
    "regulator": ("auditor", "decider", "appeals", "author"),
    "platform": ("client",),
    "operator": ("admin",),
}
MANAGING_ROLE: dict[OrganisationKind, Role] = {
    "business": "owner",
    "regulator": "decider",
    "platform": "client",
    "operator": "admin",
}
"""The role whose holders manage people in an organisation of that kind."""
SERVICE = "service"
"""What the journal writes where no person acted."""


class Person(Struct, frozen=True):
    """Somebody who is signed in."""

    user_id: str
    name: str
    email: str
    language: str
    email_is_verified: bool
    scopes: frozenset[Scope] = frozenset({"read", "write"})
    """What the credential allows: a session both, a personal token what its owner chose."""
    credential_id: str = ""
    """The session or token that was shown; so that a person can end this one."""
    has_second_factor: bool = False
    use_is_unnoted: bool = False
    """Whether the session was used, and that is still to be written down: what only reads writes nothing."""
    only_organisation_id: str | None = None
    """The one organisation that the credential acts for; None for all of the person's."""


class Actor(Struct, frozen=True):
    """A person acting for one organisation."""

    person: Person
    organisation_id: str
    kinds: frozenset[OrganisationKind]
    roles: frozenset[Role]
    site_ids: frozenset[str] | None = None
    """Sites that a contributor is limited to; None for all."""

    @property
    def user_id(self) -> str:
        """The person's id."""
        return self.person.user_id

    def has(self, *roles: Role) -> bool:
        """Whether the actor has one of these roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_owner(self) -> bool:
        """Whether the actor manages the organisation: people, profile, identity, sites, assessments."""
        return any(MANAGING_ROLE[kind] in self.roles for kind in self.kinds)

    @property
    def answers(self) -> bool:
        """Whether the actor may work on assessments at all."""
        return self.has("owner", "contributor", "signatory")

    def sees_sites(self, site_ids: frozenset[str]) -> bool:
        """Whether the actor may see and answer an assessment of these sites; every one of them must be theirs."""
        return self.site_ids is None or site_ids <= self.site_ids

    @property
    def needs_second_factor(self) -> bool:
        """Whether log-in must ask for a second proof: a regulator's people and the service's own see what others wrote."""
        return any(self.has(*ROLES_OF[kind]) for kind in ("regulator", "operator") if kind in self.kinds)

    def holds_admin(self) -> bool:
        """Whether the actor runs the service."""
        return "operator" in self.kinds and self.has("admin")
