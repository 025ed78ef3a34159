"""What the documents about one assessment have in common: their opening, what returns on each page, and its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import cast

from compliance.documents._document import Document
from compliance.documents._dossier import Dossier
from compliance.documents._flow import Margins, Running
from compliance.documents._lines import strong
from compliance.documents._palette import A4_PORTRAIT, MM, SMALL
from compliance.documents._shaping import clean, clusters
from compliance.domain.assessment import Organisation
from compliance.domain.questionnaire import ScoredItem
from compliance.domain.remediation import Step, Task
from compliance.domain.scoring import RULE, FactValue
from compliance.domain.scoring.profile import compile_fact, corrected_facts, submitted_facts
from compliance.words import Speaker, speaker

AUTHOR = "compliance"
_RUNNING_LETTERS = 40


@dataclass(frozen=True)
class Draft:
    """A document being written about one dossier, in the words of one speaker."""

    doc: Document
    dossier: Dossier
    speaker: Speaker

    @classmethod
    def of(cls, dossier: Dossier, title: str, *, size: tuple[float, float] = A4_PORTRAIT) -> "Draft":
        """An empty document of that title, its running lines set."""
        speaks = speaker(dossier.language)
        side = 18 * MM if size[0] > size[1] else 20 * MM
        doc = Document(
            title=f"{title}: {dossier.answers.organisation.name}",
            language=dossier.language,
            made_on=dossier.today.on if dossier.today else dossier.answers.as_of,
            author=AUTHOR,
            subject=dossier.questionnaire.title,
            size=size,
            margins=Margins(top=19 * MM, right=side, bottom=18 * MM, left=side),
            running=Running(
                header=f"{title} · {shortened(dossier.answers.organisation.name)}",
                footer=" ".join(_reservations(dossier, speaks)),
                number=lambda page, pages: speaks.say("document-page", page=page, pages=pages),
            ),
        )
        return cls(doc, dossier, speaks)

    def say(self, key: str, **facts: object) -> str:
        """The sentence of that key, in the document's language."""
        return self.speaker.say(key, **facts)

    @cached_property
    def items(self) -> Mapping[str, ScoredItem]:
        """The scored items by id."""
        return {item.id: item for item in self.dossier.questionnaire.scored_items}

    @cached_property
    def facts(self) -> Mapping[str, FactValue]:
        """The facts that count: asked, given, and as reviewers corrected them."""
        answers = self.dossier.answers
        rules = tuple(compile_fact(fact) for fact in self.dossier.questionnaire.facts)
        return corrected_facts(rules, submitted_facts(rules, answers.profile, []), answers.decisions)

    # Tasks in words

    def say_step(self, step: Step) -> str:
        """What to do."""
        item = self.items[step.item]
        if step.action is not None:
            return item.actions[step.action].do
        expected = "; ".join(each.text for each in item.evidence.expected)
        return self.say("attach-evidence", evidence=expected)

    def say_by(self, step: Step) -> str:
        """Who does it; "you" where too few people work there to have job titles."""
        if self.dossier.is_micro:
            return self.say("by-you")
        # Evidence is attached by whoever finishes the work on the item.
        return self.items[step.item].actions[-1 if step.action is None else step.action].by

    def due_on(self, step: Step) -> date:
        """The day by which it should be done: as it was set meanwhile, else counted from the day of the answers."""
        task = self.dossier.today.of(step) if self.dossier.today else None
        if task is not None:
            return task.due_on
        return self.dossier.answers.as_of + timedelta(days=step.within_days)

    def first_tasks(self, count: int) -> tuple[Task, ...]:
        """The most urgent tasks."""
        return self.dossier.plan.tasks[:count]

    # What stands on every document

    def write_notices(self) -> None:
        """What a reader must know before anything else: invented, not reviewed, not published."""
        notices = notices_of(self.dossier, self.speaker)
        if not notices:
            return
        with self.doc.box("todo"):
            self.doc.paragraph(strong("\n".join(notices)), style=SMALL)

    def who(self) -> list[tuple[str, str]]:
        """Labels and values: who answered which questions when, and who attests it."""
        questionnaire, answers = self.dossier.questionnaire, self.dossier.answers
        named = self.say("document-questionnaire-is", title=questionnaire.title, version=questionnaire.version)
        return [
            (self.say("document-organisation"), ", ".join(place_parts(answers.organisation, self.dossier.language))),
            (self.say("document-questionnaire"), f"{named} ({questionnaire.reference})"),
            (self.say("document-as-of"), self.speaker.day(answers.as_of)),
            (self.say("document-attested"), self._attested()),
        ]

    def _attested(self) -> str:
        attested = self.dossier.answers.attested_by
        if attested is None:
            return self.say("document-attested-nobody")
        day = self.speaker.day(attested.on)
        return self.say("document-attested-by", name=attested.name, role=attested.role, day=day)

    def write_structure(self) -> None:
        """The digest and the rule that a result can be reckoned again with, in small print."""
        self.doc.note(self.say("document-structure", structure=self.dossier.card.structure, rule=RULE))


def notices_of(dossier: Dossier, speaks: Speaker) -> list[str]:
    """What a reader must know before anything else, in one language; often nothing."""
    notices: list[str] = []
    if invented := dossier.answers.organisation.invented:
        notices.append(speaks.say("invented", remark=invented))
    if not dossier.reviewed:
        notices.append(speaks.say("unreviewed-translation", language=speaks.say("language")))
    if not dossier.published:
        notices.append(speaks.say("unpublished"))
    return notices


def _reservations(dossier: Dossier, speaks: Speaker) -> list[str]:
    said = [speaks.say(f"assurance-{dossier.card.assurance or 'none'}-says")]
    if invented := dossier.answers.organisation.invented:
        said.append(speaks.say("invented", remark=shortened(invented)))
    return said


def shortened(text: str, most: int = _RUNNING_LETTERS) -> str:
    """Cut to so many letters; as many as a running line has room for, unless told: the first page says it whole."""
    letters = list(clusters(clean(text)))
    return text if len(letters) <= most else "".join(letters[:most]).rstrip() + "…"


def place_parts(organisation: Organisation, language: str) -> list[str]:
    """Name, town (where known) and country, in that order."""
    town = [organisation.town] if organisation.town else []
    return [organisation.name, *town, country_name(organisation.country, language)]


@lru_cache(maxsize=512)
def country_name(code: str, language: str) -> str:
    """The country as people of the language call it; the code itself where nobody knows it."""
    from babel import Locale, UnknownLocaleError  # 60 ms, and only documents need it

    try:
        territories = cast("Mapping[str, str]", Locale.parse(language, sep="-").territories)
    except (UnknownLocaleError, ValueError):
        return code
    return territories.get(code, code)
