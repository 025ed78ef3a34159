"""Looks for the proof that an organisation controls its web domain: first in DNS, then as a file."""

from msgspec import Struct, ValidationError, convert

from compliance.errors import Unavailable
from compliance.notify import PUBLIC_WEB, DnsFailed, DnsResolver, FetchFailed, Reach, fetch_text, read_txt
from compliance.store.jobs import Job
from compliance.usecases.identities import Challenge, DomainProof, find_challenge, settle_domain_proof
from compliance.usecases.jobs import CannotSucceed, Opener
from compliance.usecases.patience import patiently
from compliance.words.en_domain_proofs import FAILURES

MOST_LOOKS = 4
"""So often is looked again, within minutes, where a failure may pass by itself. Then it is said, and can be asked anew."""


class Wanted(Struct, frozen=True):
    """What the job says."""

    organisation_id: str
    country: str


def check_domain(desk: Opener, job: Job, *, resolver: DnsResolver, reach: Reach = PUBLIC_WEB) -> None:
    """Look for the challenge of an identity and settle what was found. No transaction is open meanwhile.

    Raises:
        Unavailable: something out there did not answer; to be looked at again.
        CannotSucceed: the job names no identity.
    """
    try:
        wanted = convert(job.payload, Wanted)
    except ValidationError as fault:
        raise CannotSucceed("check-wrong") from fault
    with desk.deed(writes=False) as deed:
        challenge = find_challenge(deed, wanted.organisation_id, wanted.country)
    if challenge is None:
        return

    proof, may_pass = look_for(challenge, resolver=resolver, reach=reach)
    if may_pass and job.attempts < MOST_LOOKS:
        raise Unavailable("domain")

    def settle() -> None:
        with desk.deed(writes=True) as deed:
            settle_domain_proof(deed, wanted.organisation_id, wanted.country, proof)

    patiently(settle)


def look_for(challenge: Challenge, *, resolver: DnsResolver, reach: Reach = PUBLIC_WEB) -> tuple[DomainProof, bool]:
    """What was found, and whether looking again may find more. The file is not asked for where DNS has the text."""
    failures: list[str] = []
    texts: tuple[str, ...] = ()
    file: str | None = None
    may_pass = False
    try:
        texts = tuple(read_txt(challenge.domain, resolver=resolver))
    except DnsFailed as fault:
        failures.append(FAILURES[fault.reason])
        may_pass = not fault.permanent
    if challenge.text in (text.strip() for text in texts):
        return DomainProof(domain=challenge.domain, texts=texts), False
    try:
        file = fetch_text(challenge.file_url, resolver=resolver, reach=reach)
    except FetchFailed as fault:
        failures.append(FAILURES[fault.reason])
        may_pass = may_pass or not fault.permanent
    is_found = file is not None and file.strip() == challenge.text
    said = " ".join(dict.fromkeys(failures))
    return DomainProof(domain=challenge.domain, texts=texts, file=file, failure=said), may_pass and not is_found
