"""Questionnaires as the service uses them: copied into the database at start, compiled once, found by digest.

Assessments refer to a digest. A version whose file changed after it was copied stops the service at start.
"""

import functools
import threading
from datetime import date, datetime

import msgspec

from compliance.domain.questionnaire import Questionnaire, StateChange
from compliance.domain.scoring import Scorer
from compliance.errors import Conflict, NotFound, Problem
from compliance.intake.library import Library
from compliance.store.questionnaires import Copy, TranslatedCopy
from compliance.store.unit import Store, Unit
from compliance.usecases.publishing import translation_digest


class QuestionnaireChanged(Conflict):
    """A published questionnaire is not the one that was published under this name and version."""

    code = "questionnaire-changed"


class NoSuchVersion(NotFound):
    """There is no published questionnaire of that name and version."""

    code = "no-such-questionnaire"


_SCORERS: dict[str, Scorer] = {}
"""Compiled versions by digest. A digest has one content for ever, so every shelf of the process may share them."""


def copy_questionnaires(library: Library, unit: Unit, *, now: datetime) -> None:
    """Copy what the library has published into the database; states and translations follow the library.

    Raises:
        QuestionnaireChanged: a name and version is there already with another digest.
    """
    known = {copy.reference: copy for copy in unit.questionnaires.every()}
    translated = {(each.questionnaire_digest, each.language): each for each in unit.questionnaires.translations()}
    for locked in library.lock().published:
        questionnaire = library.load(locked.reference).questionnaire
        if questionnaire.module == "yes":
            continue
        digest = library.digest(locked.reference)
        copy = Copy(digest=digest, name=locked.questionnaire, version=locked.version, structure=locked.structure,
                    title=questionnaire.title, language=questionnaire.language, states=locked.states)  # fmt: skip
        before = known.get(locked.reference)
        if (before is not None and before.digest != digest) or library.changed_since_published(locked.reference):
            raise QuestionnaireChanged(
                [Problem("published-changed", locked.reference, {"reference": locked.reference})]
            )
        if before is None:
            unit.questionnaires.add(copy, questionnaire, now=now)
        elif before.states != locked.states:
            unit.questionnaires.set_states(digest, locked.states)
        for language in library.languages(locked.reference):
            _copy_translation(library, unit, copy, language, translated, now=now)


def _copy_translation(
    library: Library, unit: Unit, copy: Copy, language: str, known: dict[tuple[str, str], TranslatedCopy],
    *, now: datetime,
) -> None:  # fmt: skip
    questionnaire, is_reviewed, digest = _translated(library, copy.reference, language)
    translation = TranslatedCopy(questionnaire_digest=copy.digest, language=language, digest=digest,
                                 is_reviewed=is_reviewed)  # fmt: skip
    if known.get((copy.digest, language)) != translation:
        unit.questionnaires.put_translation(translation, questionnaire, now=now)


@functools.cache
def _translated(library: Library, reference: str, language: str) -> tuple[Questionnaire, bool, str]:
    """A version in a language, whether it was reviewed, and the digest of its own translation file."""
    questionnaire, is_reviewed = library.translated(reference, language)
    return questionnaire, is_reviewed, translation_digest(library.translation(reference, language))


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version with the languages that it can be read in."""

    copy: Copy
    translations: tuple[TranslatedCopy, ...]

    def state_on(self, day: date) -> StateChange:
        """The state in force on a day."""
        begun = [change for change in self.copy.states if change.on <= day]
        return begun[-1] if begun else StateChange(state="draft", on=day)


class Shelf:
    """Compiled questionnaires; read from the database when first asked for, then kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._versions: dict[str, Version] = {}
        self._translated: dict[tuple[str, str], Questionnaire] = {}
        self._sections: dict[str, dict[str, str]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the list of versions again."""
        with self._store.unit(writes=False) as unit:
            copies, translations = unit.questionnaires.every(), unit.questionnaires.translations()
        self._versions = {
            copy.digest: Version(
                copy=copy,
                translations=tuple(each for each in translations if each.questionnaire_digest == copy.digest),
            )
            for copy in copies
        }

    def versions(self) -> list[Version]:
        """Every version, by name, oldest first."""
        return list(self._versions.values())

    def version(self, digest: str) -> Version:
        """The version with that digest."""
        return self._versions[digest]

    def named(self, reference: str) -> Version:
        """A version by `name@version`.

        Raises:
            NoSuchVersion: it was never published here.
        """
        for version in self._versions.values():
            if version.copy.reference == reference:
                return version
        known = ", ".join(each.copy.reference for each in self._versions.values())
        raise NoSuchVersion(
            [Problem("questionnaire-unknown", "questionnaire", {"reference": reference[:80], "known": known})]
        )

    def newest(self, name: str, day: date) -> Version | None:
        """The newest version of a questionnaire that may be started on a day."""
        open_ones = [each for each in self._versions.values()
                     if each.copy.name == name and each.state_on(day).state == "published"]  # fmt: skip
        return open_ones[-1] if open_ones else None

    def scorer(self, digest: str) -> Scorer:
        """A version, compiled."""
        scorer = _SCORERS.get(digest)
        if scorer is None:
            with self._store.unit(writes=False) as unit, self._lock:
                questionnaire = unit.questionnaires.document(digest)
            assert questionnaire is not None, "an assessment refers to a digest that is stored"
            scorer = _SCORERS[digest] = Scorer(questionnaire)
        return scorer

    def questionnaire(self, digest: str) -> Questionnaire:
        """A version in its own language."""
        return self.scorer(digest).questionnaire

    def sections_of(self, digest: str) -> dict[str, str]:
        """Item id → section id, texts included."""
        sections = self._sections.get(digest)
        if sections is None:
            listed = self.questionnaire(digest).sections
            sections = self._sections[digest] = {item.id: section.id for section in listed for item in section.items}
        return sections

    def translated(self, digest: str, language: str) -> tuple[Questionnaire, bool]:
        """A version in a language with whether the translation was reviewed; its own language where there is none."""
        own = self.questionnaire(digest)
        found = next((each for each in self.version(digest).translations if each.language == language), None)
        if language == own.language or found is None:
            return own, True
        key = (digest, language)
        if key not in self._translated:
            with self._store.unit(writes=False) as unit, self._lock:
                questionnaire = unit.questionnaires.translation(digest, language)
            assert questionnaire is not None
            self._translated[key] = questionnaire
        return self._translated[key], found.is_reviewed
