"""`compliance keys`: the keys that sign certificates, status lists, checkpoints and PDFs, and the root above them."""

from argparse import Namespace
from datetime import date
from pathlib import Path

from compliance.cli.folders import write_files
from compliance.cli.printing import print_table, say
from compliance.cli.starting import settings_now
from compliance.domain.transparency import origin_of, write_verifier_key
from compliance.errors import Invalid, Problem
from compliance.settings import Settings
from compliance.signing import (
    LIST_FILE,
    ROOT_FILE,
    KeyFolder,
    KeyList,
    PassphraseUnfit,
    PublicKey,
    Purpose,
    Root,
    make_keys,
    mark_compromised,
    pdf_roots,
    read_root,
    retire_key,
    rotate_key,
    verifier_key,
    write_key_list,
)

PUBLIC_LIST, PUBLIC_ROOT = "compliance-keys.json", "compliance-root.pem"
"""The names under which they are served below `/.well-known/`."""
_LONGEST_PASSPHRASE_BYTES = 4096


class KeyArgumentsWrong(Invalid):
    """This cannot be done with what was given."""

    code = "key-arguments-wrong"


def new(options: Namespace) -> int:
    """Make the root and a key for each purpose; say the fingerprint, and what is to be done with the root."""
    settings = settings_now()
    passphrase = _passphrase_of(settings)
    root_file = Path(options.root) if options.root else settings.keys / ROOT_FILE
    made = make_keys(
        settings.keys, passphrase, root_file=root_file, root_passphrase=_root_passphrase(options, passphrase),
        name=options.name or settings.operator_name, on=options.today, demo=settings.demo,
    )  # fmt: skip
    say(f"Keys for {', '.join(key.purpose for key in made.keys)} were made in {settings.keys}.")
    if made.demo:
        say("They are marked as keys of a DEMONSTRATION. What they sign means nothing.")
    say("\nThe fingerprint of their root:")
    say(f"  {made.fingerprint}")
    say("Publish it in places that nobody can change all at once: in print, on your web site, in your register.\n")
    say(f"The root is in {root_file}. It is needed only when keys change, never by the service:")
    say("  1. Copy it to two media that are kept apart, in no network, with its passphrase in a third place.")
    say("  2. Delete it here. Whoever has it and its passphrase can make keys in your name.")
    say(f"\nBack up {settings.keys} and its passphrase, apart from each other. “compliance backup” leaves both out.")
    return 0


def list_keys(options: Namespace) -> int:
    """Print every key that there ever was, the fingerprint of the root, and what witnesses of the log need."""
    del options
    settings = settings_now()
    listed = KeyFolder.read_list(settings.keys)
    rows = [(key.id, key.purpose, _state_of(key, listed), key.added_on.isoformat(), _ended(key)) for key in listed.keys]
    print_table(("Key", "For", "State", "Added", "Ended"), rows)
    say(f"\nList {listed.sequence}, of {listed.made_on}. Root: {listed.fingerprint}")
    if listed.demo:
        say("These are keys of a DEMONSTRATION.")
    origin = origin_of(settings.base_url)
    say(f"\nThe log is {origin}. Who witnesses it needs its verifier key:")
    for key in listed.keys:
        if key.purpose == "checkpoints" and key.is_in_use:
            say(f"  {write_verifier_key(verifier_key(key, name=origin))}")
    return 0


def rotate(options: Namespace) -> int:
    """Make the next key of a purpose. The one before stays in use until it is retired."""
    settings = settings_now()
    passphrase = _passphrase_of(settings)
    root = _root_of(options, passphrase)
    listed = rotate_key(settings.keys, options.purpose, passphrase=passphrase, root=root, on=options.today)
    say(
        f"{listed.keys[-1].id} signs from now on: workers that run see it within a second. Nothing has to be restarted."
    )
    others = [key.id for key in listed.keys[:-1] if key.purpose == options.purpose and key.is_in_use]
    for each in others:
        say(f"{each} is still believed. When everybody has the new list: compliance keys retire {each} --root FILE")
    return _say_list(listed)


def retire(options: Namespace) -> int:
    """Say that a key signs nothing more. What it signed before stays good."""
    settings = settings_now()
    on = _day_of(options)
    root = _root_of(options, settings.keys_passphrase)
    listed = retire_key(settings.keys, options.key, on=on, root=root, today=options.today)
    say(
        f"{options.key} signs nothing from {on}. Nothing has to be restarted. Now destroy {options.key}.pem, copies too."
    )
    return _say_list(listed)


def compromised(options: Namespace) -> int:
    """Say that somebody else may have a key, and since which leaf of the log it is not believed."""
    settings = settings_now()
    on = _day_of(options)
    root = _root_of(options, settings.keys_passphrase)
    listed = mark_compromised(
        settings.keys, options.key, since_leaf=options.since_leaf, on=on, root=root, today=options.today
    )
    say(f"{options.key} is not believed for leaf {options.since_leaf:,} of the log and all after it.")
    purpose: Purpose = next(key.purpose for key in listed.keys if key.id == options.key)
    if listed.in_use(purpose) is None:
        say(f"Nothing can be signed for {purpose} now: compliance keys rotate {purpose} --root FILE")
    say("Workers that run see it within a second. Tell everybody who relies on certificates.")
    return _say_list(listed)


def export_public(options: Namespace) -> int:
    """Write what everybody may have: the signed list of keys, and the root certificate for PDFs."""
    listed = KeyFolder.read_list(settings_now().keys)
    files = {PUBLIC_LIST: write_key_list(listed), PUBLIC_ROOT: pdf_roots(listed).encode()}
    for path in write_files(Path(options.output), files):
        say(str(path))
    return 0


def _say_list(listed: KeyList) -> int:
    say(f"{LIST_FILE} is now list {listed.sequence}, signed by the root {listed.fingerprint}.")
    say("Put the root away again.")
    return 0


def _state_of(key: PublicKey, listed: KeyList) -> str:
    if key.compromised_on is not None:
        return f"compromised since leaf {key.compromised_since_leaf}"
    if key.retired_on is not None:
        return "retired"
    return "signs" if listed.in_use(key.purpose) == key else "in use"


def _ended(key: PublicKey) -> str:
    ended = [each.isoformat() for each in (key.retired_on, key.compromised_on) if each is not None]
    return min(ended, default="")


def _passphrase_of(settings: Settings) -> str:
    if settings.keys_passphrase is None:
        raise PassphraseUnfit([Problem("key-passphrase-missing", "COMPLIANCE_KEYS_PASSPHRASE")])
    return settings.keys_passphrase


def _root_of(options: Namespace, passphrase: str | None) -> Root:
    return read_root(Path(options.root), _root_passphrase(options, passphrase))


def _root_passphrase(options: Namespace, passphrase: str | None) -> str:
    """The root's own passphrase where a file of it is named, else that of the keys."""
    if options.root_passphrase_file is None:
        if passphrase is None:
            raise PassphraseUnfit([Problem("key-passphrase-missing", "COMPLIANCE_KEYS_PASSPHRASE")])
        return passphrase
    try:
        with Path(options.root_passphrase_file).open("rb") as file:
            return file.read(_LONGEST_PASSPHRASE_BYTES).decode("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or "it is not UTF-8"
        raise KeyArgumentsWrong([Problem("file-unreadable", "--root-passphrase-file", {"reason": reason})]) from None


def _day_of(options: Namespace) -> date:
    if options.on is None:
        return options.today
    try:
        return date.fromisoformat(options.on)
    except ValueError:
        raise KeyArgumentsWrong([Problem("wrong-date", "--on", {"given": options.on[:40]})]) from None
