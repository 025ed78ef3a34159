"""What the rule makes of simulated businesses; the table in docs/scoring.md says the same. RENEW_DOCS=1 rewrites it."""

import os
from os.path import relpath

import pytest

from compliance.domain.scoring import ScoreCard
from compliance.domain.scoring.card import CriticalReason, PillarReason, SectionReason, Share, TotalReason
from compliance.domain.scoring.submission import Part

from .businesses import EXAMPLES, ROOT, Business, businesses, changed, documented, read, scored

PAGE = ROOT / "docs" / "scoring.md"
BEGIN = "<!-- simulated businesses: begin -->"
END = "<!-- simulated businesses: end -->"
HEAD = (
    "Written by `RENEW_DOCS=1 pytest tests/simulations` from answers that can be read; every business is invented.",
    "",
    "| business | outcome | assurance | declared | assured | items asked | what keeps it from `met` | is that fair? |",
    "|---|---|---|---|---|---|---|---|",
)
MOST_NAMED = 3


@pytest.mark.parametrize("business", businesses(), ids=lambda business: business.name)
def test_each_simulated_business_comes_out_as_is_fair(business: Business) -> None:
    assert (business.card.outcome, business.card.assurance) == (business.outcome, business.assurance)


def test_the_table_in_the_docs_says_what_the_rule_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    table, after = rest.split(END)
    wanted = "\n".join(["", *HEAD, *(row(business) for business in businesses()), ""])
    if os.environ.get("RENEW_DOCS") == "1":
        PAGE.write_text(before + BEGIN + wanted + END + after, encoding="utf-8")
    else:
        assert table == wanted, "Run RENEW_DOCS=1 pytest tests/simulations and read what changed"


@pytest.mark.parametrize("name", ["guesthouse-of-four.yaml", "trekking-company.yaml", "travel-site.yaml"])
def test_one_untrained_share_keeps_even_a_good_business_from_the_bar(name: str) -> None:
    answers = read(EXAMPLES / name)
    assert scored(changed(answers, {"CORE-09": documented(Part(1))})).outcome == "not_met"


def test_four_workers_pass_only_together() -> None:
    answers = read(EXAMPLES / "guesthouse-of-four.yaml")
    outcomes = [scored(changed(answers, {"CORE-09": documented(Part(trained))})).outcome for trained in range(5)]
    assert outcomes == ["not_met", "not_met", "not_met", "not_met", "met"]


def test_an_association_cannot_meet_the_bar_while_none_of_its_drivers_is_trained() -> None:
    office = changed(
        read(EXAMPLES / "tuk-tuk-association.yaml"),
        {
            "TRA-03": documented(Part(0)),
            "TRA-13": documented(Part(0)),
            "CORE-04": documented(3),
            "CORE-08": documented(3),
            "CORE-12": documented("yes"),
            "CORE-15": documented(3),
            "CORE-16": documented(3),
            "CORE-17": documented("yes"),
            "CORE-18": documented(3),
            "CORE-21": documented(3),
            "CORE-22": documented("yes"),
            "CORE-23": documented(3),
            "CORE-24": documented(3),
        },
    )
    assert scored(office).outcome != "met"


# The table


def row(business: Business) -> str:
    card = business.card
    name = business.name
    if business.file is not None:
        name = f"[{name}]({relpath(business.file, PAGE.parent)})"
    asked = sum(item.state != "not_asked" for item in card.items.values())
    cells = [
        name,
        f"`{card.outcome}`",
        f"`{card.assurance}`",
        percent(card.total.declared),
        percent(card.total.assured),
        str(asked),
        blocking(card),
        business.fair,
    ]
    return "| " + " | ".join(cells) + " |"


def percent(share: Share | None) -> str:
    return "–" if share is None else f"{share.percent} %"


def blocking(card: ScoreCard) -> str:
    criticals = [reason.item for reason in card.reasons if isinstance(reason, CriticalReason)]
    floors = [reason.section for reason in card.reasons if isinstance(reason, SectionReason)]
    floors += [reason.pillar for reason in card.reasons if isinstance(reason, PillarReason)]
    parts = [f"critical: {listed(criticals)}"] if criticals else []
    parts += [f"floors: {listed(floors)}"] if floors else []
    parts += ["total" for reason in card.reasons if isinstance(reason, TotalReason)]
    return "; ".join(parts) or "nothing"


def listed(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"
