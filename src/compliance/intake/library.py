"""A folder of questionnaires: found by name, read within limits, includes resolved, with the place of every part.

The folder may be the one that the package carries or a country's own. Names are checked before a path is made of
them. A library reads each file once.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import TypeVar, cast

import msgspec
from msgspec import Struct

from compliance.domain.questionnaire import (
    Channels,
    Glossary,
    Lock,
    Questionnaire,
    QuestionnaireFile,
    QuestionnaireInvalid,
    Standards,
    Translation,
    full_digest,
    reference_problems,
    resolve,
    translate,
)
from compliance.errors import Invalid, NotFound, Problem
from compliance.intake.places import Places, id_paths
from compliance.intake.shapes import Found, read_shape
from compliance.intake.yaml_text import Limits, Plain, UnreadableFile, read_yaml

T = TypeVar("T")
QUESTIONNAIRE_LIMITS = Limits(size_bytes=1024 * 1024, nodes=40_000)
MOST_INCLUDES = 8


class NoSuchQuestionnaire(NotFound):
    """There is no questionnaire of that name and version."""

    code = "questionnaire-unknown"


class RegisterInvalid(Invalid):
    """This file beside the questionnaires is not right."""

    code = "register-invalid"


class Loaded(Struct, frozen=True):
    """A questionnaire ready to use, in its source language."""

    questionnaire: Questionnaire
    file: QuestionnaireFile
    places: Places
    """Where each item and fact stands, for problems that name it."""


class Library:
    """A folder of questionnaires and the registers beside them."""

    def __init__(self, folder: FilePath) -> None:
        self.folder = folder
        self._loaded: dict[str, Loaded] = {}
        self._digests: dict[str, str] = {}
        self._lock: Lock | None = None

    def names(self) -> list[str]:
        """The questionnaires of the folder, modules included, by name."""
        return sorted(each.name for each in self.folder.iterdir() if each.is_dir() and self._versions(each.name))

    def versions(self, name: str) -> list[str]:
        """The versions of one questionnaire, oldest first.

        Raises:
            NoSuchQuestionnaire: the folder has none of that name.
        """
        versions = self._versions(name) if _is_name(name) else []
        if not versions:
            raise NoSuchQuestionnaire([Problem("questionnaire-unknown", "", {"reference": name[:80],
                                                                             "known": ", ".join(self.names())})])  # fmt: skip
        return versions

    def _versions(self, name: str) -> list[str]:
        stems = [path.stem for path in (self.folder / name).glob("*.yaml")]
        return sorted((stem for stem in stems if _is_version(stem)), key=_version_key)

    def newest(self, name: str) -> str:
        """The reference of the newest version of a questionnaire; a full reference is returned as it is."""
        return name if "@" in name else f"{name}@{self.versions(name)[-1]}"

    def load(self, reference: str) -> Loaded:
        """The questionnaire of that name and version, its types and references checked.

        Raises:
            NoSuchQuestionnaire: it is not in the folder.
            UnreadableFile: its text cannot be read.
            QuestionnaireInvalid: its types or references are wrong, with every problem.
        """
        if reference not in self._loaded:
            self._loaded[reference] = self._load(reference, ())
        return self._loaded[reference]

    def digest(self, reference: str) -> str:
        """The full digest of a questionnaire; computing it takes longer than scoring, so it is kept.

        Raises:
            as `load`.
        """
        if reference not in self._digests:
            self._digests[reference] = full_digest(self.load(reference).questionnaire)
        return self._digests[reference]

    def path(self, reference: str) -> FilePath:
        """The file of a questionnaire.

        Raises:
            NoSuchQuestionnaire: it is not in the folder, or the reference is no reference.
        """
        name, _, version = reference.partition("@")
        if not _is_name(name) or not _is_version(version) or version not in self._versions(name):
            raise NoSuchQuestionnaire([Problem("questionnaire-unknown", "", {"reference": reference[:80],
                                                                             "known": self._known(name)})])  # fmt: skip
        return self.folder / name / f"{version}.yaml"

    def _known(self, name: str) -> str:
        names = [name] if _is_name(name) and self._versions(name) else self.names()
        return ", ".join(f"{each}@{version}" for each in names for version in self._versions(each))

    def _load(self, reference: str, outer: tuple[str, ...]) -> Loaded:
        path = self.path(reference)
        place = f"{path.parent.name}/{path.name}"
        plain = read_plain(path, place)
        found = Found()
        file = read_shape(spelt_out(plain.data), QuestionnaireFile, found)
        own = Places.of_file(place, plain, id_paths(plain.data))
        if file is None:
            raise QuestionnaireInvalid(own.located(problem for _, problem in found.problems))
        modules, places = self._modules(file, (*outer, reference), own)
        self._check_name(file, reference, own)
        try:
            questionnaire = resolve(file, modules)
        except QuestionnaireInvalid as refusal:
            raise QuestionnaireInvalid(places.located(refusal.problems)) from None
        if problems := reference_problems(questionnaire):
            raise QuestionnaireInvalid(places.located(problems))
        return Loaded(questionnaire, file, places)

    def _modules(
        self, file: QuestionnaireFile, outer: tuple[str, ...], places: Places
    ) -> tuple[dict[str, Questionnaire], Places]:
        modules: dict[str, Questionnaire] = {}
        for name in file.includes[:MOST_INCLUDES]:
            if name in outer:
                raise QuestionnaireInvalid(places.located([Problem("include-circle", "includes", {"reference": name})]))
            try:
                module = self._load(name, outer)
            except NoSuchQuestionnaire:
                continue  # `resolve` names what is missing
            modules[name] = module.questionnaire
            places = places.around(module.places)
        return modules, places

    def _check_name(self, file: QuestionnaireFile, reference: str, places: Places) -> None:
        if file.reference != reference:
            facts = {"given": file.reference, "wanted": reference}
            raise QuestionnaireInvalid(places.located([Problem("name-differs", "questionnaire", facts)]))

    def languages(self, reference: str) -> list[str]:
        """The languages that a questionnaire is translated into, besides its own."""
        path = self.path(reference)
        stems = [each.name.removeprefix(f"{path.stem}.").removesuffix(".yaml") for each in
                 path.parent.glob(f"{path.stem}.*.yaml")]  # fmt: skip
        return sorted(stem for stem in stems if stem != "cases" and "." not in stem)

    def translation(self, reference: str, language: str) -> Translation:
        """One translation file.

        Raises:
            NoSuchQuestionnaire: there is none in that language.
        """
        if not language.replace("-", "").isalnum() or language not in self.languages(reference):
            raise NoSuchQuestionnaire([Problem("language-unknown", "", {"reference": reference, "language": language})])
        path = self.path(reference)
        return read_register(path.with_name(f"{path.stem}.{language}.yaml"), Translation)

    def translated(self, reference: str, language: str) -> tuple[Questionnaire, bool]:
        """A questionnaire in a language, and whether a person has reviewed every translation in it.

        Raises:
            NoSuchQuestionnaire: the file itself is not translated into that language.
        """
        loaded = self.load(reference)
        if language == loaded.questionnaire.language:
            return loaded.questionnaire, True
        included = [name for name in loaded.file.includes if language in self.languages(name)]
        translations = [self.translation(name, language) for name in [*included, reference]]
        reviewed = all(each.reviewed == "yes" for each in translations) and len(included) == len(loaded.file.includes)
        return translate(loaded.questionnaire, tuple(translations)), reviewed

    def has_cases(self, reference: str) -> bool:
        """Whether golden cases stand beside a questionnaire."""
        return self._cases_path(reference).exists()

    def cases(self, reference: str, kind: type[T]) -> T:
        """The golden cases beside a questionnaire, read as `kind`."""
        return read_register(self._cases_path(reference), kind)

    def _cases_path(self, reference: str) -> FilePath:
        path = self.path(reference)
        return path.with_name(f"{path.stem}.cases.yaml")

    def standards(self) -> Standards:
        """The register of standards."""
        return read_register(self.folder / "standards.yaml", Standards)

    def glossary(self) -> Glossary:
        """The terms to avoid and to prefer."""
        return read_register(self.folder / "glossary.yaml", Glossary)

    def channels(self) -> Channels:
        """The reporting channels."""
        return read_register(self.folder / "channels.yaml", Channels)

    def lock(self) -> Lock:
        """What was published; empty where the folder has no lock."""
        if self._lock is None:
            path = self.folder / "published.lock"
            self._lock = read_register(path, Lock) if path.exists() else Lock()
        return self._lock

    def forget_lock(self) -> None:
        """Read the lock again when it is next needed: it was just written."""
        self._lock = None

    def changed_since_published(self, reference: str) -> bool:
        """Whether a published file, or one that it includes, is not what was published."""
        names = [reference, *self.load(reference).file.includes]
        locked = {name: self.lock().find(name) for name in names}
        return any(version and version.file != file_digest(self.path(name)) for name, version in locked.items())

    def is_published(self, reference: str) -> bool:
        """Whether exactly this questionnaire stands in the lock."""
        return self.lock().find(reference) is not None and not self.changed_since_published(reference)


def read_plain(path: FilePath, place: str) -> Plain:
    """A YAML file of the library, with problems placed in it.

    Raises:
        UnreadableFile: it cannot be read as text or YAML.
    """
    raw = read_bytes(path, QUESTIONNAIRE_LIMITS)
    try:
        return read_yaml(raw, QUESTIONNAIRE_LIMITS)
    except UnreadableFile as refusal:
        placed = [msgspec.structs.replace(problem, where=place + problem.where) for problem in refusal.problems]
        raise UnreadableFile(placed) from None


def read_bytes(path: FilePath, limits: Limits) -> bytes:
    """A file's bytes, at most one more than is read of it.

    Raises:
        UnreadableFile: it is not there, or may not be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limits.size_bytes + 1)
    except OSError as error:
        facts = {"reason": error.strerror or type(error).__name__}
        raise UnreadableFile([Problem("file-unreadable", path.name, facts)]) from None


