"""Whether a PDF is as it was signed, by a key for PDFs of the issuer."""

from compliance.signing import KeyList, PublicKey
from compliance.usecases.verifying.presented import Presented
from compliance.usecases.verifying.steps import Step, found


def pdf_step(presented: Presented, listed: KeyList | None) -> tuple[Step, PublicKey | None]:
    """What was found about a PDF, and the key that signed it."""
    sealed = presented.sealed
    if sealed is None:
        return found("pdf", "unread"), None
    if not sealed.is_intact:
        return found("pdf", "altered"), None
    if sealed.signatures != 1 or sealed.coverage != "file":
        return found("pdf", "added"), None
    if listed is None:
        return found("pdf", "no-keys"), None
    key = next((each for each in listed.keys if each.purpose == "pdf" and each.public == sealed.key), None)
    if key is None:
        return found("pdf", "foreign"), None
    if not sealed.is_certified:
        return found("pdf", "open"), None
    if not sealed.is_valid:
        return found("pdf", "untrusted", key_id=key.id), None
    return found("pdf", "sealed", key_id=key.id), key
