"""The house as a whole: imports, the map in the README, the wheel, what is committed, words, what was published."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.intake.library import Library, file_digest
from compliance.usecases.publishing import check_questionnaire
from compliance.usecases.wording import check_wording
from fixtures.libraries import ROOT, SHIPPED, TODAY

SOURCE = ROOT / "src" / "compliance"
LEFT_OUT = {
    ".git", ".venv", ".venv.tmp", "__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", ".import_linter_cache",
    "out", "build", "dist", "node_modules", "htmlcov", ".dev", "run", "compliance-demo", "compliance-data",
}  # fmt: skip
TEXT_ENDINGS = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".cfg", ".lock", ".sh", ".csv", ".ics", ""}
MACHINE = [
    re.compile(r"(?<![\w.])/(?:work|root|home|Users|private|mnt)/[\w.-]+"),
    re.compile(r"[A-Z]:\\\\?Users"),
    re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host"),
    re.compile(r"https?://[\w.:@-]+/(?:[\w-]+/)*simple\b"),
    re.compile(r"(?i)\b(?:artifactory|jfrog|devpi|nexus repository)\b"),
    re.compile(r"https?://(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+"),  # loopback is nobody's machine
]


def committed() -> Iterator[Path]:
    """The text files of the checkout that are ours."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(each for each in folders if each not in LEFT_OUT and not each.endswith(".egg-info"))
        for name in sorted(files):
            path = Path(folder) / name
            if path.suffix in TEXT_ENDINGS and not name.startswith(".coverage"):
                yield path


def test_import_contracts_are_kept(tmp_path):
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def rooms_in_readme() -> dict[str, list[str]]:
    """The names in the README's tree, by the folder that they stand in (`` for src/compliance)."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = re.search(r"^src/compliance/\n((?:[├└│].*\n)+)", text, re.MULTILINE)
    assert tree, "README.md has no tree of src/compliance"
    rooms: dict[str, list[str]] = {"": []}
    room = ""
    for line in tree[1].splitlines():
        depth, name = re.match(r"([│ ]*)[├└]── (\S+)", line).groups()
        if not depth:
            room = name.rstrip("/") if name.endswith("/") else ""
            rooms[""].append(name.rstrip("/"))
        else:
            rooms.setdefault(room, []).append(name.rstrip("/"))
    return rooms


def present(folder: Path) -> set[str]:
    names = {path.name for path in folder.iterdir() if path.is_dir() or path.suffix == ".py"}
    return {name for name in names if not name.startswith("_")}


def test_the_tree_in_the_readme_matches_the_folders():
    rooms = rooms_in_readme()
    for room, names in rooms.items():
        assert sorted(names) == sorted(present(SOURCE / room) - {"__main__.py"}), room or "src/compliance"
    assert "domain" in rooms


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> list[str]:
    """The names in the wheel that hatchling builds from the checkout, without an index."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_holds_every_module_of_the_checkout(wheel):
    modules = {f"compliance/{path.relative_to(SOURCE).as_posix()}" for path in SOURCE.rglob("*.py")}
    modules |= {name for name in migrations() if name.endswith(".py")}
    assert sorted(modules - set(wheel)) == []
    assert sorted(name for name in wheel if name.endswith(".py") and name not in modules) == []


def migrations() -> set[str]:
    """The migrations' names in the wheel."""
    folder = ROOT / "migrations"
    return {
        f"compliance/_data/migrations/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_the_wheel_holds_every_migration(wheel):
    assert "compliance/_data/migrations/versions/0001_begin.py" in migrations()
    assert sorted(migrations() - set(wheel)) == []


def test_the_wheel_holds_the_files_of_the_interactive_documentation(wheel):
    folder = SOURCE / "api" / "static"
    files = {
        f"compliance/api/static/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*") if path.is_file()
    }
    assert files
    assert sorted(files - set(wheel)) == []


def test_the_wheel_holds_fonts_and_the_mark_of_types(wheel):
    assert "compliance/py.typed" in wheel
    fonts = {
        f"compliance/fonts/{path.name}" for path in (SOURCE / "fonts").iterdir() if path.suffix in (".ttf", ".txt")
    }
    assert fonts
    assert sorted(fonts - set(wheel)) == []


def test_the_wheel_holds_the_contexts_and_schemas_of_certificates(wheel):
    folder = SOURCE / "credentials"
    files = {f"compliance/credentials/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*.*")}
    assert files
    assert sorted(files - set(wheel)) == []


def test_the_wheel_holds_every_questionnaire(wheel):
    data = {
        f"compliance/_data/questionnaires/{path.relative_to(SHIPPED).as_posix()}"
        for path in SHIPPED.rglob("*")
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith((".new", ".pyc"))
    }
    assert "compliance/_data/questionnaires/core/1.0.yaml" in data
    assert sorted(data - set(wheel)) == []
    assert sorted(name for name in wheel if "/_data/questionnaires/" in name and name not in data) == []


def test_the_wheel_holds_the_licences_and_nothing_of_the_workshop(wheel):
    licences = [name for name in wheel if ".dist-info/licenses/" in name]
    assert [name.rpartition("/")[2] for name in licences].count("LICENSE") == 2
    assert any(name.endswith("OFL.txt") for name in licences)
    assert not [name for name in wheel if re.search(r"(^|/)(tests|benchmarks|docs|examples)/", name)]


def test_no_path_of_a_machine_and_no_registry_is_committed():
    found = []
    for path in committed():
        if path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            found += [
                f"{path.relative_to(ROOT)}:{number}: {hit.group()}" for each in MACHINE if (hit := each.search(line))
            ]
    assert not found[:20]


_QUOTED = re.compile(r"“[^”]*”|\"[^\"]{0,80}\"|`[^`\n]*`|\*[^*\n]+\*|‘[^’]*’")


def test_readme_docs_and_examples_avoid_the_terms_that_the_glossary_avoids():
    glossary = Library(SHIPPED).glossary()
    texts = [ROOT / "README.md", *ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    texts += sorted((ROOT / "examples").rglob("*.yaml"))
    hits = []
    for path in texts:
        # A page may quote a word in order to speak of it.
        unquoted = _QUOTED.sub(lambda quoted: re.sub(r"\S", "·", quoted.group()), path.read_text(encoding="utf-8"))
        hits += [f"{path.relative_to(ROOT)}:{hit.line}: {hit.term.text}" for hit in check_wording(glossary, unquoted)]
    assert not hits


def test_what_was_published_is_unchanged():
    library = Library(SHIPPED)
    for version in library.lock().published:
        assert version.file == file_digest(library.path(version.reference)), f"{version.reference} was changed"
        assert not library.changed_since_published(version.reference)


@pytest.mark.parametrize("name", Library(SHIPPED).names())
def test_every_shipped_questionnaire_passes_the_gate(name):
    library = Library(SHIPPED)
    for version in library.versions(name):
        report = check_questionnaire(library, f"{name}@{version}", today=TODAY)
        assert not report.problems, [f"{each.where} {each.code}" for each in report.problems[:5]]


def test_text_files_end_with_one_newline_and_hold_no_tabs_or_trailing_blanks():
    wrong = []
    for path in committed():
        if path.suffix in (".py", ".md", ".toml") and "fixtures" not in path.parts:
            text = path.read_text(encoding="utf-8")
            if text and (
                not text.endswith("\n") or text.endswith("\n\n") or re.search(r"[ \t]+$|\t", text, re.MULTILINE)
            ):
                wrong.append(str(path.relative_to(ROOT)))
    assert not wrong
