"""An issuer in memory: keys under a root, a log, status lists, certificates. And whoever imitates one.

    issuer = Issuer()
    issued = issuer.issue()
    check(issued.credential, issuer.sources(issued), at=NOW, trusted=issuer.fingerprint)

Nothing of the service is used: only what anybody could use who wrote an issuer by the same rules. What a test does not
say is filled in; what it does to a world is done to its own, since each issuer is made anew in a few milliseconds.
"""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from compliance.documents.certificate import IssuedCertificate, draw_certificate
from compliance.domain.assessment import Receipt, Snapshot, receipt_bytes, submission_of
from compliance.domain.certificate import (
    Claim,
    ClaimTerms,
    CredentialTerms,
    IdentityConfirmed,
    LogEvidence,
    StatusListTerms,
    claim_bytes,
    did_web,
    draw_claim,
    draw_credential,
    draw_status_list,
)
from compliance.domain.scoring import Scorer
from compliance.domain.transparency import (
    Checkpoint,
    Leaf,
    commitment,
    consistency_proof,
    grow,
    inclusion_proof,
    leaf_bytes,
    leaf_hash,
    nodes_of,
    origin_of,
    root,
    subject_of,
    write_checkpoint,
)
from compliance.intake.answers import read_answers_file
from compliance.intake.library import Library
from compliance.signing import (
    PURPOSES,
    KeyList,
    LocalSigner,
    PdfSealer,
    PublicKey,
    add_proof,
    key_event_content,
    sign_key_list,
    sign_note,
    write_key_list,
)
from compliance.signing.key_files import Root, new_private_key
from compliance.signing.key_folder import _listed
from compliance.signing.pdf_certificates import make_root_certificate
from compliance.usecases.verifying import ConsistencyProof, KeyEventProof, Sources, write_bundle
from domain.drafts import snapshot
from fixtures.libraries import ROOT, SHIPPED

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
NUMBER, OTHER_NUMBER = "CP-7QF4-M2XF", "CP-TE57-BAGQ"
NO_SALT = bytes(32)
LIMITS = "It does not say that children are safe there."
REFERENCE = "hospitality@1.0"


@cache
def library() -> Library:
    return Library(SHIPPED)


@cache
def scorer() -> Scorer:
    return Scorer(library().load(REFERENCE).questionnaire)


@cache
def answered() -> Snapshot:
    """The answers of a hotel that meets the bar, submitted."""
    answers = read_answers_file(ROOT / "examples" / "hotel-met.yaml").answers
    return snapshot(scorer(), answers.submission())


def receipt(**changes: Any) -> bytes:
    """The receipt of every certificate that an issuer here issues."""
    return receipt_bytes(Receipt(snapshot=replace(answered(), **changes), attestation="sha256:" + "a7" * 32))


