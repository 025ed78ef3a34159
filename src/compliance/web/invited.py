"""The link of an invitation: who asks whom to join what; join."""

from collections.abc import Mapping
from urllib.parse import quote

from compliance.domain.actor import Role
from compliance.usecases.deed import Deed
from compliance.usecases.invitations import accept_invitation, read_invitation
from compliance.usecases.tries import email_key
from compliance.web.doors import count_visit
from compliance.web.notices import N_
from compliance.web.page import Go, Page, View, Visit
from compliance.web.serving import LOG_IN

ROLE_MEANS: Mapping[Role, str] = {
    "owner": N_("Owner: manages people, places and assessments, and answers questions"),
    "contributor": N_("Contributor: answers questions and brings evidence"),
    "signatory": N_("Signatory: reads the answers, then signs and submits them"),
    "auditor": N_("Auditor: reviews what businesses submit"),
    "decider": N_("Decider: decides what follows from a review, and manages the people"),
    "appeals": N_("Appeals: decides when somebody disagrees with a decision"),
    "author": N_("Author: writes questionnaires"),
    "client": N_("Platform: reads certificates for another service"),
    "admin": N_("Administrator: runs this service"),
}
"""What somebody in each role does."""


def show_invitation(deed: Deed, visit: Visit) -> View:
    """What one is invited to, and how to go on from where one is."""
    invitation = read_invitation(deed, token=visit["token"])
    is_theirs = deed.person is not None and email_key(deed.person.email) == email_key(invitation.email)
    context = {"invitation": invitation, "is_theirs": is_theirs, "at": f"/invitations/{visit['token']}",
               "role_means": ROLE_MEANS,
               "belongs": any(each.organisation.id == invitation.organisation_id for each in visit.organisations)}  # fmt: skip
    return View(template="doors_invited.html", context=context)


def accept(deed: Deed, visit: Visit) -> Go:
    """Join; whoever is logged out meanwhile logs in first."""
    if deed.person is None:
        return Go(to=f"{LOG_IN}?to=/invitations/{quote(visit['token'], safe='')}")
    joined = accept_invitation(deed, token=visit["token"])
    return Go(to=f"/organisations/{joined.organisation.id}", done="joined")


PAGES = (
    Page(path="/invitations/{token}", show=show_invitation, do=accept, access="anyone",
         count_try=count_visit),
)  # fmt: skip
