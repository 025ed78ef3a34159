"""The arguments of every command, each with an example. Commands are imported when they run."""

import argparse
import importlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from compliance import __version__

Run = Callable[[argparse.Namespace], int]


class Commands(Protocol):
    """What `add_subparsers` gives: a place to add commands."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:  # argparse's own
        """Add one command."""
        ...


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse a command line; `run` holds the function of the command."""
    parser = argparse.ArgumentParser(
        prog="compliance",
        description="Check how well a business in travel and tourism protects children from sexual exploitation.",
    )
    parser.add_argument("--version", action="version", version=f"compliance {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _assess(commands)
    _questionnaires(commands)
    _kit(commands)
    _glossary(commands)
    _service(commands)
    _backups(commands)
    _keys(commands)
    _verify(commands)
    _log(commands)
    _demo(commands)
    return parser.parse_args(arguments)


def _command(commands: Commands, name: str, says: str, example: str, run: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=says,
        description=says,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module, _, function = run.partition(":")
    parser.set_defaults(run=_later(module, function))
    return parser


def _later(module: str, function: str) -> Run:
    def run(options: argparse.Namespace) -> int:
        return int(getattr(importlib.import_module(f"compliance.cli.{module}"), function)(options))

    return run


def _library_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--questionnaires",
        metavar="DIR",
        help="a folder of questionnaires instead of the ones that come with compliance",
    )


def _assess(commands: Commands) -> None:
    parser = _command(
        commands, "assess", "Score answers files and write report, plan and result.",
        "compliance assess examples/hotel-first-try.yaml -o out", "assess:assess",
    )  # fmt: skip
    parser.add_argument(
        "answers",
        nargs="+",
        metavar="ANSWERS",
        help="answers files (YAML, JSON or our spreadsheet); - reads standard input",
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="write the documents there (with several files: DIR/<name>/)"
    )
    parser.add_argument(
        "--lang", metavar="LANGUAGE", default="en", help="language of the documents: en (default) or km"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each file")
    parser.add_argument("--decisions", action="store_true", help="read reviewers' decisions and samples too")
    _library_option(parser)


_QUESTIONNAIRE_COMMANDS = {
    "list": ("List the questionnaires.", "list", "questionnaires:list_all"),
    "show": ("Show one questionnaire.", "show hospitality --lang km", "questionnaires:show"),
    "check": ("Run the publishing gate.", "check hospitality", "questionnaires:check"),
    "diff": ("Say what changed between two versions.", "diff core@1.0 core@1.1", "questionnaires:diff"),
    "form": (
        "Write the printable form and the blank spreadsheet.",
        "form hospitality --lang km -o out",
        "questionnaires:form",
    ),
    "publish": (
        "Run the gate and write a version into published.lock.",
        "publish hospitality",
        "questionnaires:publish",
    ),
    "review": (
        "Write a translation side by side for a reviewer, or bring corrections back.",
        "review hospitality km --apply review.xlsx --by 'Sok Dara'",
        "reviewing:review",
    ),
}


def _questionnaires(commands: Commands) -> None:
    parser = commands.add_parser(
        "questionnaires", help="List, show, check, compare, print, publish and review questionnaires."
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    made = {
        name: _command(inner, name, says, f"compliance questionnaires {example}", run)
        for name, (says, example, run) in _QUESTIONNAIRE_COMMANDS.items()
    }
    for each in made.values():
        _library_option(each)
    for name in ("show", "form", "publish", "review"):
        made[name].add_argument("name", metavar="NAME", help="a questionnaire, as hospitality or hospitality@1.0")
    for name in ("show", "form"):
        made[name].add_argument("--lang", metavar="LANGUAGE", default="en", help="en (default) or km")
    _questionnaires_options(made["check"], made["diff"], made["form"], made["review"])


def _questionnaires_options(
    check: argparse.ArgumentParser,
    diff: argparse.ArgumentParser,
    form: argparse.ArgumentParser,
    review: argparse.ArgumentParser,
) -> None:
    check.add_argument("names", nargs="*", metavar="NAME", help="questionnaires; without a name, all of them")
    diff.add_argument("old", metavar="OLD", help="as core@1.0, or a file")
    diff.add_argument("new", metavar="NEW", help="as core@1.1, or a file")
    diff.add_argument(
        "--answers", nargs="*", default=[], metavar="FILE", help="stored assessments: what would happen to them"
    )
    form.add_argument("-o", "--output", metavar="DIR", default=".", help="where to write (default: here)")
    review.add_argument("language", metavar="LANGUAGE", help="the translation, as km")
    review.add_argument("-o", "--output", metavar="FILE", help="the spreadsheet to write")
    review.add_argument("--apply", metavar="FILE", help="a corrected spreadsheet to bring back")
    review.add_argument("--by", metavar="NAME", help="who reviewed it, all of it")


def _kit(commands: Commands) -> None:
    parser = _command(commands, "kit", "Write the starter kit: templates, staff notice, wallet cards.",
                      "compliance kit --country KH --lang km -o kit", "kit:kit")  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="DIR", default="starter-kit", help="where to write (default: starter-kit)"
    )
    parser.add_argument("--lang", metavar="LANGUAGE", default="en", help="en (default) or km")
    parser.add_argument(
        "--country", metavar="CODE", default="", help="two letters, as KH: whose reporting channels are printed"
    )
    _library_option(parser)


def _glossary(commands: Commands) -> None:
    parser = commands.add_parser("glossary", help="Find terms about abuse to avoid, and the better ones.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = _command(inner, "check", "Find terms to avoid in text, Markdown or questionnaires.",
                     "compliance glossary check README.md policy.txt", "glossary:check")  # fmt: skip
    check.add_argument("files", nargs="+", metavar="FILE", help="text files; - reads standard input")
    _library_option(check)


def _service(commands: Commands) -> None:
    serve = _command(commands, "serve", "Run the service until it is told to stop.",
                     "compliance serve --port 8080", "serve:serve")  # fmt: skip
    serve.add_argument("--host", metavar="ADDRESS", help="where to listen, in place of COMPLIANCE_HOST")
    serve.add_argument("--port", metavar="PORT", help="in place of COMPLIANCE_PORT; 0 takes any free one")
    _command(commands, "worker", "Do the service's jobs (mail, reminders, scans) until told to stop.",
             "compliance worker", "serve:work")  # fmt: skip
    _command(commands, "settings", "Print every setting with its origin, or every problem with them.",
             "compliance settings", "operate:show_settings")  # fmt: skip
    migrate = _command(commands, "migrate", "Bring the database to the newest migration.",
                       "compliance migrate --check", "operate:migrate_database")  # fmt: skip
    migrate.add_argument("--to", metavar="NUMBER", default="head", help="as far as this migration, as 0001")
    migrate.add_argument(
        "--check", action="store_true", help="change nothing; say whether the tables are as they must be"
    )
    admin = _command(commands, "admin", "Make somebody an operator, and print a link to choose a password.",
                     "compliance admin you@example.org --name 'Sok Dara'", "operate:make_operator")  # fmt: skip
    admin.add_argument("email", metavar="EMAIL", help="the mail address that they sign in with")
    admin.add_argument("--name", metavar="NAME", help="their name (default: what stands before the @)")
    admin.add_argument("--country", metavar="CODE", default="ZZ",
                       help="where the operator is, as KH; used with the first operator only (default: ZZ, not said)")  # fmt: skip
    _second_factor(commands)
    _journal(commands)


def _second_factor(commands: Commands) -> None:
    parser = commands.add_parser("second-factor", help="Help somebody who lost phone and recovery codes.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    remove = _command(inner, "remove", "Take the second factor off an account; its person is told by mail.",
                      "compliance second-factor remove you@example.org", "operate:remove_second_factor")  # fmt: skip
    remove.add_argument("email", metavar="EMAIL", help="the mail address that they sign in with")


def _journal(commands: Commands) -> None:
    parser = commands.add_parser("journal", help="Check that no journal was changed.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = _command(inner, "verify", "Read journals from end to end, and name every entry that is not as written.",
                      "compliance journal verify --all", "operate:verify_journals")  # fmt: skip
    which = verify.add_mutually_exclusive_group()
    which.add_argument("--organisation", metavar="ID", help="one organisation's journal")
    which.add_argument("--all", action="store_true", help="every journal (the default)")
    which.add_argument(
        "--export", metavar="FILE", help="a journal as an organisation has exported it; asks no database"
    )
    verify.add_argument("--keys", metavar="FILE",
                        help="with --export: the issuer's list of keys, for who signed the public log")  # fmt: skip


def _backups(commands: Commands) -> None:
    backup = _command(commands, "backup", "Write a backup of database and evidence while the service runs.",
                      "compliance backup /backup/2026-11-22", "backups:backup")  # fmt: skip
    backup.add_argument("folder", metavar="DIR", help="a new folder; with --verify, one with a backup")
    backup.add_argument("--verify", action="store_true", help="write nothing; read a backup to the last byte")
    restore = _command(commands, "restore", "Put a backup into an empty database and an empty evidence store.",
                       "compliance restore /backup/2026-11-22", "backups:restore")  # fmt: skip
    restore.add_argument("folder", metavar="DIR", help="the folder with the backup")


_KEY_COMMANDS = {
    "new": ("Make the root and a key for each purpose.", "new --root /media/offline/root.pem", "keys:new"),
    "list": ("Print every key there ever was, and the fingerprint of the root.", "list", "keys:list_keys"),
    "rotate": (
        "Make the next key of a purpose; the one before stays in use until it is retired.",
        "rotate credentials --root /media/offline/root.pem",
        "keys:rotate",
    ),
    "retire": (
        "Say that a key signs nothing more; what it signed stays good.",
        "retire credentials-1 --root /media/offline/root.pem",
        "keys:retire",
    ),
    "compromised": (
        "Say that somebody else may have a key, and since which leaf of the log it is not believed.",
        "compromised credentials-1 --since-leaf 4711 --root /media/offline/root.pem",
        "keys:compromised",
    ),
    "export-public": (
        "Write the signed list of keys and the root certificate for PDFs, which everybody may have.",
        "export-public -o public",
        "keys:export_public",
    ),
}


def _keys(commands: Commands) -> None:
    parser = commands.add_parser("keys", help="Make, list, rotate and revoke the keys that sign certificates.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    made = {
        name: _command(inner, name, says, f"compliance keys {example}", run)
        for name, (says, example, run) in _KEY_COMMANDS.items()
    }
    for name in ("new", "rotate", "retire", "compromised"):
        made[name].add_argument("--root", metavar="FILE", required=name != "new",
                                help="the root's file (new: where it is made; default: in the folder of the keys)")  # fmt: skip
        made[name].add_argument("--root-passphrase-file", metavar="FILE",
                                help="a file with the root's own passphrase (default: that of the keys)")  # fmt: skip
    made["new"].add_argument("--name", metavar="NAME", help="who signs (default: COMPLIANCE_OPERATOR_NAME)")
    made["rotate"].add_argument("purpose", metavar="PURPOSE", choices=("credentials", "status", "checkpoints", "pdf"),
                                help="credentials, status, checkpoints or pdf")  # fmt: skip
    for name in ("retire", "compromised"):
        made[name].add_argument("key", metavar="KEY", help="its name, as credentials-1")
        made[name].add_argument("--on", metavar="DAY", help="as 2026-11-22 (default: today)")
    made["compromised"].add_argument("--since-leaf", metavar="N", type=int, required=True,
                                     help="the first leaf of the log that is not believed any more")  # fmt: skip
    made["export-public"].add_argument(
        "-o", "--output", metavar="DIR", default=".", help="where to write (default: here)"
    )


def _verify(commands: Commands) -> None:
    parser = _command(commands, "verify", "Check a certificate, step by step: its file, its number or its address.",
                      "compliance verify certificate.pdf --trust root-fingerprint.txt", "verify:verify")  # fmt: skip
    parser.add_argument("what", metavar="FILE|NUMBER|ADDRESS",
                        help="a credential (JSON), a signed PDF, a badge (JSON), a number as CP-7QF4-M2XF, or the address "
                        "that its code leads to")  # fmt: skip
    parser.add_argument("--service", metavar="ADDRESS",
                        help="the issuer's address, as https://check.example.org; needed for a number alone")  # fmt: skip
    parser.add_argument("--trust", metavar="FILE|FINGERPRINT",
                        help="the fingerprint of the issuer's root that you have from elsewhere, or a file with it (and, in "
                        "further lines, keys of witnesses), or a list of keys of that root")  # fmt: skip
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--with", metavar="BUNDLE", dest="bundled", help="check without a network, with this bundle")
    source.add_argument("--offline", action="store_true", help="check without a network and without a bundle")
    source.add_argument("--bundle", metavar="FILE", help="keep what was fetched, for checking without a network later")
    parser.add_argument("--recompute", metavar="RECEIPT", help="compute the result again from this receipt (JSON)")
    parser.add_argument("--witness", metavar="KEY|FILE", action="append", default=[],
                        help="the verifier key of a witness that must have signed the log, as you have it from the witness, "
                        "or a file with such keys; may be repeated")  # fmt: skip
    parser.add_argument("--lang", metavar="LANGUAGE", default="en", help="en (default) or km")
    parser.add_argument("--json", action="store_true", help="print the steps as JSON")
    _library_option(parser)


_LOG_COMMANDS = {
    "verify": (
        "Read a whole log, and compare every entry with its signed checkpoint.",
        "verify https://check.example.org",
        "log:verify",
    ),
    "mirror": (
        "Copy a log into a folder, checked, so that any web server can serve it further.",
        "mirror https://check.example.org /srv/mirror",
        "log:mirror",
    ),
    "monitor": (
        "Hold the newest checkpoint of a log against the last one seen, and shout if it was rewritten.",
        "monitor https://check.example.org /var/lib/log-monitor",
        "log:monitor",
    ),
    "export": ("Write the log of this service as files, from its database.", "export /srv/mirror", "log:export"),
}


def _log(commands: Commands) -> None:
    parser = commands.add_parser("log", help="Verify, mirror, watch or export the transparency log.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    made = {
        name: _command(inner, name, says, f"compliance log {example}", run)
        for name, (says, example, run) in _LOG_COMMANDS.items()
    }
    for name in ("verify", "mirror", "monitor"):
        made[name].add_argument("log", metavar="ADDRESS|FOLDER",
                                help="the issuer's address, that of a mirror, or a folder with its files")  # fmt: skip
        made[name].add_argument("--trust", metavar="FILE|FINGERPRINT",
                                help="the fingerprint of the issuer's root that you have from elsewhere, or a file with "
                                "it, or a list of keys of that root")  # fmt: skip
        made[name].add_argument("--origin", metavar="NAME",
                                help="of which log it must be, as check.example.org (default: that of the address)")  # fmt: skip
    for name in ("mirror", "monitor", "export"):
        made[name].add_argument("folder", metavar="DIR", help="where it is kept; used again the next time")


def _demo(commands: Commands) -> None:
    demo = _command(commands, "demo", "Make an invented world to look around in, and print its log-ins.",
                    "compliance demo --serve", "demo:demo")  # fmt: skip
    demo.add_argument("--large", action="store_true", help="forty businesses in place of eight")
    demo.add_argument("--serve", action="store_true", help="run the service on it afterwards")
    demo.add_argument("--port", type=int, metavar="PORT", default=8000,
                      help="of the service (default: 8000); a world that was made for another one is made anew")  # fmt: skip
    demo.add_argument("--data-dir", metavar="DIR", default="compliance-demo",
                      help="where it is made; a folder of its own (default: compliance-demo)")  # fmt: skip
    demo.add_argument("--again", action="store_true", help="make it anew, ending today; what was done in it is lost")
