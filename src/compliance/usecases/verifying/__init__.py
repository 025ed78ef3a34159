"""Checking a certificate as a stranger does: from bytes alone, step by step, without believing the issuer more than it proves.

Knows no store and no network. What the issuer published is handed in (`Sources`), by a page of the service itself or by
`compliance verify`, which fetched it or read it from a bundle.

Source: docs/verifying.md.
"""

from compliance.usecases.verifying.checking import check
from compliance.usecases.verifying.leads import Lead
from compliance.usecases.verifying.presented import find_lead
from compliance.usecases.verifying.saying import SaidStep, say_state, say_step, say_verdict
from compliance.usecases.verifying.sources import (
    MOST_BUNDLE_BYTES,
    BundleInvalid,
    ConsistencyProof,
    KeyEventProof,
    Sources,
    read_bundle,
    write_bundle,
)
from compliance.usecases.verifying.steps import FINDINGS, STEPS, State, Step, StepCode, Verdict, printable
from compliance.usecases.verifying.strict_json import MOST_BYTES

__all__ = [
    "FINDINGS", "MOST_BUNDLE_BYTES", "MOST_BYTES", "STEPS", "BundleInvalid", "ConsistencyProof", "KeyEventProof", "Lead",
    "SaidStep", "Sources", "State", "Step", "StepCode", "Verdict", "check", "find_lead", "printable", "read_bundle",
    "say_state", "say_step", "say_verdict", "write_bundle",
]  # fmt: skip
