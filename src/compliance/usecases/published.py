"""What everybody may have, byte for byte as it was signed: files of certificates, statuses, lists, keys, the log."""

import base64
from typing import Literal

import msgspec
from msgspec import Struct

from compliance.domain.certificate import (
    STATUS_PURPOSES,
    Claim,
    DidKey,
    StatusPurpose,
    did_document,
    did_web,
    read_claim,
)
from compliance.domain.transparency import (
    NoteSignature,
    Tile,
    add_signatures,
    consistency_proof,
    entries_of_bundle,
    has_tile,
    inclusion_proof,
    nodes_needed_for_consistency,
    nodes_needed_for_inclusion,
    nodes_of,
    nodes_of_tile,
    read_tile_path,
    write_bundle,
    write_tile,
)
from compliance.errors import NotFound
from compliance.signing import pdf_roots, read_key_list, to_multikey
from compliance.store.signed import FileKind
from compliance.store.transparency import StoredCosignature
from compliance.usecases.certificates import PublicCertificate, get_certificate, read_certificate
from compliance.usecases.deed import Deed

JSON = "application/json"
_MEDIA_TYPES: dict[FileKind, str] = {"credential": "application/vc", "pdf": "application/pdf"}


class NotPublished(NotFound):
    """There is nothing at this address, or it is not signed yet."""

    code = "not-published"


class Published(Struct, frozen=True, kw_only=True):
    """A document as it is sent."""

    body: bytes
    media_type: str = JSON
    is_final: bool = False
    """Whether it will never be another one, so that whoever has it need not ask again."""
    file_name: str | None = None


class Place(Struct, frozen=True, kw_only=True):
    """A site of the scope, as far as a stranger needs it."""

    name: str
    town: str | None


class CertificateStatusNow(Struct, frozen=True, kw_only=True):
    """What a certificate's status is at this moment."""

    type: Literal["compliance-certificate-status"] = "compliance-certificate-status"
    number: str
    status: str
    is_valid: bool
    """Active today, begun, and signed."""
    signing: str
    holder: str
    country: str
    sites: tuple[Place, ...]
    assurance: str
    valid_from: str
    """The first day and the last one."""
    valid_until: str
    successor: str | None
    as_of: str
    """The day, in UTC."""


def read_signed_file(deed: Deed, typed: str, kind: FileKind) -> Published:
    """The credential or the PDF of a certificate: the bytes that were signed, whatever its status is now.

    Raises:
        NumberMistyped, NoSuchCertificate: see `get_certificate`.
        NotPublished: it is still being signed.
    """
    certificate = get_certificate(deed, typed)
    file = deed.unit.signed.file(certificate.organisation_id, certificate.number, kind)
    if file is None or certificate.signing != "signed":
        raise NotPublished
    ending = "json" if kind == "credential" else "pdf"
    return Published(body=file.content, media_type=_MEDIA_TYPES[kind], file_name=f"{certificate.number}.{ending}")


def read_status(deed: Deed, typed: str) -> Published:
    """The status of a certificate at this moment.

    Raises:
        NumberMistyped, NoSuchCertificate: see `get_certificate`.
    """
    return Published(body=msgspec.json.encode(status_now(deed, read_certificate(deed, typed))))


def status_now(deed: Deed, certificate: PublicCertificate) -> CertificateStatusNow:
    """The same, as a struct."""
    claim = read_claim(bytes(certificate.claim))
    successors = [each.successor for each in certificate.history if each.successor is not None]
    return CertificateStatusNow(
        number=certificate.number, status=certificate.status, is_valid=certificate.is_valid,
        signing=certificate.signing, holder=claim.holder.name, country=claim.scope.country,
        sites=_places(deed, certificate.number, claim), assurance=claim.assurance,
        valid_from=claim.issued_on.isoformat(), valid_until=claim.valid_until.isoformat(), successor=successors[-1] if successors else None,
        as_of=deed.today.isoformat(),
    )  # fmt: skip


def _places(deed: Deed, number: str, claim: Claim) -> tuple[Place, ...]:
    """The sites of the claim, with the towns where they are now: those do not stand in the claim."""
    organisation_id = deed.unit.certificates.owner_of(number)
    assert organisation_id is not None
    towns = {site.id: site.town for site in deed.unit.organisations.sites(organisation_id)}
    return tuple(Place(name=site.name, town=towns.get(site.id)) for site in claim.scope.sites)


def read_status_list(deed: Deed, purpose: str) -> Published:
    """A status list as it was signed last.

    Raises:
        NotPublished: there is no such list, or none was signed yet.
    """
    wanted: StatusPurpose | None = next((each for each in STATUS_PURPOSES if each == purpose), None)
    row = None if wanted is None else deed.unit.signed.status_list(wanted)
    if row is None:
        raise NotPublished
    return Published(body=row.content, media_type="application/vc")


