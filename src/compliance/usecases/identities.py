"""Is the organisation who it says it is? Stated by itself; confirmed by a domain that it controls, or by a register.

    1. it asks: for a challenge to put on its domain, or for a register number to be looked up;
    2. the service finds the challenge, or the operator or the country's regulator looks the number up;
    3. confirmed, it may be certified in that country; refused, it is told why and may ask again.

Whoever looks numbers up sees name, register and number, nothing else.
"""

import base64
import re
import unicodedata
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from compliance.domain.actor import MANAGING_ROLE
from compliance.domain.certificate import ConfirmedBy, IdentityProof
from compliance.errors import Conflict, NotFound
from compliance.notify.domains import DomainNameWrong, parse_domain, proof_url
from compliance.notify.resolver import PROOF_LABEL
from compliance.store.identities import How, Identity, IdentityState
from compliance.usecases.deed import Deed
from compliance.usecases.people import check_owner
from compliance.usecases.revisions import StaleRevision

CHECK_EVERY_S = 60
DomainRefused = DomainNameWrong
"""For skins, which do not know the room that reads names."""
_COUNTRY = re.compile(r"[A-Z]{2}")


class NoSuchIdentity(NotFound):
    """Nothing was asked for this organisation in this country."""

    code = "no-such-identity"


class IdentityAlreadyConfirmed(Conflict):
    """The identity is confirmed in this country; there is nothing to do."""

    code = "identity-already-confirmed"


class NoChallenge(Conflict):
    """No domain was named yet: name one first, and put up the text that you are given."""

    code = "no-challenge"


class RegisterNumberTaken(Conflict):
    """This register number is confirmed for another organisation; no two hold the same one."""

    code = "register-number-taken"


class Challenge(Struct, frozen=True, kw_only=True):
    """What proves control of a domain: the same text as a DNS record or in a file. One of the two is enough."""

    domain: str
    dns_name: str
    """Where the TXT record belongs."""
    file_url: str
    """Where the file belongs, as plain text."""
    text: str
    """What the record or the file holds."""


class ShownIdentity(Struct, frozen=True, kw_only=True):
    """An organisation's identity in one country."""

    country: str
    state: IdentityState
    """Only `confirmed` counts. `waiting` and `refused` speak of the register number that was given last."""
    proof: IdentityProof | None
    """What proved it; null unless confirmed."""
    confirmed_by: ConfirmedBy | None
    register: str | None
    number: str | None
    challenge: Challenge | None
    asked_at: datetime | None
    decided_at: datetime | None
    """When it was confirmed or refused, or when the challenge was last looked for and not found."""
    reason: str | None
    """Why it was refused, or why the challenge was not found."""
    revision: int


class DomainProof(Struct, frozen=True, kw_only=True):
    """What was found on the web."""

    domain: str
    """The domain that was asked; another one may have been named meanwhile."""
    texts: tuple[str, ...] = ()
    """The TXT records."""
    file: str | None = None
    """What the file holds; None where there is none."""
    failure: str = ""
    """Why one or both could not be read, in a few words, for the organisation."""


def list_identities(deed: Deed) -> list[ShownIdentity]:
    """The organisation's identities, by country."""
    return [shown_identity(each) for each in deed.unit.identities.of_organisation(deed.organisation_id)]


def read_identity(deed: Deed, country: str) -> ShownIdentity:
    """The organisation's identity in a country.

    Raises:
        NoSuchIdentity: nothing was asked there.
    """
    return shown_identity(_asked(deed, deed.organisation_id, country))


def challenge_domain(deed: Deed, country: str, *, domain: str) -> ShownIdentity:
    """Name a domain, and be given the text to put there; a challenge for another domain ends.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchIdentity: this is no code of a country.
        DomainNameWrong: it is no domain.
        IdentityAlreadyConfirmed: there is nothing to prove.
    """
    check_owner(deed)
    name = parse_domain(domain)
    identity = _open(deed, country)
    if name == identity.domain and identity.challenge:
        return shown_identity(identity)  # the text may be up already

    text = "compliance-check=" + base64.urlsafe_b64encode(deed.chance.octets(24)).decode()
    asked = replace(identity, domain=name, challenge=text, asked_by=deed.actor.user_id, asked_at=deed.now)

    changed = _store(deed, identity, asked)
    deed.record("domain-named", country=country)
    return shown_identity(changed)


