"""The HTTP status of every refusal: the same on both skins."""

from compliance.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

STATUS: dict[type[Refusal], int] = {Invalid: 422, Forbidden: 403, NotFound: 404, Conflict: 409}
STATUS_OF_CODE = {
    "not-signed-in": 401,
    "too-many-requests": 429,
    "too-many-tries": 429,
    "stale-revision": 412,
    "revision-missing": 428,
    "body-malformed": 400,
    "request-malformed": 400,
    "host-unknown": 400,
    "body-too-large": 413,
    "evidence-too-large": 413,
    "form-too-large": 413,
    "media-type-unsupported": 415,
    "method-not-allowed": 405,
}
"""Refusals whose status says more than their kind."""


def status_of(kind: type[Refusal]) -> int:
    """The HTTP status of a refusal."""
    if kind.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[kind.code]
    return next(status for base, status in STATUS.items() if issubclass(kind, base))
