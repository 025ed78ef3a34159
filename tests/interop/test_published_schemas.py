"""The JSON Schemas of Verifiable Credentials 2.0 and Open Badges 3.0 on our credential.

The schemas are not ours to hand on, so they are not in this repository. `COMPLIANCE_TEST_SCHEMAS` names a folder with both,
under the names that they are published with:

    https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json
    https://www.w3.org/2022/credentials/v2/verifiable-credential-schema.json
"""

import json
import os
from pathlib import Path

from jsonschema import FormatChecker
from jsonschema.validators import validator_for

from domain.certificates import DID, credential_of

FOLDER = os.environ.get("COMPLIANCE_TEST_SCHEMAS")
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2026-11-21T09:30:00Z",
    "verificationMethod": f"{DID}#credentials-1",
    "proofPurpose": "assertionMethod",
    "proofValue": "z3sign",
}
SIGNED = {**credential_of(), "proof": [PROOF]}


def faults(name, document):
    """Where a document breaks a published schema."""
    schema = json.loads(Path(FOLDER, name).read_text(encoding="utf-8"))
    validator = validator_for(schema)(schema, format_checker=FormatChecker())
    return sorted(fault.json_path for fault in validator.iter_errors(document))


def test_the_schema_of_verifiable_credentials_accepts_it():
    assert faults("verifiable-credential-schema.json", SIGNED) == []


def test_the_schema_of_open_badges_has_nothing_against_it_but_its_second_status():
    name = "ob_v3p0_achievementcredential_schema.json"
    assert faults(name, SIGNED) == ["$.credentialStatus"]
    for entry in SIGNED["credentialStatus"]:
        assert faults(name, {**SIGNED, "credentialStatus": entry}) == []


def test_the_schema_of_open_badges_refuses_what_is_none():
    name = "ob_v3p0_achievementcredential_schema.json"
    broken = {**SIGNED, "issuer": {"name": "nobody"}, "credentialStatus": SIGNED["credentialStatus"][0]}
    assert faults(name, broken) == ["$.issuer"]