def ask_domain_check(deed: Deed, country: str) -> None:
    """Have the domain looked at, once a minute at most.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchIdentity: nothing was asked in this country.
        NoChallenge: no domain was named.
        IdentityAlreadyConfirmed: there is nothing to prove.
    """
    check_owner(deed)
    identity = _asked(deed, deed.organisation_id, country)
    if identity.state == "confirmed":
        raise IdentityAlreadyConfirmed
    if identity.challenge is None:
        raise NoChallenge

    minute = int(deed.now.timestamp()) // CHECK_EVERY_S
    deed.queue("check-domain", {"organisation_id": deed.organisation_id, "country": country}, of=deed.organisation_id,
               once=f"check-domain:{deed.organisation_id}:{country}:{minute}")  # fmt: skip


def ask_register_check(deed: Deed, country: str, *, register: str, number: str) -> ShownIdentity:
    """Give a register or licence number, to be looked up by the operator or the country's regulator.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchIdentity: this is no code of a country.
        IdentityAlreadyConfirmed: there is nothing to look up.
    """
    check_owner(deed)
    identity = _open(deed, country)

    asked = replace(
        identity, state="waiting", register=register.strip(), number=number.strip(), asked_by=deed.actor.user_id,
        asked_at=deed.now, decided_by=None, decided_at=None, reason=None,
    )  # fmt: skip

    changed = _store(deed, identity, asked)
    deed.record("register-named", country=country)
    return shown_identity(changed)


def find_challenge(deed: Deed, organisation_id: str, country: str) -> Challenge | None:
    """What the worker looks for; None where there is nothing to prove any more."""
    identity = deed.unit.identities.find(organisation_id, country)
    return None if identity is None or identity.state == "confirmed" else _challenge(identity)


def settle_domain_proof(deed: Deed, organisation_id: str, country: str, proof: DomainProof) -> bool:
    """Confirm the identity if the challenge was found, else note why not; whether it is confirmed. Repeatable.

    A number that waits to be looked up goes on waiting where the challenge was not found.
    """
    identity = deed.unit.identities.find(organisation_id, country)
    if identity is None or identity.challenge is None or identity.domain != proof.domain:
        return False
    if identity.state == "confirmed":
        return True

    how = _found(identity.challenge, proof)

    if how is not None:
        confirm(deed, identity, how)
        return True
    if identity.state != "waiting":
        reason = f"The text was not found at {identity.domain}. {proof.failure}".strip()
        _store(deed, identity, replace(identity, decided_at=deed.now, reason=reason[:1000]))
    deed.record("domain-not-proven", of=organisation_id, country=country)
    return False


def confirm(deed: Deed, identity: Identity, how: How) -> Identity:
    """The organisation is who it says: keep what proved it, tell its people, wake the certificates that waited.

    Raises:
        RegisterNumberTaken: the number is confirmed for another organisation.
        StaleRevision: somebody else decided meanwhile.
    """
    organisation_id, country = identity.organisation_id, identity.country
    is_register = how in ("register_operator", "register_regulator")
    keys = _key(identity.register), _key(identity.number)
    if is_register and deed.unit.identities.holder_of(country, *keys) is not None:
        raise RegisterNumberTaken

    confirmed = replace(identity, state="confirmed", how=how, decided_at=deed.now, reason=None,
                        decided_by=deed.person.user_id if deed.person else None)  # fmt: skip
    changed = _store(deed, identity, confirmed)
    if is_register:
        deed.unit.identities.hold_number(organisation_id, country, *keys)
    elif identity.domain is not None:
        deed.unit.identities.hold_domain(organisation_id, country, identity.domain, at=deed.now)
    deed.record("identity-confirmed", of=organisation_id, country=country, how=how)
    deed.unit.jobs.publish(deed.new_id(), organisation_id, "identity-confirmed", {"country": country, "how": how},
                           at=deed.now)  # fmt: skip
    deed.queue("issue-waiting", {"organisation_id": organisation_id, "country": country}, of=organisation_id)
    _tell_owners(deed, organisation_id, "identity_confirmed")
    return changed


