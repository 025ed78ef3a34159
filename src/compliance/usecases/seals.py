"""What the service signs with: keys that are loaded once, and the list of them that the root signed."""

from msgspec import Struct

from compliance.signing import KeyList, PdfSealer, Signer


class Seals(Struct, frozen=True, kw_only=True):
    """Keys in use."""

    signer: Signer
    keys: KeyList
    """Every public key ever, as the root signed them."""
    pdf: PdfSealer
