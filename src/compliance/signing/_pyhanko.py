"""What pyHanko needs to be told once, and what it throws."""

import logging
import struct
import zlib
from typing import Any, cast

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError

from compliance.signing.pdf_certificates import read_certificates

# It logs stack traces of what is wrong with a stranger's file. What matters of that stands in the verdict.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

BROKEN = (
    PdfError, PathError, ValidationError, CRLValidationError, OCSPValidationError, ValueError, TypeError, LookupError,
    AttributeError, AssertionError, ArithmeticError, RecursionError, NotImplementedError, EOFError, OSError,
    MemoryError, zlib.error, struct.error,
)  # fmt: skip
"""Everything that a broken or hostile file makes pyHanko and asn1crypto raise, who trust what they parse."""


def certificates_in(pem: str) -> list[Any]:
    """The certificates in a PEM text, as asn1crypto has them; none where it is not one."""
    written = (each.public_bytes(Encoding.PEM) for each in read_certificates(pem))
    return [one for each in written for one in cast("Any", load_certs_from_pemder_data(each))]
