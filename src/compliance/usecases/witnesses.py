"""Offering checkpoints to witnesses: strangers who sign each one after seeing that it goes on where the last one ended.

    1. whenever a checkpoint is signed, a job for every witness is queued, unless one waits already;
    2. the job offers the newest checkpoint, with the proof from the size that this witness signed last;
    3. where the witness says that it has seen another size, it is asked once more, from there;
    4. its signature is verified with the key that the operator configured, and only then kept.

Nobody waits for any of this: what is signed for a certificate is the checkpoint as the log alone signed it. A witness that
does not answer, or refuses, is asked again as any job is tried again.

Source: C2SP tlog-witness; docs/transparency.md, "Witnesses".
"""

from datetime import datetime, timedelta

import structlog
from msgspec import Struct, ValidationError, convert

from compliance.domain.transparency import (
    NoteMalformed,
    NoteSignature,
    Witness,
    consistency_proof,
    nodes_needed_for_consistency,
    nodes_of,
    read_note,
    read_signature_lines,
    read_size_answer,
    write_offer,
)
from compliance.errors import Unavailable
from compliance.notify import Answered, NotAnswered, send_text
from compliance.signing import has_signed
from compliance.store.jobs import Job
from compliance.store.transparency import StoredCheckpoint, StoredCosignature
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import CannotSucceed, Opener
from compliance.usecases.patience import patiently

KIND = "offer-checkpoint"
SHORTEST = timedelta(minutes=1)
"""A witness that signed is not asked again for so long; what is signed meanwhile shares one offer."""

TIMEOUT_S = 10.0
"""For one answer, all of it; a witness that has seen another size gives two."""

_OK, _CONFLICT = 200, 409
_REFUSED = {400: "malformed", 403: "key-unknown", 404: "log-unknown", 422: "proof-refused"}
_ALARMING = frozenset({"proof-refused", "witness-ahead", "roots-differ", "signature-wrong"})
"""The witness has seen another log, or somebody else answers in its place: for a person to look at, at once."""
_log = structlog.stdlib.get_logger("compliance.witnesses")


class Offered(Struct, frozen=True):
    """To whom."""

    witness: str
    """Name and hash of the key."""


class _Offer(Struct, frozen=True):
    witness: Witness
    checkpoint: StoredCheckpoint
    seen: int
    """The size that this witness signed last, as far as we know."""


