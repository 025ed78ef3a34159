"""Certificates: of an organisation, by number for everybody, and what the operator may do about misuse."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.domain.certificate import CertificateCannotReturn, CertificateStatusFixed, ReasonMissing
from compliance.usecases.certificate_statuses import reinstate_certificate, suspend_certificate, withdraw_certificate
from compliance.usecases.certificates import (
    NoSuchCertificate,
    NumberMistyped,
    PublicCertificate,
    ShownCertificate,
    list_certificates,
    read_certificate,
)
from compliance.usecases.deed import Deed

TAGS = ("certificates",)
DECIDING = (NumberMistyped, NoSuchCertificate, CertificateStatusFixed, ReasonMissing)


class Because(Struct, frozen=True, forbid_unknown_fields=True):
    """The reason of a decision; the holder is told, the public is not."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000)]


class CertificateList(Struct, frozen=True):
    """Certificates, newest first."""

    certificates: list[ShownCertificate]


@endpoint("GET", "/organisations/{organisation_id}/certificates", gives=CertificateList, tags=TAGS)
def list_own_certificates(deed: Deed, call: Call[Any]) -> Reply:
    """List the organisation's certificates, with their claims and statuses."""
    del call
    return Reply(body=CertificateList(list_certificates(deed)))


@endpoint("GET", "/certificates/{number}", access="anyone", gives=PublicCertificate, tags=TAGS,
          refuses=(NumberMistyped, NoSuchCertificate))  # fmt: skip
def look_up_certificate(deed: Deed, call: Call[Any]) -> Reply:
    """Look a certificate up by its number; case, spaces and hyphens do not matter."""
    return Reply(body=read_certificate(deed, call["number"]))


@endpoint("POST", "/operator/certificates/{number}/suspension", access="operator", takes=Because,
          gives=ShownCertificate, tags=("operator",), refuses=DECIDING)  # fmt: skip
def suspend(deed: Deed, call: Call[Because]) -> Reply:
    """Suspend a certificate for misuse."""
    return Reply(body=suspend_certificate(deed, call["number"], call.body.reason))


@endpoint("POST", "/operator/certificates/{number}/reinstatement", access="operator", takes=Because,
          gives=ShownCertificate, tags=("operator",), refuses=(*DECIDING, CertificateCannotReturn))  # fmt: skip
def reinstate(deed: Deed, call: Call[Because]) -> Reply:
    """Reinstate a suspended certificate."""
    return Reply(body=reinstate_certificate(deed, call["number"], call.body.reason))


@endpoint("POST", "/operator/certificates/{number}/withdrawal", access="operator", takes=Because,
          gives=ShownCertificate, tags=("operator",), refuses=DECIDING)  # fmt: skip
def withdraw_for_misuse(deed: Deed, call: Call[Because]) -> Reply:
    """Withdraw a certificate for misuse; this is final."""
    return Reply(body=withdraw_certificate(deed, call["number"], call.body.reason))


ENDPOINTS = (list_own_certificates, look_up_certificate, suspend, reinstate, withdraw_for_misuse)
