"""The publishing gate, publication, differences and reviews of translations: what happens to questionnaires.

Source: docs/questionnaire.md, "Publishing is a gate".
"""

from collections.abc import Iterator
from datetime import date

import msgspec
from msgspec import Struct

from compliance.domain.questionnaire import (
    LockedTranslation,
    LockedVersion,
    PercentageItem,
    Questionnaire,
    StateChange,
    TermFinder,
    Translation,
    canonical_digest,
    full_digest,
    gate_problems,
    passing_share,
    structure_digest,
    texts_of,
    translation_problems,
    words_of,
)
from compliance.domain.scoring import Scorer
from compliance.domain.scoring.cases import GoldenCase, GoldenCases, case_problems
from compliance.errors import Conflict, Invalid, Problem, Refusal
from compliance.intake.library import Library, Loaded, file_digest, places_of
from compliance.intake.lock_file import write_lock

LEAST_CASES = 6


class GateClosed(Invalid):
    """This questionnaire does not pass the publishing gate."""

    code = "gate-closed"


class AlreadyPublished(Conflict):
    """This version has been published."""

    code = "already-published"


class CriticalShare(Struct, frozen=True):
    """A critical percentage and the share from which it passes."""

    item: str
    percent: int


class GateReport(Struct, frozen=True, kw_only=True):
    """What the gate found."""

    reference: str
    items: int
    cases: int
    languages: tuple[str, ...]
    state: str
    """The state in the lock, on the day of the check; `draft` where it was never published."""
    critical_shares: tuple[CriticalShare, ...]
    unchecked: tuple[str, ...]
    """Items whose facts no person has confirmed yet."""
    problems: tuple[Problem, ...]
    """Empty where the gate is open."""


def check_questionnaire(library: Library, reference: str, *, today: date) -> GateReport:
    """Run the whole gate on one questionnaire; everything wrong at once, each with its file and line."""
    try:
        loaded = library.load(reference)
    except Refusal as refusal:
        return GateReport(reference=reference, items=0, cases=0, languages=(), state="draft", critical_shares=(),
                          unchecked=(), problems=refusal.problems)  # fmt: skip
    questionnaire = loaded.questionnaire
    standards = {standard.code: standard for standard in library.standards().standards}
    problems = [*gate_problems(questionnaire, standards), *_reused_ids(library, questionnaire)]
    problems += _term_problems(TermFinder(library.glossary()), questionnaire)
    located = loaded.places.located(problems)
    located += _translation_problems(library, loaded)
    cases, case_faults = _cases(library, loaded)
    located += [*case_faults, *_lock_problems(library, reference)]
    locked = library.lock().find(reference)
    own = {item.id for section in loaded.file.sections for item in section.items}
    return GateReport(
        reference=reference,
        items=len(questionnaire.items),
        cases=len(cases),
        languages=tuple(library.languages(reference)),
        state=locked.state_on(today).state if locked else "draft",
        critical_shares=tuple(
            CriticalShare(item.id, share)
            for item in questionnaire.scored_items
            if isinstance(item, PercentageItem) and (share := passing_share(item)) is not None
        ),
        unchecked=tuple(item.id for item in questionnaire.scored_items if item.checked == "no" and item.id in own),
        problems=tuple(_unique(located)),
    )


def _unique(problems: list[Problem]) -> Iterator[Problem]:
    seen: set[tuple[str, str, str]] = set()
    for problem in problems:
        key = (problem.code, problem.where, str(problem.facts))
        if key not in seen:
            seen.add(key)
            yield problem


