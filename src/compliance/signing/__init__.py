"""Keys and signatures. Knows how something is signed, and not what it says.

Private keys are made by `make_keys`, opened once by `KeyFolder.open`, and used through `Signer`, two functions behind
which a token or another machine fits as well. Three kinds of signature are made and checked: proofs in JSON
(`data_integrity`), notes (`notes`) and PDFs (`pdf`).
"""

from compliance.signing.data_integrity import ProofInvalid, add_proof, check_proof, proof_method
from compliance.signing.demo_keys import ensure_demo_keys
from compliance.signing.key_files import (
    KeyFolderUnusable,
    KeysTaken,
    PassphraseUnfit,
    Root,
    read_root,
)
from compliance.signing.key_folder import (
    LIST_FILE,
    ROOT_FILE,
    KeyChangeRefused,
    KeyFolder,
    make_keys,
    mark_compromised,
    retire_key,
    rotate_key,
)
from compliance.signing.key_lists import (
    KeyListInvalid,
    KeyListUntrusted,
    check_key_list,
    read_key_list,
    sign_key_list,
    write_key_list,
)
from compliance.signing.keys import (
    PURPOSES,
    KeyEvent,
    KeyList,
    PublicKey,
    Purpose,
    fingerprint_of,
    key_event_content,
    pdf_roots,
    same_fingerprint,
)
from compliance.signing.multibase import NotMultibase, from_multibase, from_multikey, to_multibase, to_multikey
from compliance.signing.notes import NoteUntrusted, VerifiedNote, check_note, has_signed, sign_note, verifier_key
from compliance.signing.pdf import PdfSealer, PdfUnreadable, PdfUnsealable, PdfVerdict, check_pdf
from compliance.signing.signer import KeyUnusable, LocalSigner, Signer

__all__ = [
    "LIST_FILE", "PURPOSES", "ROOT_FILE", "KeyChangeRefused", "KeyEvent", "KeyFolder", "KeyFolderUnusable", "KeyList",
    "KeyListInvalid", "KeyListUntrusted", "KeyUnusable", "KeysTaken", "LocalSigner", "NotMultibase", "NoteUntrusted",
    "PassphraseUnfit", "PdfSealer", "PdfUnreadable", "PdfUnsealable", "PdfVerdict", "ProofInvalid", "PublicKey",
    "Purpose", "Root", "Signer", "VerifiedNote", "add_proof", "check_key_list", "check_note", "check_pdf",
    "check_proof", "ensure_demo_keys", "fingerprint_of", "from_multibase", "from_multikey", "has_signed",
    "key_event_content", "make_keys", "mark_compromised", "pdf_roots", "proof_method", "read_key_list", "read_root",
    "retire_key", "rotate_key", "same_fingerprint", "sign_key_list", "sign_note", "to_multibase", "to_multikey",
    "verifier_key", "write_key_list",
]  # fmt: skip
