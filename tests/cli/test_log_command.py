"""`compliance log` as a stranger types it, against a web server of this machine; and as the operator does."""

import re

import pytest

from compliance.cli import log_sources, main
from issuer import Issuer
from logged import ServedFolder, answering, publish, rewritten

CHECKPOINT = "/log/checkpoint"
REST_BUNDLE = "/log/tile/entries/001.p/14"
NAMES = ("verify", "mirror", "monitor", "export")


@pytest.fixture
def served(tmp_path):
    with ServedFolder(tmp_path / "served") as served:
        yield served


@pytest.fixture
def issuer(served):
    made = Issuer(served.url)
    made.append_something(266)
    publish(made, served.folder)
    return made


@pytest.fixture
def run(capsys):
    """Run `compliance log …`: status, output, problems."""

    def command(*arguments):
        status = main(["log", *map(str, arguments)])
        said = capsys.readouterr()
        assert "fault of ours" not in said.err
        return status, said.out, said.err

    return command


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example(name, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["log", name, "--help"])
    assert exit_.value.code == 0
    assert re.search(rf"^example:\n  compliance log {name}", capsys.readouterr().out, re.MULTILINE)


def test_a_log_is_verified_at_its_address(run, served, issuer):
    status, out, _ = run("verify", served.url, "--trust", issuer.fingerprint)
    assert (status, "all 270 entries" in out, "  trail: 266" in out) == (0, True, True)
    assert "vouches" not in out
    assert "Nobody but the place where they were read vouches" in run("verify", f"{served.url}/")[1]


def test_a_mirror_is_verified_as_a_folder_and_served_further(run, served, issuer, tmp_path):
    mirror = tmp_path / "mirror"
    assert run("mirror", served.url, mirror)[0] == 0
    assert run("verify", mirror, "--trust", issuer.fingerprint)[0] == 0
    with ServedFolder(mirror) as other:
        assert run("verify", other.url)[0] == 1, "it is the log of another address"
        assert run("verify", other.url, "--origin", issuer.origin)[0] == 0
    status, out, _ = run("mirror", served.url, mirror)
    assert (status, "0 new ones, 0 files written" in out) == (0, True)


def test_a_monitor_says_what_it_found_and_shouts_on_a_fork(run, served, issuer, tmp_path):
    folder = tmp_path / "watch"
    assert "From now on" in run("monitor", served.url, folder)[1]
    assert "still 270 entries" in run("monitor", served.url, folder)[1]
    issuer.append_something()
    publish(issuer, served.folder)
    assert "271 entries, which go on where 270 ended" in run("monitor", served.url, folder)[1]
    other = rewritten(issuer, lambda leaves: [*leaves[1:], leaves[0]])
    publish(other, served.folder)
    status, out, problems = run("monitor", served.url, folder)
    assert (status, out) == (1, "")
    assert problems.startswith(f"ALARM: {served.url}\n")
    assert "over 271 entries and what it signs over 271 cannot both be true" in problems
    for kept in re.findall(r"(?:seen before|served now): +(.+)", problems):
        assert str(tmp_path) in kept


@pytest.mark.parametrize(
    ("answer", "said"),
    [(answering(302, location="http://127.0.0.1:9/log/checkpoint"), "was not followed"),
     (answering(500), "it answers 500"),
     (answering(200, b"x" * 1_100_000), "it says more than"),
     (answering(200, b"", content_encoding="gzip"), "compressed")],
    ids=["redirect", "fault", "huge", "compressed"],
)  # fmt: skip
def test_what_does_not_answer_as_it_must_is_not_established(run, served, issuer, tmp_path, answer, said):
    served.instead[CHECKPOINT] = answer
    for arguments in (("verify", served.url), ("monitor", served.url, tmp_path / "watch")):
        status, out, problems = run(*arguments)
        assert (status, out, said in problems) == (3, "", True), problems
    assert issuer.origin not in out


def test_whoever_is_asked_too_often_is_waited_for(run, served, issuer, monkeypatch):
    waits = []
    monkeypatch.setattr(log_sources.time, "sleep", waits.append)
    served.instead[CHECKPOINT] = lambda handler: (
        served.instead.pop(CHECKPOINT), answering(429, b"", retry_after=7)(handler)
    )  # fmt: skip
    assert run("verify", served.url)[0] == 0
    assert waits == [7]


def test_a_bundle_that_is_altered_or_huge_or_gone_is_found(run, served, issuer, tmp_path):
    wrong = {answering(200, b"\0" * 2_000_000): 3, answering(200, b"\0\1x" * 14): 1, answering(404): 1}
    for answer, wanted in wrong.items():
        served.instead[REST_BUNDLE] = answer
        status, out, problems = run("mirror", served.url, tmp_path / "mirror")
        assert (status, out, REST_BUNDLE.lstrip("/") in problems) == (wanted, "", True)
    assert not (tmp_path / "mirror" / "log" / "checkpoint").exists()


def test_nobody_is_asked_over_a_line_that_others_can_write_to(run, tmp_path):
    for address in ("http://check.example.org", "ftp://check.example.org", "https://user@check.example.org"):
        assert run("verify", address)[0] == 2
    assert run("verify", "http://127.0.0.1:9")[0] == 3
    assert run("verify", tmp_path)[0] == 3
    assert run("verify", tmp_path, "--trust", "abc")[0] == 2
