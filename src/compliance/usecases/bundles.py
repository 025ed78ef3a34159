"""All that is needed to check one certificate without any network, in one file."""

import base64
from collections.abc import Iterator

import msgspec

from compliance.domain.certificate import STATUS_PURPOSES, log_evidence_in
from compliance.domain.transparency import commitment, read_leaf
from compliance.signing import KeyEvent, KeyList, key_event_content, read_key_list
from compliance.store.transparency import LogEntry
from compliance.usecases.deed import Deed
from compliance.usecases.known_keys import NO_SALT
from compliance.usecases.published import (
    NotPublished,
    Published,
    prove_consistency,
    prove_inclusion,
    read_keys,
    read_newest_checkpoint,
    read_signed_file,
    read_status_list,
)

_EVENTS: tuple[KeyEvent, ...] = ("added", "retired", "compromised")


def read_bundle(deed: Deed, typed: str) -> Published:
    """Credential, keys, status lists, the newest checkpoint, what the log says of the keys, and proofs of all of it.

    Raises:
        NumberMistyped, NoSuchCertificate: see `get_certificate`.
        NotPublished: it is still being signed, or there is no list of statuses yet.
    """
    credential = read_signed_file(deed, typed, "credential").body
    size = _size(deed)
    start = log_evidence_in(msgspec.json.decode(credential)).size
    keys = read_keys(deed).body
    bundle = {
        "type": "compliance-bundle", "version": 1, "made_at": deed.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "base_url": deed.means.terms.base_url, "keys": msgspec.Raw(keys),
        "status_lists": {each: msgspec.Raw(read_status_list(deed, each).body) for each in STATUS_PURPOSES},
        "checkpoint": read_newest_checkpoint(deed).body.decode(),
        "key_events": list(_key_events(deed, read_key_list(keys), size)),
        "consistency": prove_consistency(deed, start, size),
        "credential": msgspec.Raw(credential),
    }  # fmt: skip
    return Published(body=msgspec.json.encode(bundle), file_name="compliance-bundle.json")


def read_key_events(deed: Deed) -> Published:
    """What the log says of the keys: each leaf with its content and the proof that the newest checkpoint covers it.

    Raises:
        NotPublished: no checkpoint was signed yet.
    """
    keys = read_key_list(read_keys(deed).body)
    return Published(body=msgspec.json.encode(list(_key_events(deed, keys, _size(deed)))))


def _size(deed: Deed) -> int:
    checkpoint = deed.unit.log.checkpoint()
    if checkpoint is None:
        raise NotPublished
    return checkpoint.size


def _key_events(deed: Deed, keys: KeyList, size: int) -> Iterator[dict[str, object]]:
    for entry in deed.unit.log.of_event("key"):
        if entry.position is None or entry.position >= size:
            continue
        proven = prove_inclusion(deed, entry.position, size)
        yield {"leaf": proven.leaf, "content": base64.b64encode(_content(keys, entry)).decode(), "index": proven.index,
               "proof": proven.proof}  # fmt: skip


def _content(keys: KeyList, entry: LogEntry) -> bytes:
    """What a leaf about a key committed to; it can be worked out from any later list."""
    leaf = read_leaf(entry.leaf)
    key = keys.find(entry.subject)
    assert key is not None, "no list of keys loses one"
    happened = {"added": True, "retired": key.retired_on is not None, "compromised": key.compromised_on is not None}
    possible = (key_event_content(keys, key, event) for event in _EVENTS if happened[event])
    return next(each for each in possible if commitment(NO_SALT, each) == leaf.commitment)
