"""A certificate is PDF/A-3b before it is signed, and after it says nothing against that but what the signature causes."""

import re
from collections import Counter
from io import BytesIO

import pikepdf
import pikepdf.pdfa
import pytest

from fixtures.libraries import ROOT
from issuer import Issuer

CAUSED_BY_SIGNATURE = {
    ("pikepdf:schema-Catalog", "interactive forms (/AcroForm) are not supported"): 1,
    ("pikepdf:schema-Catalog", "permissions (/Perms) are not supported"): 1,
    ("pikepdf:embedded-file", "embedded files are not supported"): 4,
}
"""Rule and message → how often: for each of the two attachments once for the file and once for what describes it."""


@pytest.fixture(scope="module")
def pair():
    """A certificate as it is drawn, and signed."""
    issuer = Issuer()
    issued = issuer.issue()
    return issuer.drawn(issued), issuer.pdf(issued)


def findings(pdf):
    with pikepdf.open(BytesIO(pdf)) as opened:
        return pikepdf.pdfa.check(opened, "3b").findings


def findings_without_signature(pdf):
    """The same, once everything was taken out that signing put in: the field and its place on the page, lock, extension."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        for entry in ("/AcroForm", "/Perms", "/Extensions"):
            del opened.Root[entry]
        page = opened.pages[0]
        page.Annots = [each for each in page.Annots if each.Subtype != pikepdf.Name.Widget]
        return pikepdf.pdfa.check(opened, "3b").findings


def test_before_it_is_signed_nothing_is_found(pair):
    drawn, signed = pair
    assert not findings(drawn)
    assert signed.startswith(drawn), "signing changes none of these bytes"


def test_when_it_is_signed_exactly_what_the_signature_causes_is_found(pair):
    _, signed = pair
    found = findings(signed)
    assert {each.kind for each in found} == {"unsupported"}, "not looked into, rather than wrong"
    assert Counter((each.rule, each.message) for each in found) == CAUSED_BY_SIGNATURE


def test_without_what_the_signature_puts_there_nothing_is_found(pair):
    _, signed = pair
    assert not findings_without_signature(signed)


def test_the_documentation_lists_these_findings_and_no_others():
    page = (ROOT / "docs" / "certificate.md").read_text("utf-8")
    listed = re.findall(r"^\| `(pikepdf:[\w-]+)` \| (.+?) \| ([0-9]+) \|", page, re.MULTILINE)
    assert {(rule, said): int(times) for rule, said, times in listed} == CAUSED_BY_SIGNATURE
