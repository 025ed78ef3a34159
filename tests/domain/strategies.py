"""Questionnaires and submissions out of chance: small, valid, and on both sides of every edge.

A submission is drawn for any questionnaire, a generated one or one that is shipped. Values lie at the boundaries of
steps, ages and wholes rather than anywhere. Decisions that do not fit their answers are taken out again.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
from hypothesis import strategies as st

from build import (
    TODAY,
    action,
    answered,
    choice,
    choice_fact,
    claimed,
    day,
    evidence,
    maturity,
    multiple,
    multiple_fact,
    number,
    number_fact,
    percentage,
    questionnaire,
    scoring,
    section,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.questionnaire import (
    EVIDENCE_LEVELS,
    PILLARS,
    ChoiceFact,
    ChoiceItem,
    Condition,
    DateItem,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    Questionnaire,
    TextItem,
    YesNoItem,
    compile_condition,
)
from compliance.domain.scoring import (
    Answer,
    Decision,
    EvidencePiece,
    Part,
    Scorer,
    Submission,
    SubmissionInvalid,
)
from compliance.errors import Problem
from compliance.intake.library import Library

SHIPPED = ("hospitality", "technology", "tour-operators", "tourism-activities", "transport")
LIBRARY = Path(__file__).parents[2] / "questionnaires"
FACTS = (
    yes_no_fact("pool"),
    number_fact("guards", {"fact": "pool", "is": "yes"}, min=1, max=30),
    yes_no_fact("night", {"all": [{"fact": "pool", "is": "yes"}, {"fact": "guards", "at_least": 2}]}),
    choice_fact("place", "inland", "coast", "island"),
    multiple_fact("services", "beds", "meals", "tours"),
    number_fact("workers", min=1, max=200),
)


@cache
def shipped(name: str) -> Scorer:
    return Scorer(Library(LIBRARY).load(f"{name}@1.0").questionnaire)


# Questionnaires

LEAVES = (
    {"fact": "pool", "is": "yes"},
    {"fact": "pool", "is": "no"},
    {"fact": "night", "is": "yes"},
    {"fact": "place", "in": ["coast", "island"]},
    {"fact": "services", "includes": "beds"},
    {"fact": "workers", "at_least": 5},
    {"fact": "guards", "at_most": 2},
)
CONDITIONS = st.sampled_from([
    *LEAVES,
    *({"not": leaf} for leaf in LEAVES),
    *({"all": [first, second]} for first, second in pairwise(LEAVES)),
    *({"any": [first, second]} for first, second in pairwise(LEAVES)),
    *({"not": {"all": [first, {"any": [second, {"not": first}]}]}} for first, second in pairwise(LEAVES)),
])  # fmt: skip
POINTS = st.integers(0, 100)
RISING = st.sampled_from([((0, 0), (50, 25), (80, 75), (95, 100)), ((0, 7), (33, 40), (34, 41)), ((0, 0), (100, 100))])
FALLING = st.sampled_from([((0, 100), (25, 0)), ((0, 100), (6, 70), (12, 33), (48, 0)), ((0, 80), (1, 0))])
ONE_ACTION = st.just((action(),))


@st.composite
def actions(draw):
    """One to three actions that never fall; the last reaches everything, as a rule."""
    reached = sorted(draw(st.lists(st.tuples(POINTS, st.sampled_from([0, 1])), max_size=2)))
    levels = sorted(level for _, level in reached)
    last = draw(st.sampled_from([(100, 1), (100, 1), (100, 1), (80, 1), (100, 0)]))
    effects = [*((points, level) for (points, _), level in zip(reached, levels, strict=True)), last]
    effects = [each for each in effects if each[0] <= last[0] and each[1] <= last[1]]
    return tuple(action(points, EVIDENCE_LEVELS[level], days=draw(st.integers(1, 4))) for points, level in effects)


@st.composite
def items(draw, name: str, plans: st.SearchStrategy = ONE_ACTION):
    kind = draw(st.sampled_from(["maturity", "yes_no", "choice", "multiple", "percentage", "of_fact", "number", "day"]))
    critical = draw(st.sampled_from([False] * 6 + [True, 25, 100]))
    common = {
        "weight": draw(st.sampled_from([1, 3, 5])),
        "critical": critical,
        "applies_if": draw(st.one_of(st.none(), st.none(), CONDITIONS)),
        "evidence": evidence("paper", "list", fresh_for=draw(st.sampled_from([1, 6, 24]))),
        "actions": draw(plans),
    }
    match kind:
        case "maturity":
            return maturity(name, **common)
        case "yes_no":
            return yes_no(name, good=draw(st.sampled_from(["yes", "no"])), **common)
        case "choice":
            points = draw(st.lists(POINTS, min_size=2, max_size=4))
            return choice(name, options={f"option_{n}": each for n, each in enumerate(points)}, **common)
        case "multiple":
            options = [f"option_{n}" for n in range(draw(st.integers(2, 7)))]
            must = draw(st.lists(st.sampled_from(options), unique=True, max_size=2))
            exclusive = draw(st.sampled_from([None, "none_of_these"]))
            return multiple(name, options=options, must_have=must, exclusive=exclusive, **common)
        case "percentage":
            may = "no" if critical else draw(st.sampled_from(["yes", "no"]))
            return percentage(name, may_be_none=may, steps=draw(RISING), **common)
        case "of_fact":
            return percentage(name, of_fact="workers", **common)
        case "number":
            falling = draw(st.booleans())
            never = "Never" if falling or draw(st.booleans()) else None
            direction = "lower_is_better" if falling else "higher_is_better"
            own = {"direction": direction, "steps": draw(FALLING if falling else RISING), "max": 400}
            return number(name, never=never, **own, **common)
        case _:
            return day(name, steps=draw(FALLING), **common)


@st.composite
def questionnaires(draw, *, most_items: int = 4, plans: st.SearchStrategy = ONE_ACTION) -> Questionnaire:
    """One to three sections of up to four items each, and a text now and then."""
    sections = []
    for index, name in enumerate(["GOV", "SUP", "REP"][: draw(st.integers(1, 3))]):
        count = draw(st.integers(1, most_items))
        parts = [draw(items(f"{name}-{number:02d}", plans)) for number in range(count)]
        if index == 0 and draw(st.booleans()):
            parts.append(text(f"{name}-99"))
        sections.append(section(name, *parts, pillar=draw(st.sampled_from(PILLARS))))
    rule = scoring(
        caps={"declared": draw(st.sampled_from([40, 40, 0, 60]))},
        met={"section_from_weight": draw(st.sampled_from([8, 8, 1]))},
    )
    return questionnaire(*sections, facts=FACTS, scoring=rule)


# Submissions


def facts_asked(asked: Questionnaire, profile) -> dict:
    """The facts of a profile that are asked."""
    known: dict = {}
    for fact in asked.facts:
        if fact.id in profile and (fact.asked_if is None or compile_condition(fact.asked_if)(known)):
            known[fact.id] = profile[fact.id]
    return known


def holds(condition: Condition | None, facts) -> bool:
    return condition is None or compile_condition(condition)(facts)


@st.composite
def profiles(draw, asked: Questionnaire) -> dict:
    """Every fact that is asked, and now and then one that is not."""
    profile: dict = {}
    for fact in asked.facts:
        if holds(fact.asked_if, facts_asked(asked, profile)) or draw(st.integers(0, 9)) == 5:
            profile[fact.id] = draw(fact_values(fact))
    return profile


def fact_values(fact) -> st.SearchStrategy:
    match fact:
        case NumberFact():
            edges = [fact.min, fact.min + 1, 2, 5, 6, 49, 50, 51, fact.max]
            return st.sampled_from([each for each in edges if fact.min <= each <= fact.max])
        case ChoiceFact():
            return st.sampled_from([option.id for option in fact.options])
        case MultipleFact():
            return st.lists(st.sampled_from([option.id for option in fact.options]), unique=True).map(tuple)
        case _:
            return st.sampled_from(["yes", "no"])


def months_before(months: int, as_of: date = TODAY) -> date:
    """The same day, so many months before; the day of `TODAY` exists in every month."""
    year, month = divmod(12 * as_of.year + as_of.month - 1 - months, 12)
    return as_of.replace(year=year, month=month + 1)


def values_of(item, facts) -> list:
    """Values of an item, those on both sides of every boundary among them."""
    match item:
        case MaturityItem():
            return [0, 1, 2, 3, 4]
        case YesNoItem():
            return ["yes", "no"]
        case ChoiceItem():
            return [option.id for option in item.options]
        case MultipleItem():
            options = [option.id for option in item.options]
            chosen = [tuple(options[:count]) for count in range(1, len(options) + 1)]
            chosen += [tuple(options[count:]) for count in range(1, len(options))]
            return [*chosen, *([item.must_have] if item.must_have else []),
                    *([(item.exclusive.id,)] if item.exclusive else [])]  # fmt: skip
        case PercentageItem():
            return _parts(item, facts)
        case NumberItem():
            edges = {0, item.max, *(edge for start, _ in item.steps for edge in (start - 1, start, start + 1))}
            return [*sorted(each for each in edges if 0 <= each <= item.max), *(["never"] if item.never else [])]
        case DateItem():
            ages = [start for start, _ in item.steps]
            days = [months_before(age) for age in ages] + [months_before(age).replace(day=22) for age in ages if age]
            return [*(each.isoformat() for each in days), "never"]
        case _:
            return ["Since May"]


def _parts(item: PercentageItem, facts) -> list[Part]:
    wholes = [facts.get(item.of_fact, 5)] if item.of_fact else [1, 7, 100]
    parts = []
    for whole in wholes:
        edges = {0, whole, *(-(-start * whole // 100) - less for start, _ in item.steps for less in (0, 1))}
        parts += [Part(each, None if item.of_fact else whole) for each in sorted(edges) if 0 <= each <= whole]
    return parts


def evidence_of(item, *, strong: bool) -> st.SearchStrategy[dict]:
    """The keys of an answer that say how it is shown: fresh, stale, by pieces or not at all."""
    if isinstance(item, TextItem):
        return st.just({})
    months = item.evidence.fresh_for_months
    fresh, stale = months_before(months).replace(day=22), months_before(months)
    if strong:
        return st.sampled_from([{"evidence": "documented"}, {"evidence": "documented", "evidence_on": fresh}])
    form = item.evidence.form or "record"
    expected = item.evidence.expected[0].id
    pieces = [EvidencePiece(form=form, dated_on=fresh, expected=expected), EvidencePiece(form=form, dated_on=stale)]
    return st.sampled_from([
        {}, {"evidence": "documented"}, {"evidence": "documented", "evidence_on": fresh},
        {"evidence": "documented", "evidence_on": stale}, {"pieces": tuple(pieces)}, {"pieces": tuple(pieces[1:])},
    ])  # fmt: skip


@st.composite
def answers_to(draw, item, facts, *, strong: bool = False) -> Answer:
    critical = not isinstance(item, TextItem) and item.critical is not None
    kinds = ["value"] if strong or critical or isinstance(item, TextItem) else ["value"] * 5 + ["claim"]
    if draw(st.sampled_from(kinds)) == "claim":
        none = isinstance(item, PercentageItem) and item.may_be_none == "yes" and draw(st.booleans())
        return answered(Part(0, 0)) if none else claimed()
    values = values_of(item, facts)
    if strong and not isinstance(item, TextItem):
        values = best_values(item, values, facts)
    return answered(draw(st.sampled_from(values)), **draw(evidence_of(item, strong=strong)))


def best_values(item, values: list, facts) -> list:
    """Those among an item's values that earn the most."""
    rule = Scorer(questionnaire(msgspec.structs.replace(item, applies_if=None))).items[0]
    whole = facts.get(rule.whole_fact, 5) if rule.whole_fact else None
    earned = [rule.points_of(value, whole, TODAY) for value in values]
    return [value for value, points in zip(values, earned, strict=True) if points == max(earned)]


