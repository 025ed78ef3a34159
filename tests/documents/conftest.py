"""What a stranger's tools read in a document: poppler for text and structure, pikepdf for PDF/A."""

import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pikepdf.pdfa
import pytest

Poppler = Callable[..., str]


@pytest.fixture
def poppler(tmp_path) -> Poppler:
    """Run one of poppler's readers over a document: `poppler("pdftotext", pdf, "-layout")`."""

    def run(tool: str, pdf: bytes, *options: str) -> str:
        if shutil.which(tool) is None:
            pytest.fail(f"{tool} is not installed (Debian: poppler-utils); ./dev test installs it or says so")
        path = tmp_path / "document.pdf"
        path.write_bytes(pdf)
        out = ["-"] if tool == "pdftotext" else []
        done = subprocess.run([tool, *options, str(path), *out], capture_output=True, text=True, check=True)
        assert not done.stderr, done.stderr
        return done.stdout

    return run


@pytest.fixture
def findings() -> Callable[[bytes, str], list[str]]:
    """What a PDF/A checker finds wrong at a level such as `2b`."""

    def check(pdf: bytes, level: str) -> list[str]:
        with pikepdf.open(BytesIO(pdf)) as opened:
            return [str(finding) for finding in pikepdf.pdfa.check(opened, level).findings]

    return check
