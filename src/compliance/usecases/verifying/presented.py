"""The first steps: what was presented can be read, and the number is one."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from compliance.domain.certificate import number_is_valid
from compliance.signing import KeyList, PdfUnreadable, PdfVerdict, check_pdf, pdf_roots
from compliance.usecases.verifying.leads import Lead, is_credential, is_pdf, lead_of, lead_of_members
from compliance.usecases.verifying.sources import Sources
from compliance.usecases.verifying.steps import Step, found
from compliance.usecases.verifying.strict_json import JsonUnread, Members, members_in, read_members

CREDENTIAL_FILE, CLAIM_FILE = "credential.json", "claim.json"
_PDF_FINDINGS = {"pdf-unsigned": "pdf-unsigned", "pdf-encrypted": "pdf-encrypted"}
_NO_LEAD = Lead(number=None, base_url=None)


class Presented(Struct, frozen=True, kw_only=True):
    """What was presented, as far as it could be read."""

    step: Step
    credential: Members | None = None
    """What is checked: presented itself, taken out of a PDF, or as the issuer gave it for a number."""
    lead: Lead = _NO_LEAD
    """Number and address that were presented in place of a credential."""
    sealed: PdfVerdict | None = None
    """What was found in a PDF."""
    is_pdf: bool = False

    @property
    def attachments(self) -> Mapping[str, bytes]:
        """The files in a PDF."""
        return {} if self.sealed is None else self.sealed.attachments


def read_presented(presented: bytes | str, sources: Sources, listed: KeyList | None, *, at: datetime) -> Presented:
    """Read what was presented. The keys are needed for PDFs only, whose signature is looked at in the same go."""
    try:
        if isinstance(presented, str):
            return _of_lead(lead_of(presented), sources)
        if is_pdf(presented):
            return _of_pdf(presented, listed, at=at)
        members = read_members(presented)
        if not is_credential(members):
            return _of_lead(lead_of_members(members), sources)
        return Presented(step=found("readable", "credential"), credential=members)
    except JsonUnread as unread:
        is_whole_pdf = isinstance(presented, bytes) and is_pdf(presented)
        return Presented(step=found("readable", unread.finding, **unread.facts), is_pdf=is_whole_pdf)


def find_lead(presented: bytes | str, *, at: datetime) -> Lead:
    """Where something leads that is presented: what to ask, and whom. A PDF is opened for it."""
    if isinstance(presented, bytes) and is_pdf(presented):
        return lead_of_members(_of_pdf(presented, None, at=at).credential or {})
    return lead_of(presented)


def number_step(presented: Presented, sources: Sources) -> Step:
    """Whether the number is one, is that of the certificate, and the address that of the issuer."""
    shown = _number_in(presented.credential)
    lead = presented.lead
    number = lead.number or shown
    if number is None:
        return found("number", "unread")
    if not number_is_valid(number):
        return found("number", "mistyped", given=number)
    if lead.base_url is not None and lead.base_url != sources.base_url:
        return found("number", "elsewhere", given=lead.base_url, issuer=sources.base_url)
    if shown is not None and shown != number:
        return found("number", "other", given=number, number=shown)
    if shown is not None and sources.absent == "unknown":
        return found("number", "unissued", number=number, issuer=sources.base_url)
    return found("number", "right", number=number)


def _of_lead(lead: Lead, sources: Sources) -> Presented:
    if lead.number is None:
        return Presented(step=found("readable", "no-credential"))
    number = lead.number
    if sources.absent is not None:
        return Presented(step=found("readable", sources.absent, number=number), lead=lead)
    if sources.credential is None:
        return Presented(step=found("readable", "nothing", number=number), lead=lead)
    members = read_members(sources.credential)
    return Presented(step=found("readable", "number", number=number), credential=members, lead=lead)


def _of_pdf(presented: bytes, listed: KeyList | None, *, at: datetime) -> Presented:
    try:
        sealed = check_pdf(presented, roots="" if listed is None else pdf_roots(listed), at=at)
    except PdfUnreadable as refusal:
        code = refusal.problems[0].code if refusal.problems else ""
        if code == "file-too-large":
            step = found("readable", "too-large", limit_kib=refusal.problems[0].facts["limit_kib"])
        else:
            step = found("readable", _PDF_FINDINGS.get(code, "pdf-broken"))
        return Presented(step=step, is_pdf=True)
    content = sealed.attachments.get(CREDENTIAL_FILE)
    if content is None:
        return Presented(step=found("readable", "pdf-empty"), sealed=sealed, is_pdf=True)
    try:
        step, members = found("readable", "pdf"), read_members(content)
    except JsonUnread as unread:
        step, members = found("readable", unread.finding, **unread.facts), None
    return Presented(step=step, credential=members, sealed=sealed, is_pdf=True)


def _number_in(credential: Members | None) -> str | None:
    """The number of the certificate: that of the claim, whatever else is written around it."""
    subject = members_in(None if credential is None else credential.get("credentialSubject"))
    number: object = members_in(subject.get("claim")).get("number")
    return number if isinstance(number, str) else None
