"""The issuer's DID: how `did:web` is spelt, and the document that lists the keys.

`did:web` is where keys are fetched. It is not the root of trust: whoever has the host has it too.

Source: docs/certificate.md, "Keys".
"""

import string
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_PLAIN = frozenset(string.ascii_letters + string.digits + ".-_")


class DidKey(Struct, frozen=True, kw_only=True):
    """A public key that signs credentials or status lists, as the DID document shows it."""

    id: str
    """`credentials-1`."""
    multikey: str
    """`z6Mk…`: the key as Multikey, base58."""
    compromised_on: date | None = None
    """From when somebody else may have had the private key. A key that was merely retired has none."""


def did_web(base_url: str) -> str:
    """The DID of an address: `https://example.org:8443` is `did:web:example.org%3A8443`, `/a/b` behind it is `:a:b`.

    The document of a host is fetched from `/.well-known/did.json`, that of a path from `did.json` under the path.

    Raises:
        ValueError: no address of a host, or one with a query, a fragment or a user.
    """
    scheme, separator, rest = base_url.partition("://")
    host, *path = rest.removesuffix("/").split("/")
    if scheme not in ("http", "https") or not separator or not host or not all(path) or set(rest) & set("?#@ "):
        msg = f"no address that a DID could be made of: {base_url}"
        raise ValueError(msg)
    return ":".join(("did:web", _encoded(host.lower()), *(_encoded(each) for each in path)))


def did_document(did: str, keys: Iterable[DidKey]) -> dict[str, object]:
    """The DID document: every key that ever signed credentials or status lists, in the order given.

    Retired keys stay among the assertion methods, since what they signed stays true. A compromised one is marked
    `revoked` and taken out: verifiers that know nothing of the log then refuse all that it signed.
    """
    listed = list(keys)
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": [_method(did, key) for key in listed],
        "assertionMethod": [f"{did}#{key.id}" for key in listed if key.compromised_on is None],
    }


def _method(did: str, key: DidKey) -> dict[str, object]:
    method: dict[str, object] = {
        "id": f"{did}#{key.id}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key.multikey,
    }
    if key.compromised_on is not None:
        method["revoked"] = f"{key.compromised_on.isoformat()}T00:00:00Z"
    return method


def _encoded(part: str) -> str:
    # What is percent-encoded already stays as it is.
    return "".join(
        sign if sign in _PLAIN or sign == "%" else "".join(f"%{octet:02X}" for octet in sign.encode()) for sign in part
    )
