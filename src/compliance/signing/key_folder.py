"""The folder of keys: `keys.json`, which everybody may see, and a private file for each key.

The root lies in a file of its own, which is needed only when the list changes and belongs on a medium in no network.
Order when a key is made: the private file first, then the list that names it. A crash between the two leaves a file
that no list names and that never signed anything; nothing is lost, and the next key takes the next number.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from compliance.errors import Conflict, Problem
from compliance.signing.key_files import (
    KeyFolderUnusable,
    KeysTaken,
    Root,
    check_passphrase,
    make_folder,
    new_private_key,
    private_pem,
    public_octets,
    read_private,
    root_pem,
    unwritable,
    write_once,
    write_over,
)
from compliance.signing.key_lists import check_key_list, read_key_list, sign_key_list, write_key_list
from compliance.signing.keys import PURPOSES, KeyList, PublicKey, Purpose, fingerprint_of
from compliance.signing.pdf_certificates import chain_as_pem, make_leaf_certificate, make_root_certificate
from compliance.signing.signer import LocalSigner, PrivateKey

LIST_FILE, ROOT_FILE = "keys.json", "root.pem"


class KeyChangeRefused(Conflict):
    """The key cannot be changed so."""

    code: ClassVar[str] = "key-change-refused"


class KeyFolder:
    """A folder of keys, opened once: the files are decrypted when a process starts, and kept in memory."""

    @staticmethod
    def open(folder: Path, passphrase: str) -> LocalSigner:
        """Decrypt every key that is in use. Those of retired and compromised keys need not be there any more.

        Raises:
            KeyListInvalid, KeyListUntrusted: the list in the folder cannot be used.
            KeyFolderUnusable: with a problem for every private file that cannot be used.
        """
        key_list = KeyFolder.read_list(folder)
        private: dict[str, PrivateKey] = {}
        problems: list[Problem] = []
        for key in (each for each in key_list.keys if each.is_in_use):
            path = _private_file(folder, key.id)
            try:
                private[key.id] = read_private(path, passphrase)
            except KeyFolderUnusable as refusal:
                problems += refusal.problems
                continue
            if public_octets(private[key.id]) != key.public:
                problems.append(Problem("key-file-other", "", {"file": str(path)[:200], "id": key.id}))
        if problems:
            raise KeyFolderUnusable(problems)
        return LocalSigner(key_list, private)

    @staticmethod
    def read_list(folder: Path) -> KeyList:
        """The public list in a folder, which its root has signed. Needs no passphrase.

        Raises:
            KeyFolderUnusable: there is none.
            KeyListInvalid, KeyListUntrusted: it cannot be read, or was changed.
        """
        path = folder / LIST_FILE
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise KeyFolderUnusable([Problem("key-file-missing", "", {"file": str(path)[:200]})]) from None
        except OSError as fault:
            raise unwritable(path, fault) from None
        listed = read_key_list(content)
        check_key_list(listed)
        return listed


def make_keys(  # noqa: PLR0913  all by keyword
    folder: Path,
    passphrase: str,
    *,
    root_file: Path,
    root_passphrase: str,
    name: str,
    on: date,
    demo: bool = False,
) -> KeyList:
    """Make a root and a key for each purpose. Nothing is ever overwritten; what was half made is taken back.

    `name` is who signs, as readers of PDFs show it.

    Raises:
        KeysTaken: there are keys in the folder, or there is a file where the root is to be.
        PassphraseUnfit: one of the passphrases is too short.
        KeyFolderUnusable: something cannot be written.
    """
    check_passphrase(passphrase)
    check_passphrase(root_passphrase)
    make_folder(folder)
    taken = [path for path in (root_file, *sorted(folder.glob("*.pem")), folder / LIST_FILE) if path.exists()]
    if taken:
        raise KeysTaken([Problem("key-file-taken", "", {"file": str(taken[0])[:200]})])
    pdf_key = ec.generate_private_key(ec.SECP256R1())
    certificate = make_root_certificate(pdf_key, name=name, on=on)
    root = Root(list_key=Ed25519PrivateKey.generate(), pdf_key=pdf_key, certificate=certificate)
    private: dict[Purpose, PrivateKey] = {purpose: new_private_key(purpose) for purpose in PURPOSES}
    keys = tuple(_listed(f"{purpose}-1", purpose, key, root=root, on=on) for purpose, key in private.items())
    unsigned = KeyList(sequence=1, made_on=on, demo=demo, root=b"", keys=keys)
    files = {root_file: root_pem(root, root_passphrase)}
    files |= {_private_file(folder, f"{purpose}-1"): private_pem(key, passphrase) for purpose, key in private.items()}
    listed = sign_key_list(unsigned, root.list_key)
    _write_all({**files, folder / LIST_FILE: write_key_list(listed)})
    return listed


def rotate_key(folder: Path, purpose: Purpose, *, passphrase: str, root: Root, on: date) -> KeyList:
    """Make the next key of a purpose, which signs from now on. The one before stays in use until it is retired.

    Raises:
        KeyFolderUnusable, KeyListInvalid, KeyListUntrusted: the folder cannot be used, or has another passphrase.
        KeyChangeRefused: the root is not that of the list.
    """
    # Opened whole: a new key must not come under another passphrase than the others.
    listed = KeyFolder.open(folder, passphrase).key_list
    key_id = f"{purpose}-{_next_number(folder, listed, purpose)}"
    key = new_private_key(purpose)
    added = _listed(key_id, purpose, key, root=root, on=on)
    _check_root(listed, root)
    write_once(_private_file(folder, key_id), private_pem(key, passphrase))
    return _sign_anew(folder, replace(listed, keys=(*listed.keys, added)), root=root, on=on)


def retire_key(folder: Path, key_id: str, *, on: date, root: Root, today: date) -> KeyList:
    """Say that a key signs nothing from a day on. It stops at once, and what it signed stays good.

    Raises:
        KeyChangeRefused: there is no such key, it signs no more, it is the only one of its purpose, or the day is wrong.
        KeyFolderUnusable, KeyListInvalid, KeyListUntrusted: the folder cannot be used.
    """
    listed = KeyFolder.read_list(folder)
    key = _key_of(listed, key_id)
    problems: list[Problem] = []
    if not key.is_in_use:
        problems.append(Problem("key-not-in-use", key_id, {"id": key_id}))
    elif not any(each.is_in_use for each in listed.keys if each.purpose == key.purpose and each.id != key_id):
        problems.append(Problem("key-only-one", key_id, {"id": key_id, "purpose": key.purpose}))
    problems += _wrong_day(key, on, today)
    if problems:
        raise KeyChangeRefused(problems)
    return _with(folder, listed, key_id, lambda each: replace(each, retired_on=on), root=root, on=today)


def mark_compromised(folder: Path, key_id: str, *, since_leaf: int, on: date, root: Root, today: date) -> KeyList:
    """Say that somebody else may have a key: what stands in the log from this leaf on is not believed on its word.

    Raises:
        KeyChangeRefused: there is no such key, it is marked already, or the day or the leaf is wrong.
        KeyFolderUnusable, KeyListInvalid, KeyListUntrusted: the folder cannot be used.
    """
    listed = KeyFolder.read_list(folder)
    key = _key_of(listed, key_id)
    problems: list[Problem] = []
    if key.compromised_on is not None:
        facts = {"id": key_id, "on": key.compromised_on.isoformat()}
        problems.append(Problem("key-compromised", key_id, facts))
    if since_leaf < 0:
        problems.append(Problem("key-since-leaf", key_id, {"id": key_id}))
    problems += _wrong_day(key, on, today)
    if problems:
        raise KeyChangeRefused(problems)
    marked = replace(key, compromised_on=on, compromised_since_leaf=since_leaf)
    return _with(folder, listed, key_id, lambda _: marked, root=root, on=today)


def _listed(key_id: str, purpose: Purpose, key: PrivateKey, *, root: Root, on: date) -> PublicKey:
    chain = None
    public = key.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        made = make_leaf_certificate(public, key_id=key_id, root=root.certificate, root_key=root.pdf_key, on=on)
        chain = chain_as_pem(made, root.certificate)
    return PublicKey(id=key_id, purpose=purpose, public=public_octets(key), added_on=on, certificate=chain)


def _private_file(folder: Path, key_id: str) -> Path:
    return folder / f"{key_id}.pem"


def _next_number(folder: Path, listed: KeyList, purpose: Purpose) -> int:
    """One more than the greatest, also of files that a crash left behind."""
    names = [key.id for key in listed.keys] + [path.stem for path in folder.glob("*.pem")]
    found = [re.fullmatch(rf"{purpose}-([1-9][0-9]{{0,5}})", name) for name in names]
    return 1 + max(int(each[1]) for each in found if each is not None)


def _key_of(listed: KeyList, key_id: str) -> PublicKey:
    key = listed.find(key_id)
    if key is None:
        raise KeyChangeRefused([Problem("key-unknown", key_id[:80], {"id": key_id[:80]})])
    return key


def _wrong_day(key: PublicKey, on: date, today: date) -> list[Problem]:
    # A key that was made while the clock ran ahead can be ended all the same: on the day on which it says it was made.
    latest = max(today, key.added_on)
    if key.added_on <= on <= latest:
        return []
    facts = {"given": on.isoformat(), "least": key.added_on.isoformat(), "most": latest.isoformat()}
    return [Problem("key-day", key.id, facts)]


def _check_root(listed: KeyList, root: Root) -> None:
    public = root.list_key.public_key().public_bytes_raw()
    if public != listed.root:
        facts = {"given": fingerprint_of(public), "wanted": listed.fingerprint}
        raise KeyChangeRefused([Problem("key-list-root", "", facts)])


def _with(
    folder: Path, listed: KeyList, key_id: str, change: Callable[[PublicKey], PublicKey], *, root: Root, on: date
) -> KeyList:
    keys = tuple(change(key) if key.id == key_id else key for key in listed.keys)
    return _sign_anew(folder, replace(listed, keys=keys), root=root, on=on)


def _sign_anew(folder: Path, listed: KeyList, *, root: Root, on: date) -> KeyList:
    _check_root(listed, root)
    signed = sign_key_list(replace(listed, sequence=listed.sequence + 1, made_on=on), root.list_key)
    write_over(folder / LIST_FILE, write_key_list(signed))
    return signed


def _write_all(files: dict[Path, bytes]) -> None:
    """Each once, in this order; all or none, unless the machine stops on the way."""
    written: list[Path] = []
    try:
        for path, content in files.items():
            write_once(path, content)
            written.append(path)
    except (KeysTaken, KeyFolderUnusable):
        for path in written:
            with suppress(OSError):
                path.unlink()
        raise