def read_register(path: FilePath, kind: type[T]) -> T:
    """One of the files beside the questionnaires.

    Raises:
        RegisterInvalid: its types are wrong, with every problem.
    """
    place = path.name if path.parent.name == "questionnaires" else f"{path.parent.name}/{path.name}"
    plain = read_plain(path, place)
    found = Found()
    value = read_shape(plain.data, kind, found)
    if value is None:
        places = Places.of_file(place, plain, {})
        raise RegisterInvalid(places.located(problem for _, problem in found.problems))
    return value


def places_of(path: FilePath) -> Places:
    """Where the parts of a file of the library stand."""
    place = f"{path.parent.name}/{path.name}"
    return Places.of_file(place, read_plain(path, place), {})


def file_digest(path: FilePath) -> str:
    """SHA-256 of a file's bytes, as the lock writes it."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def spelt_out(data: object) -> object:
    """Plain data of a questionnaire file with its shorthands written out.

    `critical: yes` is the default threshold; the last action of an item reaches everything unless it says otherwise.
    """
    for item in _plain_items(data):
        if item.get("critical") == "yes":
            item["critical"] = {}
        elif item.get("critical") == "no":
            del item["critical"]
        actions = item.get("actions")
        last = cast("list[object]", actions)[-1] if isinstance(actions, list) and actions else None
        if isinstance(last, dict):
            cast("dict[str, object]", last).setdefault("reaches", {"points": 100, "evidence": "documented"})
    return data


def _plain_items(data: object) -> list[dict[str, object]]:
    sections = cast("dict[str, object]", data).get("sections") if isinstance(data, dict) else None
    items: list[object] = []
    for section in cast("Sequence[object]", sections) if isinstance(sections, list) else ():
        if isinstance(section, dict):
            inner = cast("dict[str, object]", section).get("items")
            items += cast("list[object]", inner) if isinstance(inner, list) else []
    return [cast("dict[str, object]", item) for item in items if isinstance(item, dict)]


def _is_name(name: str) -> bool:
    return name.isascii() and name.replace("-", "").isalnum() and name.islower() and len(name) <= 64


def _is_version(version: str) -> bool:
    parts = version.split(".")
    return 2 <= len(parts) <= 3 and all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in parts)


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