def refuse(deed: Deed, identity: Identity, reason: str) -> Identity:
    """The number is not the organisation's, or not right: say why, for its people."""
    refused = replace(identity, state="refused", how=None, decided_by=deed.someone.user_id, decided_at=deed.now,
                      reason=reason.strip())  # fmt: skip

    changed = _store(deed, identity, refused)
    deed.record("identity-refused", of=identity.organisation_id, country=identity.country)
    _tell_owners(deed, identity.organisation_id, "identity_refused", reason=reason.strip())
    return changed


def state_again(deed: Deed) -> None:
    """Every confirmed identity of the actor's organisation is only stated again: its name or country is another.

    Numbers that wait are withdrawn from the queue, too: they were given for another name.
    """
    for identity in deed.unit.identities.of_organisation(deed.organisation_id):
        if identity.state == "stated":
            continue
        stated = replace(identity, state="stated", how=None, challenge=None, domain=None, decided_by=None,
                         decided_at=None, reason=None)  # fmt: skip
        _store(deed, identity, stated)
        deed.unit.identities.let_go(deed.organisation_id, identity.country)
        deed.record("identity-stated-again", country=identity.country, before=identity.state)


def shown_identity(identity: Identity) -> ShownIdentity:
    """An identity as the organisation sees it."""
    return ShownIdentity(
        country=identity.country, state=identity.state, proof=identity.proof, confirmed_by=identity.confirmed_by,
        register=identity.register, number=identity.number, challenge=_challenge(identity),
        asked_at=identity.asked_at, decided_at=identity.decided_at, reason=identity.reason,
        revision=identity.revision,
    )  # fmt: skip


def _open(deed: Deed, country: str) -> Identity:
    """The identity in a country, to be asked for; a new one where nothing was asked yet."""
    if not _COUNTRY.fullmatch(country):
        raise NoSuchIdentity
    identity = deed.unit.identities.find(deed.organisation_id, country)
    if identity is None:
        return Identity(organisation_id=deed.organisation_id, country=country, state="stated", revision=0,
                        created_at=deed.now)  # fmt: skip
    if identity.state == "confirmed":
        raise IdentityAlreadyConfirmed
    return identity


def _asked(deed: Deed, organisation_id: str, country: str) -> Identity:
    identity = deed.unit.identities.find(organisation_id, country)
    if identity is None:
        raise NoSuchIdentity
    return identity


def _store(deed: Deed, before: Identity, after: Identity) -> Identity:
    after = replace(after, revision=before.revision + 1)
    if before.revision == 0:
        deed.unit.identities.add(after)
    elif not deed.unit.identities.update(after, seen=before.revision):
        raise StaleRevision(shown_identity(_asked(deed, before.organisation_id, before.country)))
    return after


def _found(challenge: str, proof: DomainProof) -> Literal["domain_dns", "domain_file"] | None:
    if challenge in (text.strip() for text in proof.texts):
        return "domain_dns"
    return "domain_file" if proof.file is not None and proof.file.strip() == challenge else None


def _challenge(identity: Identity) -> Challenge | None:
    if identity.domain is None or identity.challenge is None:
        return None
    return Challenge(domain=identity.domain, dns_name=f"{PROOF_LABEL}.{identity.domain}",
                     file_url=proof_url(identity.domain), text=identity.challenge)  # fmt: skip


def _key(text: str | None) -> str:
    """A register or number as it is compared: no case, no spaces, no punctuation, one spelling of each letter."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(each for each in folded if each.isalnum())[:80]


def _tell_owners(
    deed: Deed, organisation_id: str, kind: Literal["identity_confirmed", "identity_refused"], **facts: str
) -> None:
    organisation = deed.unit.organisations.find(organisation_id)
    assert organisation is not None
    managing = {MANAGING_ROLE[each] for each in organisation.kinds}
    link = f"{deed.means.terms.base_url}/organisations/{organisation_id}/identities"
    for member in deed.unit.organisations.members(organisation_id):
        user = deed.unit.people.find(member.user_id)
        if user is not None and not managing.isdisjoint(member.roles):
            deed.tell(user.email, kind, language=user.language, organisation=organisation.name, link=link, **facts)