def claim_of(*, number: str = NUMBER, on: date = TODAY, status_index: int = 94_567, **changes: Any) -> Claim:
    """A claim; valid for a year from `on`."""
    card = scorer().score(submission_of(answered(), attested=True))
    identity = IdentityConfirmed(proof="domain_dns", by="service", on=on, domain="riverside.example")
    terms = ClaimTerms(number=number, identity=identity, issued_on=TODAY, status_index=status_index, issuer="Check")
    drawn = draw_claim(scorer().questionnaire, answered(), card, terms)
    return replace(drawn, issued_on=on, valid_until=on + timedelta(days=364), **changes)


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate."""

    claim: Claim
    stored: bytes
    credential: bytes
    evidence: LogEvidence

    @property
    def document(self) -> dict[str, Any]:
        """The credential, to be spoilt."""
        return json.loads(self.credential)


class Issuer:
    """Keys, log and lists of one address. `at` is when its keys were made and its lists are signed."""

    def __init__(self, base_url: str = "https://check.example.org", *, at: datetime = NOW) -> None:
        self.base_url = base_url
        self.at = at
        self.did = did_web(base_url)
        self.origin = origin_of(base_url)
        pdf_key = ec.generate_private_key(ec.SECP256R1())
        certificate = make_root_certificate(pdf_key, name="Check", on=self.on)
        self.root = Root(list_key=Ed25519PrivateKey.generate(), pdf_key=pdf_key, certificate=certificate)
        self.private: dict[str, Any] = {}
        self.leaves: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.events: list[tuple[int, bytes]] = []
        self.revoked: set[int] = set()
        self.suspended: set[int] = set()
        self.keys = KeyList(sequence=0, made_on=self.on, demo=False, root=b"", keys=())
        for purpose in PURPOSES:
            self.add_key(purpose)

    @property
    def on(self) -> date:
        return self.at.date()

    @property
    def fingerprint(self) -> str:
        return self.keys.fingerprint

    @property
    def signer(self) -> LocalSigner:
        """Signs with what may sign by the list as it is now."""
        return LocalSigner(self.keys, self.private)

    # Keys

    def add_key(self, purpose: str) -> PublicKey:
        """The next key of a purpose, entered into the log."""
        number = 1 + sum(key.purpose == purpose for key in self.keys.keys)
        key_id, private = f"{purpose}-{number}", new_private_key(purpose)
        added = _listed(key_id, purpose, private, root=self.root, on=self.on)
        self.private[key_id] = private
        self.keys = self.sign_list(keys=(*self.keys.keys, added))
        self.enter_key(key_id, "added")
        return added

    def retire(self, key_id: str) -> int:
        """Retire a key; the place of the leaf that says so."""
        self.change_key(key_id, retired_on=self.on)
        return self.enter_key(key_id, "retired")

    def compromise(self, key_id: str, *, since_leaf: int) -> int:
        """Mark a key; the place of the leaf that says so."""
        self.change_key(key_id, compromised_on=self.on, compromised_since_leaf=since_leaf)
        return self.enter_key(key_id, "compromised")

    def change_key(self, key_id: str, **changes: Any) -> None:
        """Change what the list says of a key, and sign the list."""
        keys = tuple(replace(key, **changes) if key.id == key_id else key for key in self.keys.keys)
        self.keys = self.sign_list(keys=keys)

    def sign_list(self, **changes: Any) -> KeyList:
        """The list with changes, signed by the root."""
        return sign_key_list(replace(self.keys, sequence=self.keys.sequence + 1, **changes), self.root.list_key)

    def enter_key(self, key_id: str, event: str) -> int:
        """A leaf about a key; its place."""
        key = self.keys.find(key_id)
        content = key_event_content(self.keys, key, event)
        leaf = Leaf(event="key", id=key_id, on=self.on, commitment=commitment(NO_SALT, content))
        index = self.append(leaf_bytes(leaf))
        self.events.append((index, content))
        return index

    # The log

    def append(self, leaf: bytes) -> int:
        """Put a leaf behind the others; its place."""
        grown = grow(len(self.leaves), [leaf_hash(leaf)], nodes_of(self.nodes))
        self.nodes |= {(level, index): value for level, index, value in grown}
        self.leaves.append(leaf)
        return len(self.leaves) - 1

    def append_something(self, count: int = 1) -> None:
        """What has nothing to do with it."""
        for _ in range(count):
            leaf = Leaf(event="trail", id="trail", on=self.on, commitment=commitment(NO_SALT, b"%d" % len(self.leaves)))
            self.append(leaf_bytes(leaf))

    def checkpoint(self, size: int | None = None, *, signer: LocalSigner | None = None, **changes: Any) -> str:
        """The signed checkpoint of the tree of a size."""
        size = len(self.leaves) if size is None else size
        made = Checkpoint(origin=self.origin, size=size, root=root(size, nodes_of(self.nodes)))
        signer = signer or self.signer
        text = write_checkpoint(replace(made, **changes))
        return sign_note(text, name=self.origin, signer=signer, key=signer.public_key("checkpoints"))

    # Certificates

    def enter(self, claim: Claim, **changes: Any) -> tuple[int, bytes, bytes]:
        """The leaf of a claim: its place, itself, its salt."""
        salt = bytes(reversed(range(32)))
        leaf = Leaf(event="issued", id=subject_of(salt, claim.number), on=claim.issued_on,
                    commitment=commitment(salt, claim_bytes(claim)))  # fmt: skip
        entry = leaf_bytes(replace(leaf, **changes))
        return self.append(entry), entry, salt

    def evidence(self, index: int, leaf: bytes, salt: bytes, *, checkpoint: str | None = None) -> LogEvidence:
        """The inclusion proof of a leaf in the log as it is now."""
        size = len(self.leaves)
        proof = inclusion_proof(index, size, nodes_of(self.nodes))
        return LogEvidence(index=index, size=size, leaf=leaf, salt=salt, proof=proof,
                           checkpoint=checkpoint or self.checkpoint())  # fmt: skip

    def issue(self, claim: Claim | None = None, **changes: Any) -> Issued:
        """A certificate. `changes` are fields of its claim."""
        claim = claim or claim_of(on=self.on, **changes)
        return self.sign(claim, self.evidence(*self.enter(claim)))

    def sign(
        self, claim: Claim, evidence: LogEvidence, /, *, signer: LocalSigner | None = None, **members: Any
    ) -> Issued:
        """The credential of a claim. `members` stand in place of what is drawn."""
        stored = claim_bytes(claim)
        terms = CredentialTerms(base_url=self.base_url, evidence=evidence, limits=LIMITS)
        document = {**draw_credential(claim, stored, terms), **members}
        return Issued(claim=claim, stored=stored, credential=self.signed(document, signer=signer), evidence=evidence)

    def signed(self, document: dict[str, Any], *, purpose: str = "credentials", signer: LocalSigner | None = None,
               method: str | None = None) -> bytes:  # fmt: skip
        """A document with a proof of ours."""
        signer = signer or self.signer
        key = signer.public_key(purpose)
        method = method or f"{self.did}#{key.id}"
        return msgspec.json.encode(add_proof(document, signer=signer, key=key, method=method, created=self.at))

    def pdf(self, issued: Issued, *, signer: LocalSigner | None = None, **changes: Any) -> bytes:
        """The signed PDF of a certificate. `changes` are fields of what is drawn."""
        return PdfSealer(signer or self.signer).seal(self.drawn(issued, **changes), at=self.at, reason="Issued")

    def drawn(self, issued: Issued, **changes: Any) -> bytes:
        """The PDF before it is signed."""
        questionnaire, reviewed = library().translated(REFERENCE, "km")
        certificate = IssuedCertificate(
            claim=issued.claim, stored_claim=issued.stored, credential=issued.credential,
            source=scorer().questionnaire, questionnaire=questionnaire, reviewed=reviewed,
            verify_url=f"{self.base_url}/certificates/{issued.claim.number}", issuer_name="Check",
            root_fingerprint=self.fingerprint, is_demo=False,
        )  # fmt: skip
        return draw_certificate(replace(certificate, **changes))

    # What is published

    def status_list(self, purpose: str, *, signer: LocalSigner | None = None, at: datetime | None = None,
                    **members: Any) -> bytes:  # fmt: skip
        """A status list as it is signed now; `members` stand in place of what is drawn."""
        indices = self.revoked if purpose == "revocation" else self.suspended
        terms = StatusListTerms(base_url=self.base_url, issuer=self.did, valid_from=at or self.at)
        document = {**draw_status_list(purpose, indices, terms), **members}
        return self.signed(document, purpose="status", signer=signer)

    def key_events(self, size: int | None = None) -> tuple[KeyEventProof, ...]:
        """Every leaf about a key, proven in the tree of a size."""
        size = len(self.leaves) if size is None else size
        return tuple(
            KeyEventProof(leaf=self.leaves[index], content=content, index=index,
                          proof=inclusion_proof(index, size, nodes_of(self.nodes)))
            for index, content in self.events if index < size
        )  # fmt: skip

    def consistency(self, start: int, end: int | None = None) -> ConsistencyProof:
        """That the log went on from one size to another."""
        end = len(self.leaves) if end is None else end
        return ConsistencyProof(start=start, end=end, proof=consistency_proof(start, end, nodes_of(self.nodes)))

    def sources(self, issued: Issued | None = None, **changes: Any) -> Sources:
        """All that it publishes, now. With `is_firsthand`, as if it had been fetched."""
        published = Sources(
            base_url=self.base_url, keys=write_key_list(self.keys), revocation=self.status_list("revocation"),
            suspension=self.status_list("suspension"), checkpoint=self.checkpoint(), key_events=self.key_events(),
            consistency=None if issued is None else self.consistency(issued.evidence.size),
            credential=None if issued is None else issued.credential,
        )  # fmt: skip
        return replace(published, **changes)

    def bundle(self, issued: Issued, **changes: Any) -> bytes:
        """The same as one file."""
        return write_bundle(self.sources(issued, **changes), made_at=self.at)
