"""Results in words: reasons, item scores, values and conditions, each figure with where it comes from."""

from msgspec import UNSET

from compliance.domain.questionnaire import (
    ChoiceFact,
    ChoiceItem,
    Condition,
    DateItem,
    Fact,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    Questionnaire,
    ScoredItem,
    leaves,
    parts_of,
)
from compliance.domain.scoring import (
    NEVER,
    Answer,
    CriticalReason,
    FactValue,
    ItemScore,
    Part,
    PillarReason,
    Reason,
    SectionReason,
    Share,
    TotalReason,
    Value,
)
from compliance.words.speaker import Speaker


def say_reason(speaker: Speaker, reason: Reason, questionnaire: Questionnaire) -> str:
    """One reason against `met`, with item and section named in words."""
    match reason:
        case CriticalReason():
            lacks_only_evidence = reason.points >= reason.needed
            return speaker.say(
                "reason-critical-evidence" if lacks_only_evidence else "reason-critical",
                item=reason.item,
                points=reason.points,
                needed=reason.needed,
                level=speaker.say(f"level-{reason.level}"),
                level_needed=speaker.say(f"level-{reason.level_needed}"),
            )
        case SectionReason():
            title = next((each.title for each in questionnaire.sections if each.id == reason.section), "")
            named = f"{reason.section} ({title})"
            return speaker.say("reason-section", section=named, percent=_percent(reason), needed=reason.needed)
        case PillarReason():
            named = speaker.say(f"pillar-{reason.pillar}")
            return speaker.say("reason-pillar", pillar=named, percent=_percent(reason), needed=reason.needed)
        case TotalReason():
            if reason.points is None or not reason.weight:
                return speaker.say("reason-total-nothing", needed=reason.needed)
            percent = Share(reason.points, reason.weight).percent
            return speaker.say("reason-total", percent=percent, needed=reason.needed)


def _percent(reason: SectionReason | PillarReason) -> str:
    return Share(reason.points, reason.weight).percent


def say_blocks(speaker: Speaker, reason: Reason) -> str:
    """Which outcomes a reason keeps the result from."""
    return speaker.say("blocks-both" if "approaching" in reason.blocks else "blocks-met")


def say_item_score(speaker: Speaker, item: ScoredItem, score: ItemScore, questionnaire: Questionnaire) -> list[str]:
    """Why an item earned what it earned: points, cap, critical threshold; one sentence each."""
    if score.state == "not_asked":
        return [_say_not_asked(speaker, score, questionnaire)]
    if score.state == "not_applicable":
        return [speaker.say("item-claim-accepted" if score.claim == "accepted" else "item-claim-pending")]
    said = [_say_points(speaker, score, questionnaire)]
    if item.critical is not None:
        key = "item-critical-passed" if score.critical == "passed" else "item-critical-failed"
        said.append(speaker.say(key, needed=item.critical.at_least))
    return said


def _say_points(speaker: Speaker, score: ItemScore, questionnaire: Questionnaire) -> str:
    if score.state == "unanswered":
        return speaker.say("item-unanswered")
    said = speaker.say_count("item-answered", score.points, points=score.points)
    if score.found_points != score.points:
        said = speaker.say("item-lowered", found_points=score.found_points, points=score.points)
    level = speaker.say(f"level-{score.level}")
    capped = score.assured_points != score.found_points
    cap = getattr(questionnaire.scoring.caps, str(score.level))
    key = "item-capped" if capped else "item-uncapped"
    counted = score.assured_points if not capped else None
    facts = {"assured": score.assured_points, "found": score.found_points, "cap": cap, "level": level}
    why = speaker.say_count(key, counted, **facts)
    return f"{said} {why[0].upper()}{why[1:]}"


def _say_not_asked(speaker: Speaker, score: ItemScore, questionnaire: Questionnaire) -> str:
    because = score.because
    if because is UNSET:
        return ""
    fact = next(each for each in questionnaire.facts if each.id == because.fact)
    if because.is_ is None:
        return speaker.say("not-asked-absent", fact=fact.text)
    return speaker.say("not-asked", fact=fact.text, value=say_fact_value(speaker, fact, because.is_))


def standing_alone(said: str) -> str:
    """Words that stand alone rather than in a sentence: with a large first letter, where the script has large ones."""
    return said[:1].upper() + said[1:]


