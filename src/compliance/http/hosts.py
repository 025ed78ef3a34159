"""Which names requests may call us by: a link made for another name would lead somewhere else."""

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from compliance.errors import Invalid, Problem

WITHOUT_NAMES = ("/health/", "/metrics")
"""Asked by machines that know an address only; they are given no links."""


class HostUnknown(Invalid):
    """This service does not answer under that name."""

    code = "host-unknown"


class AllowedHosts(ASGIMiddleware):
    """Refuses requests whose `Host` names none of ours; ports are not compared."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let the request in, or refuse it.

        Raises:
            HostUnknown: another name, or none.
        """
        if not scope["path"].startswith(WITHOUT_NAMES):
            given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
            if name_of(given) not in self._hosts:
                raise HostUnknown([Problem("host-unknown", "Host", {"given": given[:100]})])
        await next_app(scope, receive, send)


def name_of(host: str) -> str:
    """A `Host` header without its port, in small letters; `[::1]:8000` becomes `::1`."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
