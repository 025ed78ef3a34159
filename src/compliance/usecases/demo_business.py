"""What invented businesses do: begin, prove who they are, answer, submit, work on their plans, renew.

Each deed goes through the use case that a visitor's would. A story (`demo_stories`) says who does what on which day.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from compliance.domain.actor import OrganisationKind, Role
from compliance.domain.scoring import Answer, FactValue, Outcome, Scorer
from compliance.usecases.answering import GivenAnswer, confirm_carried, put_answers, put_facts, put_section
from compliance.usecases.assessments import (
    WholeAssessment,
    read_assessment,
    start_assessment,
    withdraw_assessment,
)
from compliance.usecases.carrying import start_successor
from compliance.usecases.certificates import list_certificates
from compliance.usecases.collaborating import add_comment, assign_section
from compliance.usecases.demo_answers import Aim, invent_answers, invent_facts, outcome_of
from compliance.usecases.demo_papers import invent_papers
from compliance.usecases.demo_stage import Player, Stage
from compliance.usecases.evidence_files import NewFile, add_evidence
from compliance.usecases.identities import ask_register_check, read_identity
from compliance.usecases.invitations import invite_person
from compliance.usecases.organisations import OpenKind, OrganisationBegun, begin_organisation
from compliance.usecases.plans import ShownTask, TaskChange, change_task, read_plan
from compliance.usecases.sites import add_site, list_sites
from compliance.usecases.submitting import check_completeness, submit_assessment

MOST_CONFIRMED = 12
"""Answers that a renewal takes over from the year before; the others are answered anew."""


class Firm(Struct, frozen=True, kw_only=True):
    """An invented business."""

    name: str
    sector: str
    country: str
    town: str
    owner: Player
    others: tuple[tuple[Player, tuple[Role, ...]], ...] = ()
    """Who is invited, with their roles."""
    sites: tuple[tuple[str, str], ...] = ()
    """Name and town of the sites beyond the first one."""
    kinds: tuple[OpenKind, ...] = ("business",)
    language: str = "en"
    register: str = "Register of companies (invented)"
    number: str
    workers: int = 12
    facts: Mapping[str, FactValue] = {}
    """What the profile says beyond `no` and small numbers."""


class Business:
    """A firm on the stage."""

    def __init__(self, stage: Stage, firm: Firm) -> None:
        self.firm = firm
        self.organisation_id = ""
        self.site_ids: tuple[str, ...] = ()
        self.papers: dict[str, str] = {}
        self._stage = stage
        self._assessments: dict[str, str] = {}

    @property
    def kinds(self) -> tuple[OrganisationKind, ...]:
        """What it is."""
        return self.firm.kinds

    @property
    def signatory(self) -> Player:
        """Who signs: the first who is invited for that, else the owner."""
        return next((player for player, roles in self.firm.others if "signatory" in roles), self.firm.owner)

    @property
    def contributor(self) -> Player:
        """Who answers: the first who is invited for that, else the owner."""
        return next((player for player, roles in self.firm.others if "contributor" in roles), self.firm.owner)

    # Beginning

    def begin(self) -> None:
        """The owner registers, begins the organisation with its sites, and invites the others, who join."""
        firm, stage = self.firm, self._stage
        stage.register(firm.owner)
        begun = OrganisationBegun(
            name=firm.name, country=firm.country, town=firm.town, language=firm.language, kinds=firm.kinds,
            sectors=(firm.sector,), workers=firm.workers, website=f"https://{self._domain}",
        )  # fmt: skip
        with stage.person(firm.owner) as deed:
            self.organisation_id = begin_organisation(deed, begun).organisation.id
        with stage.member(firm.owner, self.organisation_id) as deed:
            for name, town in firm.sites:
                add_site(deed, name=name, town=town, country=firm.country, reference=None)
            self.site_ids = tuple(each.id for each in list_sites(deed, cursor=None, limit=50).items)
        for player, roles in firm.others:
            with stage.member(firm.owner, self.organisation_id) as deed:
                invite_person(deed, email=player.email, roles=roles, site_ids=None, language=player.language)
            stage.join(player)

    def name_register(self) -> None:
        """Give the register number, to be looked up."""
        firm = self.firm
        with self._as(firm.owner) as deed:
            ask_register_check(deed, firm.country, register=firm.register, number=firm.number)

    def identity_revision(self) -> int:
        """The revision of its identity that whoever looks the number up has seen."""
        with self._as(self.firm.owner) as deed:
            return read_identity(deed, self.firm.country).revision

    def add_papers(self) -> None:
        """Upload this year's files."""
        door = self._stage.door(self.contributor, self.organisation_id)
        for paper in invent_papers(self.firm.name, self._stage.clock().date()):
            shown = add_evidence(door, iter([paper.content]), NewFile(title=paper.title, file_name=paper.file_name))
            self.papers[shown.digest] = paper.title

    # Assessing

    def start(self, label: str, *, sites: tuple[int, ...] = (0,), sector: str | None = None) -> None:
        """Start a draft for some of the sites, counted from 0, and give the facts."""
        firm = self.firm
        with self._as(self.contributor) as deed:
            started = start_assessment(
                deed, sector=sector or firm.sector, country=firm.country, language=firm.language,
                site_ids=tuple(self.site_ids[each] for each in sites),
            )  # fmt: skip
        self._assessments[label] = started.assessment.id
        facts = invent_facts(self._scorer(label).questionnaire, self._known(len(sites)))
        with self._as(firm.owner) as deed:
            put_facts(deed, started.assessment.id, facts, seen=0)

    def answer(
        self, label: str, outcome: Outcome, *, sections: int = 100, left: int = 0, weak_percent: int = 25
    ) -> None:
        """Answer the first sections, in turns, and leave the last items out; all answers would come to the outcome."""
        whole, scorer = self._whole(label), self._scorer(label)
        profile = {name: fact.value for name, fact in whole.facts.items()}
        given = invent_answers(scorer, profile, self._aim(label, outcome, weak_percent), papers=self.papers)
        given = dict(list(given.items())[: len(given) - left])
        players = [self.contributor, self.firm.owner]
        for index, (section, answers) in enumerate(_by_section(scorer, given)):
            if index < sections:
                # What somebody was asked to answer, that person answers.
                assigned = whole.assignments.get(section)
                player = self._player(assigned.user_id) if assigned else players[index % len(players)]
                with self._as(player) as deed:
                    put_section(deed, whole.id, section, answers, seen=0)

    def answer_again(self, label: str, outcome: Outcome, *, weak_percent: int = 15) -> None:
        """Renew: confirm what is still true where that does not stand against the outcome, answer the rest anew."""
        whole, scorer = self._whole(label), self._scorer(label)
        profile = {name: fact.value for name, fact in whole.facts.items()}
        aim = self._aim(label, outcome, weak_percent)
        answers = invent_answers(scorer, profile, aim, papers=self.papers)
        kept: dict[str, int] = {}
        for item, shown in whole.answers.items():
            tried = {**answers, item: msgspec.json.decode(shown.answer, type=Answer)}
            is_carried = not shown.is_confirmed and item in answers and len(kept) < MOST_CONFIRMED
            if is_carried and outcome_of(scorer, profile, tried, aim.on) == outcome:
                answers, kept[item] = tried, shown.revision
        seen = {item: shown.revision for item, shown in whole.answers.items()}
        with self._as(self.firm.owner) as deed:
            confirm_carried(deed, whole.id, items=kept, facts=tuple(whole.facts))
        with self._as(self.contributor) as deed:
            put_answers(deed, whole.id, {item: GivenAnswer(answer=answer, seen=seen.get(item, 0))
                                         for item, answer in answers.items() if item not in kept})  # fmt: skip

    def submit(self, label: str) -> None:
        """The signatory reads what is to be signed, signs and submits."""
        player = self.signatory
        with self._as(player) as deed:
            found = check_completeness(deed, self._assessments[label])
            submit_assessment(deed, self._assessments[label], name=player.name, role=player.part,
                              statement=found.statement.version, fingerprint=found.fingerprint)  # fmt: skip

    def assess(self, label: str, outcome: Outcome, *, sites: tuple[int, ...] = (0,), weak_percent: int = 25) -> None:
        """Start, answer and submit, all in a day."""
        self.start(label, sites=sites)
        self.answer(label, outcome, weak_percent=weak_percent)
        self.submit(label)

    def carry(self, label: str, new: str) -> None:
        """Start the draft of the following year from an assessment."""
        with self._as(self.contributor) as deed:
            found = start_successor(deed, self._assessments[label], sector=None, country=None, site_ids=None,
                                    language=None)  # fmt: skip
        self._assessments[new] = found.assessment.id

    def renew(self, label: str, new: str, outcome: Outcome) -> None:
        """The following year's assessment, from carry-over to submission."""
        self.carry(label, new)
        self.answer_again(new, outcome)
        self.submit(new)

    def withdraw(self, label: str, reason: str) -> None:
        """Take a submission back."""
        with self._as(self.signatory) as deed:
            withdraw_assessment(deed, self._assessments[label], reason)

    # Together

    def share(self, label: str, *, sections: int) -> None:
        """Give the first sections to the contributor."""
        ids = [section.id for section in self._scorer(label).questionnaire.sections][:sections]
        with self._stage.person(self.contributor):
            pass  # whose id is known once they have signed in
        with self._as(self.firm.owner) as deed:
            for section in ids:
                assign_section(deed, self._assessments[label], section, self.contributor.user_id)

    def remark(self, label: str, item: str, text: str, *, by: Player | None = None) -> None:
        """Say something beside an item."""
        with self._as(by or self.firm.owner) as deed:
            add_comment(deed, self._assessments[label], item, text)

    def work(self, label: str, *, start: int = 0, finish: int = 0, drop: int = 0) -> None:
        """Take up some tasks of the plan that are open, finish some that were taken up, drop some."""
        with self._as(self.firm.owner) as deed:
            plan = read_plan(deed, self._assessments[label], None)
            mine = deed.someone.user_id
            waiting = [task for task in plan.tasks if task.state == "open"]
            for task in waiting[:start]:
                change_task(deed, task.id, TaskChange(state="in_progress", owner_id=mine), seen=task.revision)
            for task in [task for task in waiting[start:] if task.can_be_dropped][:drop]:
                change_task(deed, task.id, TaskChange(state="dropped", reason="Invented: we do this in another way."),
                            seen=task.revision)  # fmt: skip
            for task in [task for task in plan.tasks if task.state == "in_progress"][:finish]:
                change_task(deed, task.id, _finished(task), seen=task.revision)

    def newest_certificate(self) -> str:
        """The number of the certificate that was issued last."""
        with self._as(self.firm.owner) as deed:
            return max(list_certificates(deed), key=lambda each: each.issued_on).number

    # Looking things up

    @property
    def _domain(self) -> str:
        return self.firm.owner.email.partition("@")[2]

    def _as(self, player: Player):  # noqa: ANN202  # what `Stage.member` gives
        return self._stage.member(player, self.organisation_id)

    def _known(self, sites: int) -> dict[str, FactValue]:
        return {"workers": self.firm.workers, "sites": sites, **self.firm.facts}

    def _whole(self, label: str) -> WholeAssessment:
        with self._as(self.firm.owner) as deed:
            return read_assessment(deed, self._assessments[label])

    def _scorer(self, label: str) -> Scorer:
        shelf = self._stage.desk.means.shelf
        return shelf.scorer(shelf.named(self._whole(label).questionnaire).copy.digest)

    def _aim(self, label: str, outcome: Outcome, weak_percent: int) -> Aim:
        return Aim(outcome=outcome, weak_percent=weak_percent, seed=f"{self.firm.name}/{label}",
                   on=self._stage.clock().date())  # fmt: skip

    def _player(self, user_id: str) -> Player:
        people = [self.firm.owner, *(player for player, _ in self.firm.others)]
        return next(player for player in people if player.user_id == user_id)


def _by_section(scorer: Scorer, answers: Mapping[str, Answer]) -> Iterator[tuple[str, dict[str, Answer]]]:
    """Answers by section, without the sections in which nothing is asked."""
    for section in scorer.questionnaire.sections:
        own = {item.id: answers[item.id] for item in section.items if item.id in answers}
        if own:
            yield section.id, own


def _finished(task: ShownTask) -> TaskChange:
    return TaskChange(state="done", evidence=(f"Invented record: {task.do[:120]}",), note="Done as planned.")