class _NotCosigned(Exception):
    """The witness did not sign; the reason is a code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


# Queueing


def offer_newest(desk: Opener) -> None:
    """Queue what is to be offered, as after witnesses were configured."""
    if desk.means.witnesses:
        patiently(lambda: _queue_all(desk))


def _queue_all(desk: Opener) -> None:
    with desk.deed(writes=True) as deed:
        queue_offers(deed)


def queue_offers(deed: Deed) -> None:
    """Queue an offer of the newest checkpoint for every witness that has not signed it, unless one waits already."""
    checkpoint = deed.unit.log.checkpoint() if deed.means.witnesses else None
    if checkpoint is None:
        return
    for witness in deed.means.witnesses:
        _queue(deed, witness.id, checkpoint)


def _queue(deed: Deed, witness_id: str, checkpoint: StoredCheckpoint) -> None:
    signed, payload = deed.unit.log.newest_cosignature(witness_id), _payload_of(witness_id)
    undone = deed.unit.jobs.undone(KIND, payload)
    if (signed is not None and signed.size >= checkpoint.size) or any(each.state == "ready" for each in undone):
        return
    # One that is being done may have looked before this checkpoint was there.
    deed.queue(KIND, payload, run_at=deed.now + SHORTEST if undone else _due(deed.now, signed))


def _due(now: datetime, signed: StoredCosignature | None) -> datetime:
    # A clock that was put back must not keep a witness from being asked.
    if signed is not None and signed.noted_at <= now < signed.noted_at + SHORTEST:
        return signed.noted_at + SHORTEST
    return now


def _payload_of(witness_id: str) -> dict[str, object]:
    return {"witness": witness_id}


# Asking


def offer_checkpoint(desk: Opener, job: Job, *, timeout_s: float = TIMEOUT_S) -> None:
    """Offer the newest checkpoint to a witness, and keep its signature. No transaction is open while it is asked.

    Raises:
        Unavailable: it did not sign; to be asked again.
        CannotSucceed: the job names no witness.
    """
    try:
        which = convert(job.payload, Offered)
    except ValidationError as fault:
        raise CannotSucceed("offer-checkpoint-wrong") from fault
    with desk.deed(writes=False) as deed:
        offer = _offer(deed, which.witness, job)
    if offer is None:
        return

    try:
        signature = _ask(desk, offer, timeout_s=timeout_s)
    except (_NotCosigned, NotAnswered) as refused:
        tell = _log.error if refused.reason in _ALARMING else _log.warning
        tell("witness-did-not-sign", witness=offer.witness.id, reason=refused.reason, size=offer.checkpoint.size)
        msg = f"witness {offer.witness.key.name}: {refused.reason}"
        raise Unavailable(msg) from refused

    patiently(lambda: _keep(desk, offer, signature))


def _offer(deed: Deed, witness_id: str, job: Job) -> _Offer | None:
    """What is to be offered; None where the witness is no longer configured, or has signed the newest checkpoint."""
    witness = next((each for each in deed.means.witnesses if each.id == witness_id), None)
    checkpoint, signed = deed.unit.log.checkpoint(), deed.unit.log.newest_cosignature(witness_id)
    seen = 0 if signed is None else signed.size
    if witness is None or checkpoint is None or seen >= checkpoint.size:
        return None
    # An older one was being done when this one was queued, and failed: it goes on, with its pauses, and this one ends.
    undone = deed.unit.jobs.undone(KIND, _payload_of(witness_id))
    is_extra = any(each.state == "ready" and each.id < job.id for each in undone)
    return None if is_extra else _Offer(witness, checkpoint, seen)


def _ask(desk: Opener, offer: _Offer, *, timeout_s: float) -> NoteSignature:
    answer = _send(desk, offer, offer.seen, timeout_s=timeout_s)
    if answer.status == _CONFLICT:
        seen = read_size_answer(answer.body)
        if seen is None or seen == offer.seen:
            raise _NotCosigned("roots-differ")
        if seen > offer.checkpoint.size:
            raise _NotCosigned("overtaken" if seen <= _newest_size(desk) else "witness-ahead")
        answer = _send(desk, offer, seen, timeout_s=timeout_s)
        if answer.status == _CONFLICT:
            raise _NotCosigned("roots-differ" if seen == offer.checkpoint.size else "overtaken")
    if answer.status != _OK:
        raise _NotCosigned(_REFUSED.get(answer.status, f"status-{answer.status}"))
    return _signature_in(answer.body, offer)


def _send(desk: Opener, offer: _Offer, seen: int, *, timeout_s: float) -> Answered:
    size = offer.checkpoint.size
    with desk.deed(writes=False) as deed:
        # From a tree without entries nothing is proven.
        known = nodes_of(deed.unit.log.nodes(nodes_needed_for_consistency(seen, size) if seen else ()))
    proof = consistency_proof(seen, size, known) if seen else ()
    text = write_offer(offer.checkpoint.note, old_size=seen, proof=proof)
    return send_text(f"{offer.witness.address}/add-checkpoint", text, timeout_s=timeout_s)


def _newest_size(desk: Opener) -> int:
    with desk.deed(writes=False) as deed:
        checkpoint = deed.unit.log.checkpoint()
    return 0 if checkpoint is None else checkpoint.size


def _signature_in(body: bytes, offer: _Offer) -> NoteSignature:
    """This witness' signature of the checkpoint. Signatures of others are passed over."""
    key, text = offer.witness.key, read_note(offer.checkpoint.note).text
    try:
        lines = read_signature_lines(body)
    except NoteMalformed:
        raise _NotCosigned("answer-malformed") from None
    own = [each for each in lines if (each.name, each.key_hash) == (key.name, key.hash)]
    if not own:
        raise _NotCosigned("signature-missing")
    if not all(has_signed(key, each, text) for each in own):
        raise _NotCosigned("signature-wrong")
    return own[0]


def _keep(desk: Opener, offer: _Offer, signature: NoteSignature) -> None:
    with desk.deed(writes=True) as deed:
        signed = StoredCosignature(size=offer.checkpoint.size, witness=offer.witness.id,
                                   signature=signature.signature, noted_at=deed.now)  # fmt: skip
        deed.unit.log.add_cosignature(signed)
        newest = deed.unit.log.checkpoint()
        if newest is not None:
            _queue(deed, offer.witness.id, newest)