def _reused_ids(library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Ids that an earlier version had, a later one retired, and this one gives again."""
    versions = library.versions(questionnaire.questionnaire)
    earlier = versions[: versions.index(questionnaire.version)]
    known: list[tuple[str, set[str]]] = []
    for version in earlier:
        try:
            older = library.load(f"{questionnaire.questionnaire}@{version}").questionnaire
        except Refusal:
            continue
        known.append((version, {f"items.{item.id}" for item in older.items} | {f"facts.{f.id}" for f in older.facts}))
    now = [*(f"items.{item.id}" for item in questionnaire.items), *(f"facts.{fact.id}" for fact in questionnaire.facts)]
    if not known:
        return
    for place in now:
        had = [version for version, ids in known if place in ids]
        if had and had[-1] != known[-1][0]:
            yield Problem("id-reused", place, {"id": place.split(".", 1)[1], "version": had[-1]})


def _term_problems(finder: TermFinder, part: Questionnaire | Translation) -> Iterator[Problem]:
    for place, text in texts_of(part):
        for found in finder.find(text):
            facts = {"term": found.text, "prefer": found.prefer, "why": found.why}
            yield Problem("term-avoided", place, facts)


def own_words(loaded: Loaded) -> Translation:
    """The words of a questionnaire's own file, includes left out, in the shape of a translation."""
    return words_of(
        loaded.questionnaire,
        facts=frozenset(fact.id for fact in loaded.file.facts),
        sections=frozenset(section.id for section in loaded.file.sections if section.title is not None),
        items=frozenset(item.id for section in loaded.file.sections for item in section.items),
    )


def _translation_problems(library: Library, loaded: Loaded) -> list[Problem]:
    reference = loaded.file.reference
    path = library.path(reference)
    original = own_words(loaded)
    finder = TermFinder(library.glossary())
    locked = library.lock().find(reference)
    gone = sorted(set(locked.translations) - set(library.languages(reference))) if locked else []
    problems = [
        Problem("translation-gone", "published.lock", {"reference": reference, "language": each}) for each in gone
    ]
    for language in library.languages(reference):
        place = f"{path.parent.name}/{path.stem}.{language}.yaml"
        try:
            translation = library.translation(reference, language)
        except Refusal as refusal:
            problems += refusal.problems
            continue
        found = [*translation_problems(original, translation), *_term_problems(finder, translation)]
        if translation.language != language:
            facts = {"given": translation.language, "wanted": language}
            found.append(Problem("translation-other", "language", facts))
        if found:
            problems += places_of(path.with_name(f"{path.stem}.{language}.yaml")).located(found)
        known = locked.translations.get(language) if locked else None
        if known is not None and known.digest != translation_digest(translation):
            problems.append(Problem("translation-changed", place))
    return problems


def translation_digest(translation: Translation) -> str:
    """The digest of a translation: SHA-256 over its canonical JSON."""
    return canonical_digest(msgspec.to_builtins(translation))


def _cases(library: Library, loaded: Loaded) -> tuple[tuple[GoldenCase, ...], list[Problem]]:
    reference = loaded.file.reference
    path = library.path(reference)
    place = f"{path.parent.name}/{path.stem}.cases.yaml"
    is_module = loaded.questionnaire.module == "yes"
    if not library.has_cases(reference):
        return (), [] if is_module else [Problem("cases-missing", place, {"file": place})]
    try:
        cases: GoldenCases = library.cases(reference, GoldenCases)
    except Refusal as refusal:
        return (), list(refusal.problems)
    if len(cases.cases) < LEAST_CASES and not is_module:
        return cases.cases, [Problem("cases-missing", place, {"file": place})]
    scorer = Scorer(loaded.questionnaire)
    faults = [
        problem
        for index, case in enumerate(cases.cases)
        for problem in case_problems(scorer, case, place=f"cases.{index}")
    ]
    return cases.cases, places_of(path.with_name(f"{path.stem}.cases.yaml")).located(faults) if faults else []


def _lock_problems(library: Library, reference: str) -> list[Problem]:
    problems: list[Problem] = []
    if library.lock().find(reference) is not None and library.changed_since_published(reference):
        problems.append(Problem("published-changed", "published.lock", {"reference": reference}))
    name = reference.partition("@")[0]
    for version in library.lock().published:
        if version.questionnaire == name:
            if not (library.folder / name / f"{version.version}.yaml").exists():
                problems.append(Problem("published-gone", "published.lock", {"reference": version.reference}))
            days = [change.on for change in version.states]
            if days != sorted(days):
                problems.append(Problem("lock-order", "published.lock", {"reference": version.reference}))
    return problems


def publish_questionnaire(library: Library, reference: str, *, today: date) -> LockedVersion:
    """Run the gate and write a version into the lock; or, for a published one, its new or revised translations.

    Raises:
        GateClosed: with every problem.
        AlreadyPublished: nothing has changed since.
    """
    lock = library.lock()
    locked = lock.find(reference)
    report = check_questionnaire(library, reference, today=today)
    problems = [problem for problem in report.problems if problem.code != "translation-changed"]
    if problems:
        raise GateClosed(problems)
    loaded = library.load(reference)
    unpublished = [name for name in loaded.file.includes if lock.find(name) is None]
    if unpublished:
        raise GateClosed([Problem("not-published", "includes", {"reference": name}) for name in unpublished])
    changed = [name for name in loaded.file.includes if library.changed_since_published(name)]
    if changed:
        raise GateClosed([Problem("published-changed", "includes", {"reference": name}) for name in changed])
    translations = _locked_translations(library, reference, locked)
    if locked is not None and translations == locked.translations:
        raise AlreadyPublished
    version = (
        msgspec.structs.replace(locked, translations=translations)
        if locked is not None
        else _locked_version(library, loaded, translations, today)
    )
    others = [each for each in lock.published if each.reference != reference]
    write_lock(library.folder / "published.lock", sorted([*others, version], key=lambda each: each.reference))
    library.forget_lock()
    return version


def _locked_translations(
    library: Library, reference: str, locked: LockedVersion | None
) -> dict[str, LockedTranslation]:
    translations: dict[str, LockedTranslation] = {}
    for language in library.languages(reference):
        digest = translation_digest(library.translation(reference, language))
        known = locked.translations.get(language) if locked else None
        revision = 1 if known is None else known.revision + (known.digest != digest)
        translations[language] = LockedTranslation(digest=digest, revision=revision)
    return translations


def _locked_version(
    library: Library, loaded: Loaded, translations: dict[str, LockedTranslation], today: date
) -> LockedVersion:
    file = loaded.file
    return LockedVersion(
        questionnaire=file.questionnaire,
        version=file.version,
        file=file_digest(library.path(file.reference)),
        structure=structure_digest(loaded.questionnaire),
        full=full_digest(loaded.questionnaire),
        items={item.id: structure_digest(item) for section in file.sections for item in section.items},
        facts=tuple(fact.id for fact in file.facts),
        states=(StateChange(state="published", on=today),),
        translations=translations,
    )
