"""docs/walkthrough.md is true: its blocks are run by bash, in their order, against the service in a process of its own."""

import os
import re
import subprocess
import sys

import httpx
import pytest

from compliance.cli.demo import demo_settings
from compliance.usecases.demo_stage import PASSWORD
from faults.processes import Service
from fixtures.libraries import ROOT

PAGE = (ROOT / "docs" / "walkthrough.md").read_text("utf-8")
PARTS = re.findall(r"^## ([^\n]+)$|^```(sh|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
OPERATOR = "robin@operator.example"
WITHIN_S = 300


def blocks():
    """(heading, commands, what they show) of every block; nothing is shown where no block of text follows."""
    found, heading = [], ""
    for title, kind, body in PARTS:
        if title:
            heading = title
        elif kind == "sh":
            found.append((heading, body, ""))
        else:
            found[-1] = (*found[-1][:2], body)
    return found


BLOCKS = blocks()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The service as the demonstration runs it, without the invented world: only the operator is there."""
    folder = tmp_path_factory.mktemp("walkthrough") / "data"
    settings = {"DATA_DIR": folder, "DEMO": "yes", "OPERATOR_NAME": demo_settings(folder, port=8000).operator_name}
    environment = {**os.environ, **{f"COMPLIANCE_{name}": str(value) for name, value in settings.items()}}
    made = subprocess.run([sys.executable, "-m", "compliance", "admin", OPERATOR, "--country", "KH"], env=environment,
                          capture_output=True, text=True, check=True)  # fmt: skip
    token = re.search(r"http\S+/(\S+)", made.stdout)[1]
    with Service(folder, settings) as service:
        chosen = {"token": token, "password": PASSWORD}
        httpx.post(f"{service.url}/api/v1/password-resets/confirmation", json=chosen).raise_for_status()
        yield service


@pytest.fixture(scope="module")
def shown(service, tmp_path_factory):
    """What each block showed; None from the one on that failed."""
    here = tmp_path_factory.mktemp("reader")
    (here / "docs").symlink_to(ROOT / "docs")
    script = ["set -euo pipefail"]
    script += [f"{{\n{commands}}} > shown.{index} 2>&1" for index, (_, commands, _) in enumerate(BLOCKS)]
    environment = {**os.environ, "API": service.url, "MAIL": str(service.folder / "mail")}
    done = subprocess.run(["bash"], input="\n".join(script), text=True, cwd=here, env=environment, capture_output=True,
                          timeout=WITHIN_S, check=False)  # fmt: skip
    files = [here / f"shown.{index}" for index in range(len(BLOCKS))]
    assert done.stderr == ""
    return [file.read_text("utf-8") if file.exists() else None for file in files], here


@pytest.mark.parametrize("index", range(len(BLOCKS)), ids=[f"{n}-{title}" for n, (title, *_) in enumerate(BLOCKS)])
def test_each_block_shows_what_the_page_says(index, shown):
    expected = "".join(".*" if letter == "…" else re.escape(letter) for letter in BLOCKS[index][2])
    assert shown[0][index] is not None, "the walk-through had ended before"
    assert re.fullmatch(expected, shown[0][index]), shown[0][index]


def test_preview_and_plan_are_there_to_be_opened(shown):
    for name in ("certificate-preview.pdf", "plan.pdf"):
        content = (shown[1] / "out" / name).read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")


def test_the_page_says_the_log_in_of_the_demonstrations_operator():
    assert f"sign_in {OPERATOR} {PASSWORD}" in PAGE


def test_the_page_comes_in_the_order_of_its_contents():
    listed = re.findall(r"^- \[(.+)\]\(#", PAGE, re.MULTILINE)
    assert listed == [title for title, *_ in PARTS if title]
