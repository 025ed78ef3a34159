"""What lies outside the house, for tests: a name server, web servers that behave badly, a certificate authority."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from compliance.notify import DnsResolver, Reach

HOST = "hotel.example"
LOOPBACK = ("127.0.0.1",)


class NameServer:
    """A name server on loopback. `zone` maps (name, type) to the answers that come one after the other, the last for ever."""

    def __init__(self, zone: dict[tuple[str, str], list[tuple[str, ...]]], *, is_silent: bool = False, rcode: int = 0):
        self.zone = zone
        self.asked: list[tuple[str, str]] = []
        self._is_silent = is_silent
        self._rcode = rcode
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    @property
    def resolver(self) -> DnsResolver:
        return DnsResolver(["127.0.0.1"], port=self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            question = dns.message.from_wire(wire)
            name = question.question[0].name.to_text(omit_final_dot=True)
            kind = dns.rdatatype.to_text(question.question[0].rdtype)
            self.asked.append((name, kind))
            if not self._is_silent:
                self._socket.sendto(self._answer(question, name, kind).to_wire(), sender)

    def _answer(self, question, name, kind):
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        answer.set_rcode(self._rcode)
        known = {each for each, _ in self.zone}
        if name not in known and not self._rcode:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        coming = self.zone.get((name, kind), [()])
        records = coming.pop(0) if len(coming) > 1 else coming[0]
        if records and not self._rcode:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 0, "IN", kind, *records))
        return answer


@contextlib.contextmanager
def web_server(behave: Callable[[socket.socket, bytes], None], *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on loopback that gives every connection to `behave`, with the head of the request; yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def serve() -> None:
        while True:
            connection, _ = listening.accept()
            with connection:
                if is_over.is_set():
                    return
                connection.settimeout(5)
                # Callers hang up in the middle; that is what is tested.
                with contextlib.suppress(OSError):
                    if tls is None:
                        behave(connection, _read_head(connection))
                    else:
                        with tls.wrap_socket(connection, server_side=True) as wrapped:
                            behave(wrapped, _read_head(wrapped))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        is_over.set()
        socket.create_connection(listening.getsockname()).close()
        thread.join()
        listening.close()


def _read_head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and (piece := connection.recv(4096)):
        head += piece
    return head


def says(body: bytes, *, status: str = "200 OK", headers: str = "", heads: list[bytes] | None = None):
    """A server's behaviour: answers that, and keeps the heads of the requests."""

    def behave(connection: socket.socket, head: bytes) -> None:
        if heads is not None:
            heads.append(head)
        fixed = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
        connection.sendall(fixed.encode() + body)

    return behave


def drips(begin: bytes, drop: bytes, *, every_s: float, times: int):
    """A server's behaviour: begins, and goes on a drop at a time."""

    def behave(connection: socket.socket, head: bytes) -> None:
        connection.sendall(begin)
        for _ in range(times):
            time.sleep(every_s)
            connection.sendall(drop)

    return behave


def loopback_reach(port: int, *, scheme: str = "http", tls: ssl.SSLContext | None = None) -> Reach:
    """Only what is loopback in truth: 127.0.0.1."""
    return Reach(frozenset({scheme}), frozenset({port}), lambda address: str(address) in LOOPBACK, tls)


def one_host(*addresses: str) -> NameServer:
    return NameServer({(HOST, "A"): [addresses]})


def certificate_for(host: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The context of a server that is `host`, and that of a caller who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{host}.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    return serving, ssl.create_default_context(cafile=str(pem))
