"""`compliance assess`: answers in, outcome, reasons and documents out."""

import json
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from compliance.cli.folders import library_of, write_files
from compliance.cli.printing import print_refusal, print_warnings, say, shortened, warn
from compliance.domain.scoring import CriticalReason, Score, result_document
from compliance.errors import Invalid, Problem, Refusal
from compliance.intake.answers import AnswersInvalid, ReadAnswers, read_answers_file, read_answers_stream
from compliance.intake.library import Library
from compliance.usecases.assess import Assessed, Assessor
from compliance.words import Speaker, say_blocks, say_problem, say_reason, speaker

STANDARD_INPUT = "-"
MOST_REASONS = 3
_DAYS_DIFFER = timedelta(days=1)


class StemsTwice(Invalid):
    """Nothing was written: two files would write into one folder."""

    code = "stems-twice"


class Work(Protocol):
    """Says how far a list of files is."""

    def __call__(self) -> None:
        """Say that one more file is done."""


def assess(options: Namespace) -> int:
    """Assess each file; a bad one does not stop the others. 0 all scored, 2 any refused."""
    _check_stems(options)
    library = library_of(options)
    assessor = Assessor(library)
    refused = 0
    with _progress(len(options.answers), is_wanted=options.output is not None) as advance:
        for name in options.answers:
            try:
                _assess_one(options, library, assessor, name)
            except Refusal as refusal:
                refused += 1
                _say_refused(options, name, refusal)
            advance()
    return 2 if refused else 0


def _check_stems(options: Namespace) -> None:
    stems = Counter(_stem(name) for name in options.answers)
    twice = [stem for stem, count in stems.items() if count > 1]
    if options.output is not None and twice:
        raise StemsTwice(Problem("stem-twice", "", {"stem": stem}) for stem in twice)


def _stem(name: str) -> str:
    return "standard-input" if name == STANDARD_INPUT else Path(name).stem


def _read(options: Namespace, name: str) -> ReadAnswers:
    if name == STANDARD_INPUT:
        return read_answers_stream(sys.stdin.buffer, "standard input", decisions_allowed=options.decisions)
    return read_answers_file(Path(name), decisions_allowed=options.decisions)


def _assess_one(options: Namespace, library: Library, assessor: Assessor, name: str) -> None:
    try:
        assessed = assessor.assess(_read(options, name))
    except AnswersInvalid as refusal:
        raise assessor.with_value_problems(refusal) from None
    print_warnings([*_future(assessed, options.today), *assessed.ignored])
    written: list[Path] = []
    if options.output is not None:
        written = _write_documents(options, library, assessed, name)
    if options.json:
        say(json.dumps({"file": name, "result": result_document(assessed.card)}, ensure_ascii=False, sort_keys=True))
    else:
        _say_result(options, library, assessed)
        if written:
            say(f"  Written: {', '.join(path.name for path in written)} in {written[0].parent}")
        say()
    sys.stdout.flush()


def _future(assessed: Assessed, today: date) -> list[Problem]:
    as_of = assessed.answers.as_of
    facts = {"given": as_of.isoformat(), "today": today.isoformat()}
    # Today is a day in UTC. East of it, as in Phnom Penh, tomorrow has begun already for some hours of every day.
    notes = [Problem("as-of-in-future", "as_of", facts)] if as_of > today + _DAYS_DIFFER else []
    return assessed.places.located(notes)


def _write_documents(options: Namespace, library: Library, assessed: Assessed, name: str) -> list[Path]:
    from compliance.usecases.dossiers import DOCUMENT_NAMES, dossier_of, draw_documents

    drawn = draw_documents(dossier_of(library, assessed, language=options.lang)).documents
    folder = Path(options.output) / _stem(name) if len(options.answers) > 1 else Path(options.output)
    stale = tuple(each for each in DOCUMENT_NAMES if each not in drawn)
    return write_files(folder, drawn, remove=stale)


def _say_refused(options: Namespace, name: str, refusal: Refusal) -> None:
    if not options.json:
        print_refusal(refusal, name=name)
        return
    problems = [
        {"code": problem.code, "where": problem.where, "message": say_problem(problem)}
        for problem in shortened(refusal.problems)
    ]
    say(json.dumps({"file": name, "refused": problems}, ensure_ascii=False, sort_keys=True))


def _say_result(options: Namespace, library: Library, assessed: Assessed) -> None:
    speaks = speaker(options.lang)
    card, organisation = assessed.card, assessed.answers.organisation
    questionnaire, reviewed = library.translated(assessed.answers.questionnaire, options.lang)
    say(f"{organisation.name} ({organisation.country}) · {questionnaire.title} {questionnaire.version} · {card.as_of}")
    if organisation.invented:
        say(f"  {speaks.say('invented', remark=organisation.invented)}")
    say(f"  {speaks.say(f'outcome-{card.outcome}').upper()}. {speaks.say(f'outcome-{card.outcome}-says')}")
    assurance = card.assurance or "none"
    say(f"  {speaks.say(f'assurance-{assurance}-says')}")
    say(f"  {speaks.say('totals', declared=_percent(card.total, 'declared'), assured=_percent(card.total, 'assured'))}")
    texts = {item.id: item.text for item in questionnaire.items}
    for reason in card.reasons[:MOST_REASONS]:
        say(f"  · {say_reason(speaks, reason, questionnaire)} {say_blocks(speaks, reason)}")
        if isinstance(reason, CriticalReason):
            say(f"      {texts[reason.item]}")
    if len(card.reasons) > MOST_REASONS:
        say(f"    {speaks.say('more-reasons', count=len(card.reasons) - MOST_REASONS)}")
    _say_honesty(speaks, assessed, reviewed=reviewed)


def _percent(score: Score, kind: str) -> str:
    share = getattr(score, kind)
    return "–" if share is None else f"{share.percent} %"


def _say_honesty(speaks: Speaker, assessed: Assessed, *, reviewed: bool) -> None:
    if assessed.card.outcome == "met" and assessed.card.assurance == "self_assessed":
        say(f"  {speaks.say('no-badge')}")
    if not assessed.published:
        say(f"  {speaks.say('unpublished')}.")
    if not reviewed:
        warn(speaks.say("unreviewed-translation", language=speaks.say("language")))


@contextmanager
def _progress(count: int, *, is_wanted: bool) -> Generator[Work]:
    """A bar on standard error for several files with documents, on a terminal only."""
    if count < 2 or not is_wanted or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Assessing", total=count)
        yield lambda: progress.advance(task)
