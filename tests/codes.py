"""QR codes as a phone reads them: from the page as it is drawn on a screen, not from what the file says of itself."""

import shutil
import subprocess

import pytest


def read_code(pdf, folder):
    """What a reader of QR codes finds on the first page, at a resolution that a phone has."""
    for tool, package in (("pdftoppm", "poppler-utils"), ("zbarimg", "zbar-tools")):
        if shutil.which(tool) is None:
            pytest.fail(f"{tool} is not installed (Debian: {package}); ./dev test installs it or says so")
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", "page.pdf", "page"], cwd=folder, check=True)
    read = ["zbarimg", "--quiet", "--raw", "page.png"]
    return subprocess.run(read, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
