"""`compliance keys` as an operator types it: made, listed, rotated, retired, marked, exported; and each refusal."""

import re

import pytest

from compliance.cli import main
from compliance.domain.transparency import read_verifier_key
from compliance.signing import KeyFolder, check_key_list, read_key_list

PASSPHRASE = "correct horse battery staple"
NAMES = ("new", "list", "rotate", "retire", "compromised", "export-public")


@pytest.fixture
def keys(capsys, monkeypatch, tmp_path):
    """Run `compliance keys …`: status, output, problems."""
    monkeypatch.setenv("COMPLIANCE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COMPLIANCE_KEYS_PASSPHRASE", PASSPHRASE)

    def command(*arguments):
        status = main(["keys", *map(str, arguments)])
        said = capsys.readouterr()
        assert "fault of ours" not in said.err
        return status, said.out, said.err

    return command


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "keys"


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example(name, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["keys", name, "--help"])
    assert exit_.value.code == 0
    assert re.search(rf"^example:\n  compliance keys {name}", capsys.readouterr().out, re.MULTILINE)


def test_new_keys_are_made_and_their_fingerprint_is_said(keys, folder, tmp_path):
    root = tmp_path / "root.pem"
    status, out, _ = keys("new", "--root", root, "--name", "Ministry of Tourism")
    listed = KeyFolder.open(folder, PASSPHRASE).key_list
    assert status == 0
    assert listed.fingerprint in out
    assert str(root) in out
    assert "Delete it here" in out
    assert not (folder / "root.pem").exists()
    status, _, err = keys("new", "--root", root)
    assert (status, "never overwritten" in err) == (2, True)


def test_the_whole_life_of_a_key(keys, folder, tmp_path):
    keys("new")
    root = ("--root", folder / "root.pem")
    assert keys("rotate", "credentials", *root)[0] == 0
    assert keys("retire", "credentials-1", *root)[0] == 0
    status, out, _ = keys("compromised", "status-1", "--since-leaf", "7", *root)
    assert status == 0
    assert "Nothing can be signed for status now" in out
    lines = [line.strip() for line in keys("list")[1].splitlines() if line.startswith("  ")]
    assert [read_verifier_key(each).name for each in lines] == ["127.0.0.1:8000"]
    states = {line.split("\t")[0]: line.split("\t")[2] for line in keys("list")[1].splitlines() if "\t" in line}
    assert states == {
        "Key": "State", "credentials-1": "retired", "status-1": "compromised since leaf 7", "checkpoints-1": "signs",
        "pdf-1": "signs", "credentials-2": "signs",
    }  # fmt: skip
    status, out, _ = keys("export-public", "-o", tmp_path / "public")
    assert status == 0
    exported = read_key_list((tmp_path / "public" / "compliance-keys.json").read_bytes())
    check_key_list(exported, fingerprint=KeyFolder.read_list(folder).fingerprint)
    assert exported.sequence == 4
    assert (tmp_path / "public" / "compliance-root.pem").read_text().count("BEGIN CERTIFICATE") == 1


def test_the_root_may_have_a_passphrase_of_its_own(keys, folder, tmp_path):
    own = tmp_path / "root-passphrase"
    own.write_text("a passphrase for the root alone\n")
    assert keys("new", "--root-passphrase-file", own)[0] == 0
    status, _, err = keys("rotate", "pdf", "--root", folder / "root.pem")
    assert (status, "does not open" in err) == (2, True)
    assert keys("rotate", "pdf", "--root", folder / "root.pem", "--root-passphrase-file", own)[0] == 0


def test_a_demonstration_is_marked(keys, monkeypatch):
    monkeypatch.setenv("COMPLIANCE_DEMO", "yes")
    assert "DEMONSTRATION" in keys("new")[1]
    assert "DEMONSTRATION" in keys("list")[1]


def test_without_a_passphrase_nothing_is_made(keys, folder, monkeypatch):
    monkeypatch.delenv("COMPLIANCE_KEYS_PASSPHRASE")
    status, _, err = keys("new")
    assert status == 2
    assert "COMPLIANCE_KEYS_PASSPHRASE" in err
    assert not folder.exists()


@pytest.mark.parametrize(("arguments", "says"), [
    (("list",), "There is no"),
    (("export-public",), "There is no"),
    (("retire", "pdf-1", "--root", "nowhere.pem"), "There is no nowhere.pem"),
    (("retire", "pdf-1", "--root", "nowhere.pem", "--on", "soon"), "no day that exists"),
    (("rotate", "pdf", "--root", "x", "--root-passphrase-file", "nowhere"), "cannot be opened"),
])  # fmt: skip
def test_what_is_missing_is_said(arguments, says, keys):
    status, _, err = keys(*arguments)
    assert status == 2
    assert says in err


def test_the_only_key_is_not_retired_and_an_unknown_one_is_named(keys, folder):
    keys("new")
    root = ("--root", folder / "root.pem")
    for key, code in (("pdf-1", "only key in use"), ("pdf-9", "There is no key “pdf-9”")):
        status, _, err = keys("retire", key, *root)
        assert status == 2
        assert code in err
