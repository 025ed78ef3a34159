"""One set of keys and one small PDF/A for all tests that only read them."""

from types import SimpleNamespace

import pytest
from keyed import AT, ON, PASSPHRASE, ROOT_PASSPHRASE, small_pdf

from compliance.signing import KeyFolder, PdfSealer, make_keys, pdf_roots, read_root


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Keys as an operator makes them: folder, root file, list, signer. Not to be changed."""
    place = tmp_path_factory.mktemp("made")
    folder, root_file = place / "keys", place / "offline" / "root.pem"
    root_file.parent.mkdir()
    key_list = make_keys(folder, PASSPHRASE, root_file=root_file, root_passphrase=ROOT_PASSPHRASE,
                         name="Ministry of Tourism", on=ON)  # fmt: skip
    signer = KeyFolder.open(folder, PASSPHRASE)
    return SimpleNamespace(folder=folder, root_file=root_file, key_list=key_list, signer=signer,
                           root=read_root(root_file, ROOT_PASSPHRASE), roots=pdf_roots(key_list))  # fmt: skip


@pytest.fixture(scope="session")
def sealer(made):
    return PdfSealer(made.signer)


@pytest.fixture(scope="session")
def plain_pdf():
    return small_pdf(("claim.json", b'{"number":"CP-7QF4-M2XF"}'), ("credential.json", b'{"type":[]}'))


@pytest.fixture(scope="session")
def sealed_pdf(sealer, plain_pdf):
    return sealer.seal(plain_pdf, at=AT, reason="Certificate issued")
