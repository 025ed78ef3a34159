"""What an operator runs beside the service: settings, migrations, the first log-in, the check of the journals."""

import re
from argparse import Namespace

from compliance.cli.journal_files import verify_export
from compliance.cli.printing import print_table, say, warn
from compliance.cli.starting import opened, reaching, settings_now
from compliance.errors import Invalid, NotFound, Problem
from compliance.settings import describe, make_data_folder
from compliance.store.engine import open_engine
from compliance.store.migrating import current_revision, differences, migrate, newest_revision
from compliance.usecases.founding import found_operator
from compliance.usecases.journal_checks import check_journals
from compliance.usecases.operator_people import take_second_factor_away_here

_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,189}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FAULTY = 1


class OperatorWrong(Invalid):
    """An operator needs a mail address, and a country if one is named."""

    code = "operator-wrong"


class NoSuchJournal(NotFound):
    """There is no such organisation."""

    code = "no-such-journal"


def show_settings(options: Namespace) -> int:
    """Print every setting with where it comes from."""
    del options
    rows = [(row.name, row.value_masked, row.origin, row.meaning) for row in describe(settings_now())]
    print_table(("Setting", "Value", "From", "Meaning"), rows)
    return 0


def migrate_database(options: Namespace) -> int:
    """Apply what is missing, or with --check say whether anything is."""
    settings = settings_now()
    make_data_folder(settings.data_dir)
    engine = open_engine(settings.database_url, pool_size=1)
    try:
        with reaching():
            before = current_revision(engine)
            if options.check:
                return _say_differences(before, [] if before is None else differences(engine))
            migrate(engine, to=options.to)
            after = current_revision(engine)
    finally:
        engine.dispose()
    say(f"{before or 'nothing'} → {after or 'nothing'}")
    return 0


def _say_differences(revision: str | None, found: list[object]) -> int:
    newest = newest_revision()
    if revision != newest:
        warn(f"The database has migration {revision or 'none'}; the newest is {newest}.")
        return FAULTY
    for each in found:
        warn(f"The tables differ from the schema: {each}")
    if not found:
        say(f"{newest}: the tables are as they should be.")
    return FAULTY if found else 0


def make_operator(options: Namespace) -> int:
    """Make somebody an operator, and print the link with which they choose a password."""
    problems = [] if _ADDRESS.fullmatch(options.email) else [Problem("operator-address", "EMAIL")]
    problems += [] if _COUNTRY.fullmatch(options.country) else [Problem("operator-country", "--country")]
    if problems:
        raise OperatorWrong(problems)
    settings = settings_now()
    name = options.name or options.email.partition("@")[0]
    with opened(settings) as parts, parts.desk.deed(writes=True) as deed:
        founding = found_operator(deed, email=options.email, name=name, country=options.country,
                                  language=settings.language)  # fmt: skip
    say(f"{options.email} is an operator of this service.")
    say(f"Choose a password within {founding.valid_minutes // 60} hours; the link works once:")
    say(f"  {founding.link}")
    return 0


def remove_second_factor(options: Namespace) -> int:
    """Take the second factor off an account, for whoever lost phone and recovery codes and can ask no operator."""
    with opened(settings_now()) as parts, parts.desk.deed(writes=True) as deed:
        person = take_second_factor_away_here(deed, email=options.email)
    say(f"{person.email} logs in with the password alone now, is logged out everywhere, and is told by mail.")
    if any(kind in ("operator", "regulator") for each in person.organisations for kind in each.kinds):
        say("At the next log-in the pages ask for a new second proof, before anything else.")
    return 0


def verify_journals(options: Namespace) -> int:
    """Check one organisation's journal, or all, or an export; exit status 1 when something is wrong."""
    if options.export is not None:
        return verify_export(options)
    if options.organisation and not _ID.fullmatch(options.organisation):
        raise NoSuchJournal([Problem("journal-unknown", "--organisation", {"id": options.organisation[:80]})])
    entries = organisations = faults = 0
    with opened(settings_now()) as parts:
        for check in check_journals(parts.desk.store, options.organisation):
            organisations += 1
            entries += check.entries
            faults += len(check.faults)
            for fault in check.faults:
                say(f"{check.organisation_id}\t{fault.position}\t{fault.kind}")
    if options.organisation and not organisations:
        raise NoSuchJournal([Problem("journal-unknown", "--organisation", {"id": options.organisation})])
    said = f"{organisations:,} journals with {entries:,} entries were read: "
    if faults:
        warn(f"{said}{faults:,} faults. Somebody or something changed them; find out before anything else.")
        return FAULTY
    say(f"{said}every one is whole.")
    return 0
