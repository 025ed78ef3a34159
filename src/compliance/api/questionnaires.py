"""Published questionnaires."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.domain.questionnaire import Questionnaire
from compliance.usecases.deed import Deed
from compliance.usecases.questionnaires import ShownVersion, list_questionnaires, read_questionnaire
from compliance.usecases.shelf import NoSuchVersion


class InLanguage(Struct, frozen=True, forbid_unknown_fields=True):
    """In which language."""

    language: Annotated[str, Meta(max_length=12)] | None = None


@endpoint("GET", "/questionnaires", access="anyone", gives=list[ShownVersion], tags=("questionnaires",))
def list_published_questionnaires(deed: Deed, call: Call[Any]) -> Reply:
    """List the published questionnaires, every version."""
    del call
    return Reply(body=list_questionnaires(deed))


@endpoint("GET", "/questionnaires/{reference}", access="anyone", gives=Questionnaire, query=InLanguage,
          refuses=(NoSuchVersion,), tags=("questionnaires",))  # fmt: skip
def read_published_questionnaire(deed: Deed, call: Call[Any]) -> Reply:
    """Read a questionnaire, `hospitality@1.0`, with every question, step and action."""
    questionnaire, digest = read_questionnaire(deed, call["reference"], call.query.language)
    return Reply(body=questionnaire, etag=f'"{digest[7:39]}-{questionnaire.language}"',
                 headers={"cache-control": "public, max-age=3600"})  # fmt: skip


ENDPOINTS = (list_published_questionnaires, read_published_questionnaire)