# Keys


def read_keys(deed: Deed) -> Published:
    """The list of keys that the root signed last.

    Raises:
        NotPublished: there is none.
    """
    row = deed.unit.signed.key_list()
    if row is None:
        raise NotPublished
    return Published(body=row.content)


def read_did(deed: Deed) -> Published:
    """The DID document: every key that signs, or signed, credentials and status lists.

    Raises:
        NotPublished: there are no keys.
    """
    keys = read_key_list(read_keys(deed).body)
    did = did_web(deed.means.terms.base_url)
    listed = [DidKey(id=key.id, multikey=to_multikey(key.public), compromised_on=key.compromised_on)
              for key in keys.keys if key.purpose in ("credentials", "status")]  # fmt: skip
    return Published(body=msgspec.json.encode(did_document(did, listed)), media_type="application/did+json")


def read_pdf_roots(deed: Deed) -> Published:
    """The root certificates under which PDFs are signed, as PEM.

    Raises:
        NotPublished: there are no keys.
    """
    pem = pdf_roots(read_key_list(read_keys(deed).body))
    return Published(body=pem.encode(), media_type="application/x-pem-file", file_name="compliance-root.pem")


# The log


def read_newest_checkpoint(deed: Deed) -> Published:
    """The newest signed checkpoint, with the signatures of witnesses that are there by now below the log's own.

    Raises:
        NotPublished: none was signed yet.
    """
    checkpoint = deed.unit.log.checkpoint()
    if checkpoint is None:
        raise NotPublished
    signed = [_signature_of(each) for each in deed.unit.log.cosignatures(checkpoint.size)]
    note = add_signatures(checkpoint.note, signed) if signed else checkpoint.note
    return Published(body=note.encode(), media_type="text/plain")  # the web framework names UTF-8


def _signature_of(cosignature: StoredCosignature) -> NoteSignature:
    name, _, key_hash = cosignature.witness.rpartition("+")
    return NoteSignature(name, bytes.fromhex(key_hash), cosignature.signature)


def read_log_tile(deed: Deed, path: str) -> Published:
    """A tile, or a bundle of entries, of the tree that the newest checkpoint covers.

    Raises:
        NotPublished: there is none of that path.
    """
    tile, checkpoint = read_tile_path(path), deed.unit.log.checkpoint()
    if tile is None or checkpoint is None or not has_tile(checkpoint.size, tile):
        raise NotPublished
    if isinstance(tile, Tile):
        body = write_tile(deed.unit.log.node_range(*nodes_of_tile(tile)))
    else:
        body = write_bundle(deed.unit.log.leaves(*entries_of_bundle(tile)))
    return Published(body=body, media_type="application/octet-stream", is_final=True)


class Inclusion(Struct, frozen=True, kw_only=True):
    """That a leaf stands in the tree of a checkpoint."""

    leaf: str
    """Base64."""
    index: int
    size: int
    proof: tuple[str, ...]
    """Base64, lowest first."""


class Consistency(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """That one tree is the beginning of another."""

    start: int
    end: int
    proof: tuple[str, ...]


def read_inclusion(deed: Deed, index: int, size: int) -> Published:
    """The proof that leads from a leaf to the root of the tree of a size.

    Raises:
        NotPublished: no checkpoint covers that.
    """
    return Published(body=msgspec.json.encode(prove_inclusion(deed, index, size)), is_final=True)


def prove_inclusion(deed: Deed, index: int, size: int) -> Inclusion:
    """The same, as a struct."""
    checkpoint = deed.unit.log.checkpoint()
    if checkpoint is None or not 0 <= index < size <= checkpoint.size:
        raise NotPublished
    known = nodes_of(deed.unit.log.nodes(nodes_needed_for_inclusion(index, size)))
    return Inclusion(
        leaf=_base64(deed.unit.log.leaves(index, index + 1)[0]), index=index, size=size,
        proof=tuple(_base64(each) for each in inclusion_proof(index, size, known)),
    )  # fmt: skip


def read_consistency(deed: Deed, start: int, end: int) -> Published:
    """The proof that the tree of one size is the beginning of that of another.

    Raises:
        NotPublished: no checkpoint covers that.
    """
    return Published(body=msgspec.json.encode(prove_consistency(deed, start, end)), is_final=True)


def prove_consistency(deed: Deed, start: int, end: int) -> Consistency:
    """The same, as a struct."""
    checkpoint = deed.unit.log.checkpoint()
    if checkpoint is None or not 0 < start <= end <= checkpoint.size:
        raise NotPublished
    known = nodes_of(deed.unit.log.nodes(nodes_needed_for_consistency(start, end)))
    return Consistency(
        start=start, end=end, proof=tuple(_base64(each) for each in consistency_proof(start, end, known))
    )


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
