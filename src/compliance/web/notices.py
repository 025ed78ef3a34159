"""What has been done, said at the top of the next page. The address holds a code only, so that nobody can put words there."""

from collections.abc import Mapping


def N_(text: str) -> str:  # noqa: N802 - the name by which catalogues are gathered
    """Mark a text to be translated where it is shown."""
    return text


NOTICES: Mapping[str, str] = {
    "logged-out": N_("You are logged out."),
    "saved": N_("Saved."),
    # Doors and account
    "password-chosen": N_("Your new password is set. Log in with it."),
    "code-sent": N_(
        "If this address has an account that waits for a code, a new one is on its way. Earlier codes no longer work."
    ),
    "address-proven": N_("Your mail address is confirmed."),
    "password-changed": N_("Your password is changed. You are logged out everywhere else."),
    "others-logged-out": N_("You are logged out everywhere else."),
    "logged-out-there": N_("You are logged out there."),
    "account-closed": N_("Your account is closed."),
    "token-revoked": N_("The token is revoked. Programs that show it are refused from now on."),
    "second-factor-removed": N_("Log-in no longer asks for a code."),
    "joined": N_("Welcome. You belong to this organisation now."),
    # The operator
    "identity-confirmed": N_("The number is confirmed. The organisation is told by mail."),
    "identity-refused": N_("The number is refused. The organisation is told by mail, with your reason."),
    "job-retried": N_("The job is tried again now."),
    "certificate-suspended": N_("The certificate is suspended. The owners are told by mail."),
    "certificate-withdrawn": N_("The certificate is withdrawn. The owners are told by mail."),
    "certificate-reinstated": N_("The certificate is valid again. The owners are told by mail."),
    "person-shut-out": N_("This person is shut out. They are logged out everywhere, and cannot log in."),
    "person-let-in": N_("This person can log in again, with everything as it was."),
    "second-factor-taken": N_(
        "The second proof is taken away. The person is logged out everywhere and told by mail that you did it."
    ),
    "regulator-made": N_("The regulator is made. Its first person is invited by mail, with every role."),
    "jurisdictions-changed": N_("Saved. The regulator sees what waits there from now on."),
    # Organisation
    "organisation-begun": N_(
        "Your organisation is here. Its first site has the same name; you can change it under Sites."
    ),
    "organisation-left": N_("You do not belong to that organisation any more."),
    "domain-check-asked": N_("We are looking at your web site now. Open this page again in a minute."),
    "register-named": N_("Thank you. Somebody will look the number up, and you will get a mail."),
    "site-added": N_("The site is added."),
    "site-closed": N_("The site is closed. What was answered and certified there stays."),
    "sites-imported": N_("The list is taken over."),
    "roles-changed": N_("Saved. It holds from now on."),
    "person-removed": N_("This person cannot see anything of your organisation any more."),
    "invited": N_("The invitation is on its way. Its link works for 14 days."),
    "invitation-revoked": N_("The link of that invitation no longer works."),
    "evidence-added": N_(
        "The file is kept. Only people of your organisation can open it, until you submit answers that name it."
    ),
    "evidence-purged": N_("The file is deleted for good."),
    # Submissions
    "submitted": N_("Thank you. The assessment is signed and submitted."),
    "task-done": N_("Well done. The task is finished."),
    "carried-over": N_("Everything that still fits is carried over. Go through it section by section and confirm it."),
    "withdrawn": N_("The assessment is withdrawn."),
    "sheet-applied": N_("The answers of the spreadsheet are taken over."),
    # Answering
    "started": N_("The assessment is started. Begin with the facts about your business."),
    "open-already": N_("An assessment of this was open already. Here it is."),
    "evidence-attached": N_("The file is kept and stands with this answer."),
    "section-given": N_("The section is given. The person is told by mail."),
    "section-free": N_("Everybody may answer this section again."),
    "comment-added": N_("Your comment is added."),
    "comment-deleted": N_("The comment is taken away."),
    "confirmed": N_("Confirmed. These answers count from now on."),
}
