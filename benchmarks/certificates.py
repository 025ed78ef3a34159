"""What certificates cost: issuing one, and looking one up, beside the usual way of doing either, in one run.

    python benchmarks/certificates.py [--tiny] [--seconds N]

Issuing: from the recorded claim to the stored PDF (leaf, checkpoint, credential, PDF, published), by one worker on one
core, beside the chain that anyone would write: ReportLab with two embedded fonts, segno for the code, pyHanko with its
defaults. Looking up: by number through the interface, and a badge's answer that has not changed, beside a bare handler
that reads one row.
"""

import argparse
import io
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from tables import print_table

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "faults")]

import segno  # noqa: E402
from killed_signing import Clock, certificate_of  # noqa: E402
from many_hotels import found_hotels, met  # noqa: E402
from processes import Service  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign import fields, signers  # noqa: E402
from reportlab.lib.pagesizes import A4, landscape  # noqa: E402
from reportlab.lib.utils import ImageReader  # noqa: E402
from reportlab.pdfbase import pdfmetrics  # noqa: E402
from reportlab.pdfbase.ttfonts import TTFont  # noqa: E402
from reportlab.pdfgen import canvas  # noqa: E402
from scene import migrate_new  # noqa: E402
from service import Options, measured  # noqa: E402
from sqlalchemy import text  # noqa: E402

from compliance.app import assemble  # noqa: E402
from compliance.resources import shipped  # noqa: E402
from compliance.store.engine import sqlite_url  # noqa: E402
from compliance.usecases.signing_certificates import sign_certificate  # noqa: E402
from sealed import demo_seals  # noqa: E402
from servers import answers, free_port  # noqa: E402

CONNECTIONS = 8
ISSUE_TARGET, LOOK_UP_TARGET = 1.3, 0.5
Timed = Callable[[], None]


def naive_chain() -> Timed:
    """A certificate as anyone would draw and sign it: fonts embedded, nothing kept between two, no shaping, no tags."""
    from datetime import date

    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from compliance.signing.pdf_certificates import make_leaf_certificate, make_root_certificate

    on = date(2026, 11, 22)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = make_root_certificate(root_key, name="Naive", on=on)
    leaf = make_leaf_certificate(key.public_key(), key_id="pdf-1", root=root, root_key=root_key, on=on)
    octets = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    fonts = shipped("fonts")

    def issue() -> None:
        for name in ("NotoSans-Regular", "NotoSansKhmer-Regular"):
            pdfmetrics.registerFont(TTFont(name, str(fonts / f"{name}.ttf")))
        drawn, picture = io.BytesIO(), io.BytesIO()
        segno.make("https://check.example.org/certificates/CP-7QF4-M2XF", error="m").save(picture, kind="png", scale=4)
        page = canvas.Canvas(drawn, pagesize=landscape(A4))
        for line in range(40):
            page.setFont("NotoSans-Regular" if line % 2 else "NotoSansKhmer-Regular", 11)
            page.drawString(60, 540 - 12 * line, "Riverside Hotel · មិនមានអ្នកណាផ្សេងបានពិនិត្យ · Self-assessment")
        page.drawImage(ImageReader(picture), 680, 60, 90, 90)
        page.showPage()
        page.save()
        signer = signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(leaf.public_bytes(Encoding.DER)),
            signing_key=asn1_keys.PrivateKeyInfo.load(octets), cert_registry=SimpleCertificateStore(),
        )  # fmt: skip
        meta = signers.PdfSignatureMetadata(field_name="Issuer", subfilter=fields.SigSeedSubFilter.PADES,
                                            md_algorithm="sha256", certify=True)  # fmt: skip
        signers.PdfSigner(meta, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(drawn.getvalue())))

    return issue