@st.composite
def decisions_on(draw, answer: Answer, item, facts) -> Decision:
    more = {"on": TODAY, "reason": "Seen"}
    if answer.not_applicable is not None or answer.value == Part(0, 0):
        kinds = ["not_applicable_accepted", "not_applicable_refused", "needs_clarification"]
        return Decision(decision=draw(st.sampled_from(kinds)), **more)
    kind = draw(st.sampled_from(["upheld", "upheld", "lowered", "needs_clarification"]))
    if kind == "needs_clarification":
        return Decision(decision=kind, **more)
    level = draw(st.sampled_from(EVIDENCE_LEVELS))
    if kind == "upheld":
        return Decision(decision=kind, evidence=level, **more)
    return Decision(decision=kind, value=draw(st.sampled_from(values_of(item, facts))), evidence=level, **more)


@st.composite
def submissions(draw, scorer: Scorer, *, reviewed: bool | None = None) -> Submission:
    """A valid submission; reviewed in half of the cases, unless a test says."""
    asked = scorer.questionnaire
    profile = draw(profiles(asked))
    facts = facts_asked(asked, profile)
    names = st.sampled_from([item.id for item in asked.items])
    weak = draw(st.one_of(st.none(), st.sets(names, max_size=3), st.sets(names, max_size=3)))
    answers = {}
    for item in asked.items:
        if weak is not None and item.id not in weak:
            answers[item.id] = draw(answers_to(item, facts, strong=True))
        elif draw(st.integers(0, 9)) != 5:
            answers[item.id] = draw(answers_to(item, facts))
    made = Submission(as_of=TODAY, profile=profile, answers=answers, attested=draw(st.booleans()))
    if reviewed is False or (reviewed is None and draw(st.booleans())):
        return made
    decisions: dict[str, Decision] = {}
    for item in asked.scored_items:
        if item.id in answers and draw(st.booleans()):
            decisions[item.id] = draw(decisions_on(answers[item.id], item, facts))
    for fact in asked.facts:
        if draw(st.integers(0, 7)) == 5:
            value = draw(fact_values(fact))
            decisions[fact.id] = Decision(decision="fact_corrected", value=value, on=TODAY, reason="Seen")
    drawable = [*(item.id for item in asked.scored_items), *(fact.id for fact in asked.facts)]
    sample = draw(st.one_of(st.none(), st.lists(st.sampled_from(drawable), unique=True, max_size=4).map(tuple)))
    return fitting(scorer, msgspec.structs.replace(made, decisions=decisions, sample=sample))


def fitting(scorer: Scorer, made: Submission) -> Submission:
    """The submission without the decisions that do not fit it."""
    while problems := problems_of(scorer, made):
        assert all(problem.where.startswith("decisions.") for problem in problems), problems
        wrong = {problem.where.partition(".")[2] for problem in problems}
        kept = {name: each for name, each in made.decisions.items() if name not in wrong}
        made = msgspec.structs.replace(made, decisions=kept)
    return made


def problems_of(scorer: Scorer, made: Submission) -> tuple[Problem, ...]:
    try:
        scorer.check(made)
    except SubmissionInvalid as refusal:
        return refusal.problems
    return ()
