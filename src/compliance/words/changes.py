"""Differences between versions in words, as release notes say them. English only: they are read by editors."""

from compliance.domain.questionnaire import Change, ChangeClass

HEADINGS: dict[ChangeClass, str] = {
    "breaking": "Breaking: answers cannot be taken over",
    "narrowing": "Narrowing: answers are to be confirmed",
    "additive": "Additive: more is asked or offered",
    "editorial": "Editorial: costs no respondent anything",
}
_FIELDS = {
    "text": "The question", "help": "The help", "why": "The reason why", "levels": "The sentences of the levels",
    "title": "The title", "intro": "The introduction", "about": "The introduction", "never": "The text of “never”",
    "unit": "The unit", "universal": "The sentence why every business can meet it", "micro_help": "The help for up to "
    "five workers", "decides": "What the fact decides", "counts": "What is counted",
    "actions": "What to do", "maps_to": "Maps to", "steps": "Steps", "weight": "Weight", "critical": "Critical",
    "applies_if": "Applies if", "asked_if": "Asked if", "fresh_for_months": "Months for which evidence is fresh",
    "form": "Form of the evidence", "must_have": "Indispensable options", "on_certificate": "The remark on the certificate",
}  # fmt: skip
_SENTENCES = {
    "scoring-changed": "{field} is now {new} (was {old}).",
    "section-added": "New section: {new}.",
    "section-removed": "The section “{old}” is gone.",
    "section-pillar": "The section now counts to {new} (was {old}).",
    "item-moved": "Moved from section {old} to {new}.",
    "order-changed": "The items stand in another order.",
    "fact-added": "New fact: {new}",
    "item-added": "New item: {new}",
    "fact-removed": "The fact is gone: {old}",
    "item-removed": "The item is gone: {old}",
    "fact-type": "Is now answered as {new} (was {old}).",
    "item-type": "Is now answered as {new} (was {old}).",
    "field-changed": "{field}: now {new} (was {old}).",
    "actions-changed": "The actions have changed: plans drawn from now on differ.",
    "option-added": "New option: {new}",
    "option-removed": "The option is gone: {old}",
    "option-points": "Option {field} now earns {new} (was {old}).",
    "evidence-added": "More evidence is accepted: {new}",
    "evidence-removed": "Evidence is no longer accepted: {old}",
    "text-changed": "{field} is worded anew: {new}",
    "text-means-more": "{field} names another number, period or duty: {new} (was: {old})",
}


def say_change(change: Change) -> str:
    """One difference as a sentence, the id first."""
    field = _FIELDS.get(change.field, change.field.replace("_", " "))
    return f"{change.where}: " + _SENTENCES[change.what].format(field=field, old=change.old, new=change.new)
