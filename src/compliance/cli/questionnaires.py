"""`compliance questionnaires`: list, show, check, diff, form, publish."""

from argparse import Namespace
from pathlib import Path

from compliance.cli.folders import library_of, write_files
from compliance.cli.printing import print_refusal, print_table, problem_lines, say, warn
from compliance.domain.questionnaire import CHANGE_CLASSES, Questionnaire, TextItem
from compliance.errors import Refusal
from compliance.intake.answers import read_answers_file
from compliance.intake.library import Library
from compliance.usecases.comparing import Comparison, compare_versions
from compliance.usecases.publishing import GateReport, check_questionnaire, publish_questionnaire
from compliance.words import HEADINGS, say_change, say_condition, speaker


def list_all(options: Namespace) -> int:
    """Every questionnaire of the folder, its versions, languages and state."""
    library = library_of(options)
    rows: list[list[str]] = []
    for name in library.names():
        for version in library.versions(name):
            reference = f"{name}@{version}"
            questionnaire = library.load(reference).questionnaire
            locked = library.lock().find(reference)
            state = locked.state_on(options.today).state if locked else "draft"
            if locked and library.changed_since_published(reference):
                state = "changed!"
            languages = ", ".join([questionnaire.language, *library.languages(reference)])
            count = str(len(questionnaire.items))
            module = "module" if questionnaire.module == "yes" else ""
            rows.append([reference, questionnaire.title, count, languages, state, module])
    print_table(["Questionnaire", "Title", "Items", "Languages", "State", ""], rows, right=[2])
    return 0


def show(options: Namespace) -> int:
    """One questionnaire: facts, sections, items with weight and critical marks."""
    library = library_of(options)
    reference = library.newest(options.name)
    questionnaire, reviewed = library.translated(reference, options.lang)
    speaks = speaker(options.lang)
    say(f"{questionnaire.title} · {reference}")
    if questionnaire.intro:
        say(questionnaire.intro)
    if not reviewed:
        warn(speaks.say("unreviewed-translation", language=speaks.say("language")))
    say()
    facts = [[fact.id, fact.text, _asked(fact.asked_if, options.lang, questionnaire)] for fact in questionnaire.facts]
    print_table(["Fact", "Question", "Asked if"], facts)
    for section in questionnaire.sections:
        say(f"\n{section.id}  {section.title}  ({speaks.say(f'pillar-{section.pillar}')})")
        print_table(["Item", "Question", "Answered by", "Weight", "Critical from", "Asked if"], [
            [
                item.id,
                item.text,
                speaks.say(f"type-{item.__struct_config__.tag}"),
                "" if isinstance(item, TextItem) else str(item.weight),
                "" if isinstance(item, TextItem) or item.critical is None else str(item.critical.at_least),
                _asked(item.applies_if, options.lang, questionnaire),
            ]
            for item in section.items
        ], right=[3, 4])  # fmt: skip
    return 0


def _asked(condition: object, language: str, questionnaire: Questionnaire) -> str:
    from compliance.domain.questionnaire import Condition

    return say_condition(speaker(language), condition, questionnaire) if isinstance(condition, Condition) else ""


def check(options: Namespace) -> int:
    """Run the gate on the named questionnaires, or on every version of all; 2 where one does not pass."""
    library = library_of(options)
    references = [library.newest(name) for name in options.names] or [
        f"{name}@{version}" for name in library.names() for version in library.versions(name)
    ]
    reports = [check_questionnaire(library, reference, today=options.today) for reference in references]
    for report in reports:
        _say_report(report)
    return 2 if any(report.problems for report in reports) else 0


def _say_report(report: GateReport) -> None:
    if report.problems:
        warn(f"{report.reference}: {len(report.problems)} to mend")
        for line in problem_lines(report.problems):
            warn(f"  {line}")
        return
    languages = f", in {', '.join(report.languages)} too" if report.languages else ""
    say(f"{report.reference}: passes ({report.items} items, {report.cases} golden cases, {report.state}{languages})")
    for share in report.critical_shares:
        say(f"  {share.item} passes from {share.percent} %")
    if report.unchecked:
        say(f"  Facts not yet confirmed by a person: {', '.join(report.unchecked)}")


def diff(options: Namespace) -> int:
    """What changed between two versions, the gravest first; with --answers what would happen to them."""
    library, old = _find(options, options.old)
    other, new = _find(options, options.new)
    if other.folder != library.folder:
        warn("Both versions must stand in one folder of questionnaires; use --questionnaires.")
        return 2
    stored = [(name, read_answers_file(Path(name), decisions_allowed=True).answers) for name in options.answers]
    comparison = compare_versions(library, old, new, stored=stored)
    _say_comparison(comparison)
    return 0


def _find(options: Namespace, name: str) -> tuple[Library, str]:
    """A version by name, or by its file: its folder's folder is then the library."""
    path = Path(name)
    if path.suffix == ".yaml" and path.is_file():
        return Library(path.resolve().parent.parent), f"{path.resolve().parent.name}@{path.stem}"
    library = library_of(options)
    return library, library.newest(name)


def _say_comparison(comparison: Comparison) -> None:
    say(f"From {comparison.old} to {comparison.new}: {comparison.kind}")
    for kind in CHANGE_CLASSES:
        changes = [change for change in comparison.changes if change.kind == kind]
        if changes:
            say(f"\n{HEADINGS[kind]}")
            for change in changes:
                say(f"  · {say_change(change)}")
    if not comparison.changes:
        say("Nothing changed.")
    carry = comparison.carry
    say(
        f"\nOf the answers to {comparison.old}: {len(carry.carried)} carry over, {len(carry.to_confirm)} are to be "
        f"confirmed, {len(carry.dropped)} are dropped. New items: {len(carry.added)}."
    )
    if comparison.fates:
        say()
        print_table(
            ["Assessment", "Carried", "To confirm", "Dropped", "To answer", "Outcome before", "Outcome after"],
            [
                [fate.name, str(fate.carried), str(fate.to_confirm), str(fate.dropped), str(fate.to_answer),
                 fate.before or "–", fate.after or "cannot be scored yet"]
                for fate in comparison.fates
            ],
            right=[1, 2, 3, 4],
        )  # fmt: skip


def form(options: Namespace) -> int:
    """Write the questionnaire as a printable form and as a blank spreadsheet."""
    from compliance.documents.form import draw_form
    from compliance.documents.form_sheet import blank_sheet

    library = library_of(options)
    reference = library.newest(options.name)
    questionnaire, reviewed = library.translated(reference, options.lang)
    stem = f"{questionnaire.questionnaire}-{questionnaire.version}-{options.lang}"
    published = library.is_published(reference)
    written = write_files(Path(options.output), {
        f"{stem}-form.pdf": draw_form(questionnaire, made_on=options.today, reviewed=reviewed, published=published),
        f"{stem}-form.xlsx": blank_sheet(questionnaire, reviewed=reviewed),
    })  # fmt: skip
    for path in written:
        say(str(path))
    return 0


def publish(options: Namespace) -> int:
    """Run the gate and write a version, or its new translations, into the lock."""
    library = library_of(options)
    reference = library.newest(options.name)
    try:
        version = publish_questionnaire(library, reference, today=options.today)
    except Refusal as refusal:
        print_refusal(refusal, name=reference)
        return 2
    say(f"{version.reference} is published; structure {version.structure}")
    for language, translation in version.translations.items():
        say(f"  {language}: revision {translation.revision}")
    return 0
