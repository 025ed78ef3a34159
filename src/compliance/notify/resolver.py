"""Asks DNS, within a time: the addresses of a host, and the texts that prove control of a domain."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING

from compliance.notify.addresses import Address

if TYPE_CHECKING:
    from dns.resolver import Resolver

MOST_TEXTS = 100
"""Texts of one name that are read; the rest is left unread."""
PROOF_LABEL = "_compliance-check"


class DnsFailed(Exception):
    """DNS gave no usable answer. `permanent` where the name does not exist or is none."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        self.reason = reason
        """`host-not-found`, `dns-timed-out` or `dns-failed`."""
        self.permanent = permanent
        super().__init__(reason)


class DnsResolver:
    """Asks the machine's name servers, or those that are given.

    Neither the machine's list of hosts nor its search list of domains is read: only what the world can see counts.
    """

    def __init__(self, nameservers: Iterable[str] = (), *, port: int = 53) -> None:
        self._nameservers = tuple(nameservers)
        self._port = port

    def addresses(self, host: str, *, timeout_s: float) -> Sequence[Address]:
        """Every address of a host, IPv4 first; never none.

        Raises:
            DnsFailed: the host has no address, or none could be learned in time.
        """
        end = monotonic() + timeout_s
        found: list[Address] = []
        failure = DnsFailed("host-not-found", permanent=True)
        # Both kinds, each by itself: some servers fail on questions for IPv6 and answer the other.
        for kind in ("A", "AAAA"):
            try:
                found += [ip_address(each) for each in self._ask(host, kind, timeout_s=end - monotonic())]
            except DnsFailed as fault:
                failure = fault
        if not found:
            raise failure
        return found

    def texts(self, name: str, *, timeout_s: float) -> list[str]:
        """The TXT records of a name, the pieces of each joined, sorted; none where there are none or no such name.

        Raises:
            DnsFailed: nothing could be learned in time.
        """
        return sorted(self._ask(name, "TXT", timeout_s=timeout_s)[:MOST_TEXTS])

    def _ask(self, name: str, kind: str, *, timeout_s: float) -> list[str]:
        from dns.exception import DNSException
        from dns.name import from_text
        from dns.rdtypes.txtbase import TXTBase
        from dns.resolver import NXDOMAIN, LifetimeTimeout, NoAnswer

        try:
            # The root is named, so that no search list is tried.
            answers = self._resolver().resolve(from_text(name), kind, lifetime=max(timeout_s, 0.001), search=False)
            return [
                b"".join(each.strings).decode("utf-8", "replace") if isinstance(each, TXTBase) else each.to_text()
                for each in answers
            ]
        except (NXDOMAIN, NoAnswer):
            return []
        except LifetimeTimeout as fault:
            raise DnsFailed("dns-timed-out", permanent=False) from fault
        except (DNSException, OSError) as fault:
            raise DnsFailed("dns-failed", permanent=False) from fault

    def _resolver(self) -> "Resolver":
        from dns.resolver import Resolver

        resolver = Resolver(configure=not self._nameservers)
        if self._nameservers:
            resolver.nameservers = list(self._nameservers)
            resolver.port = self._port
        return resolver


def read_txt(domain: str, *, resolver: DnsResolver, timeout_s: float = 10) -> list[str]:
    """The texts at `_compliance-check.` below a domain, sorted; none where there are none.

    The domain is as `parse_domain` returns it.

    Raises:
        DnsFailed: nothing could be learned in time.
    """
    return resolver.texts(f"{PROOF_LABEL}.{domain}", timeout_s=timeout_s)
