"""`compliance verify`: every step of a check in words, and what they come to as an exit status."""

import json
import re
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from compliance.cli.folders import library_of, write_files
from compliance.cli.printing import say
from compliance.cli.trusting import read_trusted, read_witness_keys
from compliance.cli.verify_sources import Gathered, VerifyArgumentsWrong, from_file, from_service, read_limited
from compliance.domain.certificate import number_is_valid
from compliance.errors import Problem
from compliance.usecases.verifying import (
    MOST_BUNDLE_BYTES,
    Lead,
    Sources,
    State,
    Verdict,
    check,
    find_lead,
    printable,
    say_step,
    say_verdict,
)
from compliance.words import Speaker, speaker

EXIT: Mapping[State, int] = {"held": 0, "false": 1, "not_established": 3}
"""By the state of a verdict, which is never `not_asked`."""
_WITHOUT_SCHEME = re.compile(r"[\w.-]+(?::[0-9]+)?/(?:certificates|badges)/\S+")


def verify(options: Namespace) -> int:
    """Check a certificate. 0: everything that had to be proved held. 1: something is false. 3: something could not be established."""
    at = datetime.now(tz=UTC)
    presented = _presented(options.what)
    known = None if options.trust is None else read_trusted(options.trust)
    witnesses = [key for given in options.witness for key in read_witness_keys(given)]
    witnesses += () if known is None else known.witnesses
    receipt = None if options.recompute is None else read_limited(Path(options.recompute), MOST_BUNDLE_BYTES)
    gathered = _gather(options, find_lead(presented, at=at))
    library = library_of(options) if options.questionnaires is not None else None
    sources = replace(
        gathered.sources, witnesses=tuple(witnesses), library=library,
        least_sequence=0 if known is None else known.sequence,
    )  # fmt: skip

    verdict = check(presented, sources, at=at, trusted=None if known is None else known.fingerprint, receipt=receipt)

    if options.bundle is not None:
        _keep(options.bundle, gathered)
    if options.json:
        say(json.dumps(_document(verdict, speaker(options.lang)), ensure_ascii=False))
    else:
        _say(verdict, speaker(options.lang))
    return EXIT[verdict.state]


def _presented(what: str) -> bytes | str:
    """The content of a file of that name; else the number or address that it is."""
    path = Path(what)
    if path.is_file():
        return read_limited(path, MOST_BUNDLE_BYTES)
    if _WITHOUT_SCHEME.fullmatch(what):
        return f"https://{what}"
    if "://" in what or not any(sign in what for sign in "/\\."):
        return what
    return read_limited(path, MOST_BUNDLE_BYTES)  # which says why it cannot be read


def _gather(options: Namespace, lead: Lead) -> Gathered:
    if options.bundled is not None:
        return from_file(Path(options.bundled))
    base_url = options.service.rstrip("/") if options.service is not None else lead.base_url
    if options.offline:
        return Gathered(sources=Sources(base_url=base_url or ""))
    if base_url is None and lead.number is None:
        return Gathered(sources=Sources(base_url=""))  # it cannot be read, and that will be said
    if lead.number is not None and not number_is_valid(lead.number):
        return Gathered(sources=Sources(base_url=base_url or ""))  # mistyped: nobody need be asked
    if base_url is None:
        raise VerifyArgumentsWrong([Problem("verify-service-unnamed", "--service")])
    return from_service(base_url, lead.number)


def _keep(name: str, gathered: Gathered) -> None:
    if gathered.bundle is None:
        raise VerifyArgumentsWrong([Problem("verify-no-bundle", "--bundle")])
    path = Path(name)
    write_files(path.parent, {path.name: gathered.bundle})


def _say(verdict: Verdict, speaks: Speaker) -> None:
    claim = verdict.claim
    if claim is not None:
        pinned = claim.questionnaire
        say(
            f"{claim.number} · {printable(claim.holder.name)} ({claim.holder.country}) · {pinned.name}@{pinned.version}"
        )
        say(f"  {speaks.say(f'assurance-{claim.assurance}-says')}")
        say()
    for number, step in enumerate(verdict.steps, 1):
        said = say_step(speaks, step)
        say(f"{number:2}. {said.title}: {said.state.upper()}")
        say(f"    {said.sentence}")
    say()
    say(say_verdict(speaks, verdict))


def _document(verdict: Verdict, speaks: Speaker) -> dict[str, object]:
    steps: list[dict[str, object]] = []
    for number, step in enumerate(verdict.steps, 1):
        said = say_step(speaks, step)
        steps.append({
            "number": number, "step": step.code, "state": step.state, "finding": step.finding,
            "facts": dict(step.facts), "title": said.title, "says": said.sentence,
        })  # fmt: skip
    return {
        "verdict": verdict.state, "at": verdict.at.isoformat(timespec="seconds"), "issuer": verdict.base_url,
        "root": verdict.fingerprint, "claim": msgspec.to_builtins(verdict.claim), "steps": steps,
    }  # fmt: skip
