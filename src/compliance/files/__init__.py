"""Evidence bytes, content-addressed: a folder, or an S3-compatible store; and the virus scanner that reads them.

Files are kept under the organisation they belong to and the SHA-256 of their bytes, so that two organisations' equal
files are two files: one can be deleted, and looked for, without a word about the other. This room knows no database, no
names of files and no media types. Whoever deletes a file makes sure that nobody keeps the same one at that moment.
"""

from compliance.files.evidence import (
    EvidenceStore,
    FileDamaged,
    FileMissing,
    ListedFile,
    StoredFile,
    StoreUnavailable,
    Upload,
)
from compliance.files.folder import FolderStore
from compliance.files.s3 import Bucket, S3Store
from compliance.files.scanner import ClamScanner, ScannerUnavailable, Verdict

__all__ = [
    "Bucket",
    "ClamScanner",
    "EvidenceStore",
    "FileDamaged",
    "FileMissing",
    "FolderStore",
    "ListedFile",
    "S3Store",
    "ScannerUnavailable",
    "StoreUnavailable",
    "StoredFile",
    "Upload",
    "Verdict",
]
