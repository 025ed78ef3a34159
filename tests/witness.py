"""A witness of transparency logs on a port of this machine, as C2SP tlog-witness tells: it keeps what it signed last, and
signs nothing that does not go on from there. It knows nothing of the service's own code but hashing and notes.

with WitnessServer("witness.example/w1") as witness:
    witness.trust("check.example.org", key)
"""

import base64
import threading
import time
from http.server import BaseHTTPRequestHandler

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from compliance.domain.transparency import (
    COSIGNATURE,
    VerifierKey,
    Witness,
    read_checkpoint,
    read_note,
    verify_consistency,
    write_verifier_key,
)
from listening import Listening

SEEN_AT_S = 1_795_338_000


class WitnessServer(Listening):
    """One witness. `asked` is what it was asked, `instead` answers in place of it."""

    def __init__(self, name="witness.example/w1"):
        self.name = name
        self.private = Ed25519PrivateKey.generate()
        self.key = VerifierKey(name, self.private.public_key().public_bytes_raw(), COSIGNATURE)
        self.signed = {}
        """Origin → the checkpoint that was signed last."""
        self.trusted = {}
        self.asked = []
        self.instead = None
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.asked.append((self.path, body.decode()))
                answer = outer.instead or outer.answer
                status, content, *headers = answer(body.decode())
                self.send_response(status)
                for header in headers:
                    self.send_header(*header)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                """Silent."""

        super().__init__(Handler)
        self.url += f"/of/{name.partition('/')[0]}"

    @property
    def configured(self):
        """As the service knows it."""
        return Witness(self.key, self.url)

    @property
    def line(self):
        """Its verifier key."""
        return write_verifier_key(self.key)

    def trust(self, origin, public):
        """A log that is witnessed, with the key that signs it."""
        self.trusted[origin] = public

    def answer(self, body):
        """As the protocol says."""
        head, _, note = body.partition("\n\n")
        old, *proof = head.split("\n")
        read = read_note(note)
        checkpoint = read_checkpoint(read.text)
        if checkpoint.origin not in self.trusted:
            return 404, b""
        if not self._is_signed(read, checkpoint.origin):
            return 403, b""
        size = int(old.removeprefix("old "))
        if size > checkpoint.size:
            return 400, b""
        with self._lock:
            last = self.signed.get(checkpoint.origin)
            seen = 0 if last is None else last.size
            if size != seen:
                return 409, f"{seen}\n".encode(), ("content-type", "text/x.tlog.size")
            if last is not None and last.size == checkpoint.size and last.root != checkpoint.root:
                return 409, b""
            hashes = [base64.b64decode(each) for each in proof]
            if seen and not verify_consistency(seen, checkpoint.size, last.root, checkpoint.root, hashes):
                return 422, b""
            if not seen and hashes:
                return 422, b""
            self.signed[checkpoint.origin] = checkpoint
        return 200, self.signature_of(read.text)

    def _is_signed(self, note, origin):
        public = Ed25519PublicKey.from_public_bytes(self.trusted[origin])
        for each in note.signatures:
            try:
                public.verify(each.signature, note.text.encode())
            except (InvalidSignature, ValueError):
                continue
            return True
        return False

    def signature_of(self, text, *, seen_at_s=None):
        """Its line under a checkpoint."""
        seen_at_s = int(time.time()) if seen_at_s is None else seen_at_s
        signed = self.private.sign(f"cosignature/v1\ntime {seen_at_s}\n{text}".encode())
        octets = base64.b64encode(self.key.hash + seen_at_s.to_bytes(8, "big") + signed).decode()
        return f"— {self.name} {octets}\n".encode()
