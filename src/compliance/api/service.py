"""The service itself."""

from typing import Any

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.usecases.deed import Deed
from compliance.usecases.service import AboutService, describe_service


@endpoint("GET", "/service", access="anyone", gives=AboutService, tags=("service",))
def read_service(deed: Deed, call: Call[Any]) -> Reply:
    """Read what this service is, who runs it, and whether it is a demonstration."""
    del call
    return Reply(body=describe_service(deed))


ENDPOINTS = (read_service,)
