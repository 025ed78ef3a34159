"""The page that checks alone is one file: its sentences are those of the catalogues, and it may run nothing but its own script."""

import re
import subprocess
import sys

from compliance.usecases.verifying import FINDINGS
from compliance.words.speaker import CATALOGUES
from fixtures.libraries import ROOT

PAGE = (ROOT / "src" / "compliance" / "web" / "standalone" / "verify.html").read_text(encoding="utf-8")
SCRIPT = re.search(r"(?s)<script>(.*?)</script>", PAGE)[1]


def test_the_page_holds_the_sentences_of_the_catalogues_and_the_digests_of_its_script():
    check = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_standalone.py", "--check"], check=False, cwd=ROOT, timeout=60
    )
    assert check.returncode == 0, "python tools/make_standalone.py brings it up to date"


def test_the_page_allows_itself_no_network_and_nothing_from_elsewhere():
    assert "default-src 'none'" in PAGE
    assert "unsafe" not in PAGE
    assert not re.search(r"(?:src|href)=", PAGE)
    assert "fetch(" not in SCRIPT
    assert "innerHTML" not in SCRIPT


def test_every_sentence_that_its_script_names_is_there_and_means_the_same():
    named = set(re.findall(r'found\("([a-z-]+)", "([a-z-]+)"', SCRIPT))
    assert len(named) > 30
    for step, finding in named:
        assert any(finding in each for each in FINDINGS[step].values()), f"{step}-{finding}"
    listed = re.findall(r"new Set\(\((.*?)\)\.split", SCRIPT, re.DOTALL)
    for wanted, names in zip(("false", "held"), listed, strict=True):
        for name in re.findall(r"[a-z][a-z-]+-[a-z-]+", names):
            step = next(each for each in sorted(FINDINGS, key=len, reverse=True) if name.startswith(f"{each}-"))
            assert name.removeprefix(f"{step}-") in FINDINGS[step][wanted], name


def test_no_language_lacks_a_sentence_of_it():
    own = {key for key in CATALOGUES["en"] if key.startswith("alone-")}
    assert all(own <= sentences.keys() for sentences in CATALOGUES.values())
    assert own >= set(re.findall(r'"(alone-[a-z_-]+[a-z])"', PAGE))
