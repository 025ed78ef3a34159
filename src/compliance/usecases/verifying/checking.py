"""The check itself: every step, in order, each on the ground of those before it. Nothing is asked of anybody."""

from datetime import UTC, datetime

from compliance.domain.certificate import LogEvidence
from compliance.signing import KeyList, PublicKey
from compliance.usecases.verifying.claims import claim_step, days_step, questionnaire_step
from compliance.usecases.verifying.key_times import Use, key_times_step
from compliance.usecases.verifying.keys import keys_step, signature_step
from compliance.usecases.verifying.logs import Checkpoints, checkpoints_step, evidence_in, inclusion_step
from compliance.usecases.verifying.pdfs import pdf_step
from compliance.usecases.verifying.presented import number_step, read_presented
from compliance.usecases.verifying.recomputing import recomputed_step
from compliance.usecases.verifying.sources import Sources
from compliance.usecases.verifying.statuses import status_step
from compliance.usecases.verifying.steps import STEPS, Step, Verdict
from compliance.usecases.verifying.witnessing import witnesses_step


def check(
    presented: bytes | str, sources: Sources, *, at: datetime, trusted: str | None = None, receipt: bytes | None = None
) -> Verdict:
    """Check what is presented: a credential, a signed PDF, a badge (bytes), a number or an address (text).

    `trusted` is the fingerprint that the root of the keys must have. `receipt` asks for one step more. `at` is now, with
    a zone. It never raises over what it is given: what cannot be read is a step that is false.

    A PDF is looked at by a library that runs an event loop of its own: not to be called from within one.
    """
    # In UTC before anything is compared: where clocks are changed, instants of one zone are compared by what clocks show.
    at = at.astimezone(UTC)
    keys, listed = keys_step(sources, trusted)
    given = read_presented(presented, sources, listed, at=at)
    evidence = evidence_in(given.credential)

    signed, credential_key = signature_step(given.credential, listed, sources.base_url)
    compared, said = claim_step(given, sources.base_url)
    claim = None if said is None else said.claim
    logged, checkpoints = checkpoints_step(evidence, listed, sources)
    steps: list[Step] = [
        given.step, number_step(given, sources), keys, signed, compared, questionnaire_step(claim, sources.library),
        inclusion_step(given.credential, evidence, said), logged,
        status_step(None if claim is None else claim.status_index, listed, sources, at=at),
        days_step(claim, at.date()),
        witnesses_step(None if evidence is None else evidence.checkpoint, listed, sources),
    ]  # fmt: skip
    pdf_key = None
    if given.is_pdf:
        sealed, pdf_key = pdf_step(given, listed)
        steps.append(sealed)
    uses = _uses(credential_key, pdf_key, evidence, checkpoints)
    newest = None if checkpoints.newest is None else checkpoints.newest.checkpoint
    steps.append(key_times_step(uses, listed, newest, sources))
    if receipt is not None:
        steps.append(recomputed_step(receipt, claim, sources.library))
    return Verdict(
        steps=tuple(sorted(steps, key=lambda step: STEPS.index(step.code))), at=at, base_url=sources.base_url,
        claim=claim, fingerprint=_fingerprint(listed),
    )  # fmt: skip


def _uses(
    credential_key: PublicKey | None, pdf_key: PublicKey | None, evidence: LogEvidence | None, checkpoints: Checkpoints
) -> list[Use]:
    """What was signed, and the last leaf that was in the log before it was. None where the credential's key is not known."""
    if credential_key is None or evidence is None:
        return []
    uses = [Use(key=credential_key, index=evidence.index)]
    uses += [] if pdf_key is None else [Use(key=pdf_key, index=evidence.index)]
    signed = (checkpoints.own, checkpoints.newest)
    uses += [Use(key=each.key, index=each.checkpoint.size - 1) for each in signed if each is not None]
    return uses


def _fingerprint(listed: KeyList | None) -> str | None:
    return None if listed is None else listed.fingerprint
