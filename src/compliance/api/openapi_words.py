"""The texts of the OpenAPI document: what it says about the interface as a whole, its headers and its parameters."""

ABOUT = """\
Businesses check how well they protect children from sexual exploitation: they answer a published questionnaire
together, submit it, and are told their result, what to do next, and whether it earns a certificate. Certificates can
be checked by anybody.

**This is not a place to report abuse.** Where a child may be in danger, tell the police or a child helpline.

**Credentials.** Send `Authorization: Bearer …` with the token of a session or a personal token. What belongs to
somebody else is answered as not found.

**Problems.** Every refusal is an `application/problem+json` document (RFC 9457) with a stable `code`; `errors` names
everything that is wrong at once, each with its place. `GET /problems/{code}` explains a code. A fault of ours is a
500 of the same form that names only the request id.

**Revisions.** What can be changed has an `ETag`. A change names the one it saw in `If-Match`; where somebody was
faster, the answer is 412 with the value as it is now in `current`. Without `If-Match` the answer is 428.

**Trying again.** With an `Idempotency-Key` a POST or PATCH can be sent again without being done twice: the same key
with the same request gets the same answer.

**Lists** are given in pages: `next` is an opaque cursor for the following page, null on the last one.

**Limits.** `RateLimit` and `RateLimit-Policy` tell what is left; 429 and 503 carry `Retry-After` in seconds. A body of
JSON has at most 1 MiB.

Every answer carries an `X-Request-Id`; name it when you report a fault.
"""

TAGS = {
    "accounts": "Registration, log-in, second factor, sessions and personal tokens.",
    "sessions": "Log in and out.",
    "organisations": "Organisations and what they say about themselves.",
    "sites": "The places where an organisation works.",
    "people": "Who belongs to an organisation, in which roles; invitations.",
    "invitations": "Ask people to join an organisation.",
    "identities": "Whether an organisation is who it says it is, by country.",
    "operator": "What the operator of the service does; never answers or evidence.",
    "regulator": "What regulators do.",
    "questionnaires": "Published questionnaires.",
    "assessments": "Answering a questionnaire: drafts, facts, answers, submission, results.",
    "answers": "Facts and answers of a draft, each with a revision of its own.",
    "comments": "What the people of an organisation say to each other about an item.",
    "evidence": "Files that show that an answer is true.",
    "results": "What came of a submission: score, reasons, receipt, documents.",
    "plans": "What to do next: tasks with a day, an owner and a state.",
    "certificates": "Certificates of an organisation, and what anybody may ask about one.",
    "journal": "What happened in an organisation, in order, unchangeable.",
    "jobs": "What the service still has to do.",
    "problems": "What the codes of refusals mean.",
    "service": "What the service is and who runs it.",
}

BEARER = "A session (`cs_…`, from `POST /sessions`) or a personal token (`ct_…`, from `POST /me/tokens`)."

PARAMETERS = {
    "organisation_id": "The organisation you act for; you must belong to it.",
    "code": "A stable code, as in `code` of a problem document.",
    "country": "ISO 3166-1 code of two letters, as `KH`.",
    "item": "The id of an item of the questionnaire, as `HOS-08`.",
    "section": "The id of a section of the questionnaire.",
    "number": "The number of a certificate.",
    "reference": "Name and version of a questionnaire, as `hospitality@1.0`.",
    "snapshot": "Which submission, counted from 1.",
}

IF_MATCH = "The `ETag` of what you saw. 428 without it, 412 if there is a newer one."
IF_MATCH_OR_NOTHING = "The `ETag` of what you saw; leave it out and send `If-None-Match: *` where nothing is there yet."
IF_NONE_MATCH_WRITE = "`*` instead of `If-Match`: where nothing is there yet."
IF_NONE_MATCH_READ = "The `ETag` that you have; 304 without a body where it is still the same."
IDEMPOTENCY_KEY = "A key that you make up for this one request, such as a random UUID; the same key is done once."

HEADERS: dict[str, tuple[str, dict[str, object]]] = {
    "X-Request-Id": ("Names this request in our log.", {"type": "string"}),
    "RateLimit-Policy": ("How many requests (`q`) in how many seconds (`w`).", {"type": "string"}),
    "RateLimit": ("How many requests remain (`r`) and when the window ends, in seconds (`t`).", {"type": "string"}),
    "ETag": ("The revision of what is given; for `If-Match` and `If-None-Match`.", {"type": "string"}),
    "Location": ("The path of what was made.", {"type": "string"}),
    "Idempotency-Replayed": (
        "Present where this is the stored answer of an earlier request.",
        {"const": "true", "type": "string"},
    ),
    "Retry-After": ("After how many seconds another try makes sense.", {"type": "integer", "minimum": 0}),
    "WWW-Authenticate": ("How to show who you are.", {"type": "string"}),
}