def issuing(folder: Path, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of processor for each certificate: ours, and the naive chain's; in turn."""
    url, clock = sqlite_url(folder / "issue.sqlite"), Clock()
    migrate_new(url)
    parts = assemble(url, clock=clock, seals=demo_seals(), pool_size=2)
    jobs = [certificate_of(parts, hotel) for hotel in found_hotels(parts, count + 1, sites=1, answered=met())]
    naive, ours, theirs = naive_chain(), list[float](), list[float]()
    for job in jobs:
        from datetime import timedelta

        clock.now += timedelta(seconds=2)
        ours.append(took_ms(lambda job=job: sign_certificate(parts.desk, job)))
        theirs.append(took_ms(naive))
    parts.close()
    return ours[1:], theirs[1:]  # the first loads what is kept


def took_ms(do: Timed) -> float:
    begun = time.process_time()
    do()
    return (time.process_time() - begun) * 1000


def lookups(number: str) -> Iterator[Sequence[object]]:
    for connection in range(CONNECTIONS):
        yield connection, "GET", f"/api/v1/certificates/{number}", "", "", "-"


def statuses(number: str) -> Iterator[Sequence[object]]:
    for connection in range(CONNECTIONS):
        yield connection, "GET", f"/certificates/{number}/status.json", "", "", "-"


def looking_up(folder: Path, options: Options) -> tuple[list[tuple[str, ...]], str]:
    """Requests a second: the certificate by the interface, its status, and a bare handler; in turn."""
    url = sqlite_url(folder / "look.sqlite")
    migrate_new(url)
    parts = assemble(url, seals=demo_seals(), pool_size=2)
    job = certificate_of(parts, found_hotels(parts, 1, sites=1, answered=met())[0])
    sign_certificate(parts.desk, job)
    number = str(job.payload["number"])
    with parts.database.transaction(writes=True) as connection:
        connection.execute(text("CREATE TABLE bare (id VARCHAR(40) PRIMARY KEY, body TEXT)"))
        made = [{"id": f"key{each}", "body": '{"value": 3}' + " " * 500} for each in range(CONNECTIONS)]
        connection.execute(text("INSERT INTO bare (id, body) VALUES (:id, :body)"), made)
    parts.close()
    service = Service(folder / "service", {"DATABASE_URL": url, "THREADS": options.threads, "WORKER": "no"})
    port = free_port()
    bare = subprocess.Popen([str(part) for part in (sys.executable, HERE / "bare.py", url, port, options.threads)])
    try:
        with service:
            while not answers(port):
                assert bare.poll() is None
            return _beside_bare(folder, options, service, port, number)
    finally:
        bare.terminate()
        bare.wait()


def _beside_bare(
    folder: Path, options: Options, service: Service, port: int, number: str
) -> tuple[list[tuple[str, ...]], str]:
    def reads() -> Iterator[Sequence[object]]:
        return ((each, "GET", f"/read/key{each}", "", "", "-") for each in range(CONNECTIONS))

    wanted = {"look up by number": (service.port, lambda: lookups(number)), "status": (service.port, lambda: statuses(number)),
              "bare handler, one row": (port, reads)}  # fmt: skip
    found: dict[str, list[float]] = {name: [] for name in wanted}
    rows: dict[str, tuple[str, ...]] = {}
    for _ in range(options.rounds):
        for name, (where, lines) in wanted.items():
            file = folder / "lines.txt"
            file.write_text("".join("\t".join(str(part) for part in line) + "\n" for line in lines()))
            run = measured(sys.executable, HERE / "paced.py", where, file, "--seconds", options.seconds)
            found[name].append(run.per_s)
            rows[name] = (name, f"{median(found[name]):,.0f}", f"{run.p50_us / 1000:.1f}", str(run.errors))
    share = median(found["look up by number"]) / median(found["bare handler, one row"])
    met_it = "" if share >= LOOK_UP_TARGET else ", missed"
    return list(
        rows.values()
    ), f"Looking up by number is {share:.0%} of the bare handler (target {LOOK_UP_TARGET:.0%}{met_it})"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    count = 2 if given.tiny else 60
    options = Options(0.5 if given.tiny else given.seconds, 1 if given.tiny else 3, 8, submissions=0, lists=(0, 0))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        ours, theirs = issuing(Path(name), count)
        rows, remark = looking_up(Path(name), options)
    ratio = median(theirs) / median(ours)
    said = "" if ratio >= ISSUE_TARGET else ", missed"
    print_table("Issuing a certificate", ("what", "ms of processor, median", "a second and core"),
                [("claim → leaf, checkpoint, credential, signed PDF", f"{median(ours):.1f}", f"{1000 / median(ours):.0f}"),
                 ("ReportLab + segno + pyHanko, drawn and signed only", f"{median(theirs):.1f}", f"{1000 / median(theirs):.0f}")],
                [f"{count} of each in turn, {ratio:.2f} times the naive chain (target {ISSUE_TARGET}{said})"])  # fmt: skip
    print_table("Looking a certificate up", ("what", "requests/s", "p50 ms", "errors"), rows,
                [remark, f"{CONNECTIONS} connections, one server process, SQLite"])  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
