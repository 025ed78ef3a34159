"""What the public log proves: the leaf stands in it, it was never rewritten, and keys signed while they were good."""

from msgspec import Struct

from compliance.domain.certificate import CredentialMalformed, LogEvidence, log_evidence_in
from compliance.domain.transparency import (
    Checkpoint,
    CheckpointMalformed,
    Leaf,
    LeafMalformed,
    NoteMalformed,
    commits_to,
    leaf_hash,
    origin_of,
    read_checkpoint,
    read_leaf,
    read_note,
    subject_of,
    verify_consistency,
    verify_inclusion,
)
from compliance.signing import KeyList, NoteUntrusted, PublicKey, check_note, verifier_key
from compliance.usecases.verifying.claims import Said
from compliance.usecases.verifying.sources import Sources
from compliance.usecases.verifying.steps import Step, found
from compliance.usecases.verifying.strict_json import Members


class Signed(Struct, frozen=True, kw_only=True):
    """A checkpoint with the key that signed it."""

    checkpoint: Checkpoint
    key: PublicKey


class Checkpoints(Struct, frozen=True, kw_only=True):
    """What of the log's checkpoints holds."""

    own: Signed | None = None
    """The one in the credential."""
    newest: Signed | None = None
    """Only where the own one is proven to be its beginning."""


_NOTHING = Checkpoints()


def evidence_in(credential: Members | None) -> LogEvidence | None:
    """The inclusion proof in a credential; None where there is none that could be read."""
    if credential is None:
        return None
    try:
        return log_evidence_in(credential)
    except CredentialMalformed:
        return None


def inclusion_step(credential: Members | None, evidence: LogEvidence | None, said: Said | None) -> Step:
    """Whether a leaf commits to the claim, and stands in the tree of the credential's checkpoint."""
    if credential is None or said is None:
        return found("inclusion", "unread")
    if evidence is None:
        return found("inclusion", "malformed" if credential.get("evidence") else "without")
    facts = {"index": evidence.index, "size": evidence.size}
    leaf, checkpoint = _leaf(evidence.leaf), _unsigned(evidence.checkpoint)
    if leaf is None or checkpoint is None:
        return found("inclusion", "malformed")
    subject = subject_of(evidence.salt, said.claim.number)
    is_of_claim = commits_to(leaf, salt=evidence.salt, content=said.stored)
    if leaf.event != "issued" or leaf.id != subject or not is_of_claim:
        return found("inclusion", "other-leaf", **facts)
    if leaf.on != said.claim.issued_on:
        return found("inclusion", "other-day", leaf_on=leaf.on, claim_on=said.claim.issued_on)
    is_there = checkpoint.size == evidence.size and verify_inclusion(
        evidence.index, evidence.size, leaf_hash(evidence.leaf), evidence.proof, checkpoint.root
    )
    return found("inclusion", "included" if is_there else "not-in-tree", **facts)


def checkpoints_step(
    evidence: LogEvidence | None, listed: KeyList | None, sources: Sources
) -> tuple[Step, Checkpoints]:
    """Whether both checkpoints are the issuer's, and the newest goes on where the credential's own ended."""
    if evidence is None:
        return found("checkpoints", "unread"), _NOTHING
    if listed is None:
        return found("checkpoints", "no-keys"), _NOTHING
    own = _signed(evidence.checkpoint, listed, sources.base_url)
    if isinstance(own, str):
        return found("checkpoints", "other-log" if own == "other-log" else "unsigned-own"), _NOTHING
    if sources.checkpoint is None:
        return found("checkpoints", "no-newest"), Checkpoints(own=own)
    newest = _signed(sources.checkpoint, listed, sources.base_url)
    if isinstance(newest, str):
        return found("checkpoints", "other-log" if newest == "other-log" else "unsigned-newest"), Checkpoints(own=own)
    finding = _continued(own.checkpoint, newest.checkpoint, sources)
    step = found("checkpoints", finding, old=own.checkpoint.size, new=newest.checkpoint.size)
    return step, Checkpoints(own=own, newest=newest if finding == "consistent" else None)


def _continued(old: Checkpoint, new: Checkpoint, sources: Sources) -> str:
    if new.size < old.size:
        return "shrunk"
    if new.size == old.size:
        return "consistent" if new.root == old.root else "forked"
    given = sources.consistency
    if given is None or (given.start, given.end) != (old.size, new.size):
        return "no-consistency"
    return "consistent" if verify_consistency(old.size, new.size, old.root, new.root, given.proof) else "forked"


def _signed(note: str, listed: KeyList, base_url: str) -> Signed | str:
    """The checkpoint in a note of the issuer's log; else why not."""
    origin = origin_of(base_url)
    keys = {verifier_key(each, name=origin): each for each in listed.keys if each.purpose == "checkpoints"}
    try:
        verified = check_note(note, keys)
        checkpoint = read_checkpoint(verified.text)
    except (NoteUntrusted, CheckpointMalformed):
        return "unsigned"
    if checkpoint.origin != origin:
        return "other-log"
    return Signed(checkpoint=checkpoint, key=keys[verified.key])


def _unsigned(note: str) -> Checkpoint | None:
    try:
        return read_checkpoint(read_note(note).text)
    except (NoteMalformed, CheckpointMalformed):
        return None


def _leaf(entry: bytes) -> Leaf | None:
    try:
        return read_leaf(entry)
    except LeafMalformed:
        return None
