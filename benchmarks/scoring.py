"""How many submissions a second are scored, beside what merely decoding them costs and beside SurveyJS survey-core.

    python benchmarks/scoring.py [--tiny]

One process for each row, asked for rounds in turn (A B C A B C …), so that a slow minute is slow for all of them.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import msgspec
from generated import make_questionnaire, make_submissions
from survey_core import find_command, scoring_of, translated
from tables import peak_mb, print_table

from compliance.domain.questionnaire import Questionnaire
from compliance.domain.scoring import Scorer, Submission

LEAST_OF_DECODE, LEAST_OF_PEER = 0.4, 60
WARM_UP = 50
"""Submissions handled before anything is timed."""


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    items: int = 150
    conditions: int = 60
    submissions: int = 500
    rounds: int = 5


TINY = Size(items=30, conditions=12, submissions=10, rounds=2)


class Round(msgspec.Struct):
    """What a worker answers; totals are [valid, points, weight] for each submission, where it scores."""

    seconds: float = 0
    totals: list[tuple[bool, int, int]] = []
    rss_kb: int = 0


class Worker:
    """A subprocess that is handed its load once and then asked for rounds."""

    def __init__(self, command: list[str], load: object) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._ask(load)
        self._ask({"from": 0, "to": WARM_UP})
        self.rates: list[float] = []
        self.rss_kb = 0

    def measure(self, start: int, end: int) -> Round:
        """One pass over some of the submissions."""
        done = self._ask({"from": start, "to": end})
        self.rates.append((end - start) / done.seconds)
        self.rss_kb = done.rss_kb
        return done

    def close(self) -> None:
        """Let the process end by itself."""
        self._process.communicate()

    def _ask(self, question: object) -> Round:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(question) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            msg = f"this worker died: {self._process.args}"
            raise RuntimeError(msg)
        return msgspec.json.decode(line, type=Round)


def work(kind: str) -> None:
    """Be the worker `decode` or `score`: answer rounds until standard input ends."""
    load = msgspec.json.decode(sys.stdin.buffer.readline())
    questionnaire = msgspec.convert(load["questionnaire"], Questionnaire)
    submissions = [text.encode() for text in load["submissions"]]
    decode = msgspec.json.Decoder(Submission).decode
    scorer = Scorer(questionnaire)

    def decode_and_score(raw: bytes) -> object:
        return scorer.score(decode(raw))

    deed: Callable[[bytes], object] = decode if kind == "decode" else decode_and_score
    _reply(Round())
    for line in sys.stdin.buffer:
        asked = msgspec.json.decode(line)
        part = submissions[asked["from"] : asked["to"]]
        start = time.perf_counter()
        for raw in part:
            deed(raw)
        seconds = time.perf_counter() - start
        totals = [] if kind == "decode" else [_total(scorer, decode(raw)) for raw in part]
        _reply(Round(seconds, totals, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def _total(scorer: Scorer, submission: Submission) -> tuple[bool, int, int]:
    declared = scorer.score(submission).total.declared
    return (True, declared.points, declared.weight) if declared else (True, 0, 0)


def _reply(answer: Round) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def measure(size: Size) -> None:
    """Run all rounds and print the table."""
    questionnaire = make_questionnaire(items=size.items, conditions=size.conditions)
    submissions = make_submissions(questionnaire, size.submissions)
    texts = [raw.decode() for raw in submissions]
    command, why_not = find_command()
    ours = {"questionnaire": questionnaire, "submissions": texts}
    here = [sys.executable, str(Path(__file__).resolve()), "--worker"]
    decoding, scoring = Worker([*here, "decode"], ours), Worker([*here, "score"], ours)
    theirs = {"survey": translated(questionnaire), "items": scoring_of(questionnaire), "submissions": texts}
    peer = Worker(command, theirs) if command else None
    agreeing = 0
    part = size.submissions // size.rounds
    for number in range(size.rounds):
        decoding.measure(0, size.submissions)
        totals = scoring.measure(0, size.submissions).totals
        if peer:  # it is slow: each round another part of the submissions, all of them in the end
            first, last = number * part, (number + 1) * part
            found = peer.measure(first, last).totals
            agreeing += sum(one == other for one, other in zip(totals[first:last], found, strict=True))
    for worker in (decoding, scoring, peer):
        if worker:
            worker.close()
    size_kb = sum(map(len, submissions)) / len(submissions) / 1000
    _print(size, (decoding, scoring, peer), size_kb, agreeing, why_not)


def _print(
    size: Size, workers: tuple[Worker, Worker, Worker | None], size_kb: float, agreeing: int, why_not: str
) -> None:
    decoding, scoring, peer = workers
    names = ("msgspec decode alone", "decode + score", "SurveyJS survey-core")
    rows = [_row(name, each, decoding, peer) for name, each in zip(names, workers, strict=True) if each]
    of_decode = _ratio(scoring, decoding)
    remarks = [
        (
            f"{size.items} items, {size.conditions} conditions, {size.submissions} submissions of {size_kb:.1f} KB; "
            f"median of {size.rounds} interleaved rounds"
        ),
        f"Target: decode + score at least {LEAST_OF_DECODE} of decode alone: {_verdict(of_decode, LEAST_OF_DECODE)}",
    ]
    if peer:
        of_peer = _ratio(scoring, peer)
        remarks.append(f"Target: at least {LEAST_OF_PEER} × survey-core: {_verdict(of_peer, LEAST_OF_PEER)}")
        remarks.append(f"survey-core: declared totals equal for {agreeing} of {size.submissions} submissions; "
                       "it scores the declared total only, without evidence, item scores or reasons")  # fmt: skip
    else:
        remarks.append(f"survey-core not measured: {why_not}")
    print_table("Scoring", ["", "submissions/s", "of decode alone", "of survey-core", "peak memory"], rows, remarks)


def _row(name: str, worker: Worker, decoding: Worker, peer: Worker | None) -> list[str]:
    of_peer = f"{_ratio(worker, peer):.1f} ×" if peer else "–"
    of_decode = f"{_ratio(worker, decoding):.3f}"
    return [name, f"{median(worker.rates):,.0f}", of_decode, of_peer, peak_mb(worker.rss_kb)]


def _ratio(one: Worker, other: Worker) -> float:
    """The median of the rounds' ratios: what drifts between rounds drops out."""
    return median(mine / its for mine, its in zip(one.rates, other.rates, strict=True))


def _verdict(reached: float, wanted: float) -> str:
    return f"{reached:.2f}, {'reached' if reached >= wanted else 'NOT reached'}"


if __name__ == "__main__":
    if "--worker" in sys.argv:
        work(sys.argv[-1])
    else:
        measure(TINY if "--tiny" in sys.argv else Size())