def say_fact_value(speaker: Speaker, fact: Fact, value: FactValue) -> str:
    """The value of a fact in words."""
    match fact:
        case NumberFact():
            return speaker.say_count("with-unit", value, number=value, unit=fact.unit)
        case ChoiceFact() | MultipleFact():
            texts = {option.id: option.text for option in fact.options}
            chosen = value if isinstance(value, tuple) else (value,)
            return ", ".join(texts.get(str(each), str(each)) for each in chosen) or speaker.say("none-chosen")
        case _:
            return speaker.say(str(value)) if value in ("yes", "no") else str(value)


def say_answer(speaker: Speaker, item: ScoredItem, answer: Answer, profile: dict[str, FactValue]) -> str:
    """What was answered, in words; a claim by its reason."""
    if answer.not_applicable is not None:
        return answer.not_applicable
    return "" if answer.value is UNSET else say_value(speaker, item, answer.value, profile)


def say_value(speaker: Speaker, item: ScoredItem, value: Value, profile: dict[str, FactValue]) -> str:
    """The value of an item in words."""
    if value == NEVER and isinstance(item, NumberItem | DateItem):
        return item.never or speaker.say("never")
    match item:
        case MaturityItem() if isinstance(value, int) and 0 <= value < len(item.levels):
            return speaker.say("level-number", number=value, text=item.levels[value])
        case ChoiceItem() | MultipleItem():
            return _say_options(speaker, item, value)
        case PercentageItem() if isinstance(value, Part):
            whole = profile.get(item.of_fact, value.of) if item.of_fact else value.of
            return speaker.say("part-of", part=value.is_, whole=whole)
        case NumberItem():
            return speaker.say_count("with-unit", value, number=value, unit=item.unit)
        case _:
            return speaker.say(str(value)) if value in ("yes", "no") else str(value)


def _say_options(speaker: Speaker, item: ChoiceItem | MultipleItem, value: Value) -> str:
    texts = {option.id: option.text for option in item.options}
    if isinstance(item, MultipleItem) and item.exclusive is not None:
        texts[item.exclusive.id] = item.exclusive.text
    chosen = value if isinstance(value, tuple) else (value,)
    return "; ".join(texts.get(str(each), str(each)) for each in chosen) or speaker.say("none-chosen")


def say_condition(speaker: Speaker, condition: Condition, questionnaire: Questionnaire) -> str:
    """A condition in words: what must have been said to which fact or item."""
    if condition.not_ is not UNSET:
        return speaker.say("condition-not", condition=say_condition(speaker, condition.not_, questionnaire))
    inner = parts_of(condition)
    if inner:
        joint = speaker.say("condition-all" if condition.all_ is not UNSET else "condition-any")
        said = [say_condition(speaker, part, questionnaire) for part in inner]
        return joint.join(f"({text})" if len(list(leaves(part))) > 1 else text
                          for text, part in zip(said, inner, strict=True))  # fmt: skip
    return _say_comparison(speaker, condition, questionnaire)


def _say_comparison(speaker: Speaker, leaf: Condition, questionnaire: Questionnaire) -> str:
    texts = {part.id: part.text for part in (*questionnaire.facts, *questionnaire.items)}
    named = next(each for each in (leaf.fact, leaf.answer, leaf.answered) if each is not UNSET)
    subject = texts.get(named, named)
    if leaf.answered is not UNSET:
        return speaker.say("condition-answered", subject=subject)
    if leaf.in_ is not UNSET:
        values = ", ".join(_say_word(speaker, value, named, questionnaire) for value in leaf.in_)
        return speaker.say("condition-in", subject=subject, values=values)
    operators = {"is": leaf.is_, "at_least": leaf.at_least, "at_most": leaf.at_most, "includes": leaf.includes}
    operator, value = next((name, value) for name, value in operators.items() if value is not UNSET)
    said = _say_word(speaker, value, named, questionnaire)
    return speaker.say(f"condition-{operator}", subject=subject, value=said)


def _say_word(speaker: Speaker, value: object, subject: str, questionnaire: Questionnaire) -> str:
    if value in ("yes", "no"):
        return speaker.say(str(value))
    asked = next((part for part in (*questionnaire.facts, *questionnaire.items) if part.id == subject), None)
    options = getattr(asked, "options", ())
    return next((option.text for option in options if option.id == value), str(value))
