"""Examples of bodies for the OpenAPI document, by the name of what is taken; an endpoint's own examples come first.

Every one is checked against its schema by a test. Businesses, people and addresses are invented.
"""

_ID = "019370c4-8a1e-7c3b-9d52-6f1f0a4be201"
_PASSWORD = {"password": "seven ripe mangoes"}
_TOKEN = "Zk3vW9x0q2Yt7BnC4mLs8dHf1RgPaJeU6oKiVwXyTz5"  # noqa: S105  # an example

EXAMPLES: dict[str, object] = {
    "Registration": {"email": "maly@riverside.example", "name": "Maly Chan", **_PASSWORD, "language": "en"},
    "LinkToken": {"token": _TOKEN},
    "TypedCode": {"email": "maly@riverside.example", "code": "402917"},
    "AddressOnly": {"email": "maly@riverside.example"},
    "NewPassword": {"token": _TOKEN, "password": "eight green limes"},
    "Login": {"email": "maly@riverside.example", **_PASSWORD, "device": "Booking system"},
    "PersonChange": {"name": "Maly Chan", "language": "km"},
    "PasswordChange": {"current": "seven ripe mangoes", "new": "eight green limes"},
    "PasswordAgain": _PASSWORD,
    "FirstCode": {"code": "402917"},
    "TokenWish": {"name": "Booking system", "scopes": ["read"], "organisation_id": _ID, "expires_on": "2027-11-01"},
    "NewOrganisation": {
        "name": "Riverside Hotel", "country": "KH", "town": "Siem Reap", "kinds": ["business"],
        "sectors": ["hospitality"], "workers": 52, "website": "https://riverside.example",
    },
    "OrganisationEdit": {"workers": 54},
    "NewSite": {"name": "Riverside Hotel, old town", "country": "KH", "town": "Siem Reap", "reference": "SR-2"},
    "SiteEdit": {"name": "Riverside Hotel, market street"},
    "RolesGiven": {"roles": ["contributor"], "site_ids": [_ID]},
    "NewInvitation": {"email": "dara@riverside.example", "roles": ["contributor", "signatory"]},
    "DomainNamed": {"domain": "riverside.example"},
    "RegisterNamed": {"register": "Ministry of Tourism, licences", "number": "H-2291/26"},
    "Refusing": {"reason": "The number belongs to a business of another name. Check it, and send it again."},
    "NewAssessment": {"sector": "hospitality", "country": "KH", "site_ids": [_ID], "language": "en"},
    "FactChanges": {"facts": {"workers": 52, "has_cctv": "yes", "offers_childcare": None}},
    "AnswerChanges": {"answers": {"CORE-02": {"answer": {"value": "yes"}, "seen": 0}}},
    "SectionChanges": {"answers": {"CORE-02": {"value": "yes", "note": "Signed in May."}}},
    "Confirmations": {"answers": {"CORE-02": 1}, "facts": ["workers"]},
    "Signature": {
        "name": "Sok Dara", "role": "General manager", "statement": "1",
        "fingerprint": "sha256:9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
    },
    "Withdrawal": {"reason": "Started for the wrong site."},
    "NewSuccessor": {"language": "km"},
    "NewAssignment": {"user_id": _ID},
    "NewComment": {"text": "Human resources keeps the list; ask them in the morning."},
    "TaskChange": {"state": "in_progress", "note": "Training is booked."},
    "EvidenceChanges": {"title": "Child protection policy", "valid_from": "2026-06-01", "valid_to": None},
    "PurgeOrder": {"reason": "Uploaded by mistake."},
    "Because": {"reason": "The number is shown by a business that it was not issued to."},
    "Decision": {"reason": "Called back on the hotel's number; the manager confirmed who asked and why."},
    "JurisdictionsGiven": {"jurisdictions": [{"country": "KH"}, {"country": "LA", "sector": "hospitality"}]},
    "NewRegulator": {
        "name": "Ministry of Tourism", "country": "KH", "language": "en",
        "jurisdictions": [{"country": "KH", "sector": "hospitality"}], "email": "office@ministry.example",
    },
}  # fmt: skip
