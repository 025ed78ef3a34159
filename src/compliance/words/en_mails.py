"""What mails say, in English: subject and text of each kind, and what all of them share.

A link stands on a line of its own, so that it stays whole.
"""

MAILS: dict[str, str] = {
    # Accounts
    "verify_email-subject": "Confirm your mail address",
    "verify_email-text": "Somebody opened an account with this mail address. If it was you, open this link to confirm the address:\n\n"
    "{link}\n\n"
    "Or type this code: {code}\n\n"
    "Both are valid for {valid}. Nobody from this service will ever ask you for the code.\n\n"
    "If you did not ask for this, you can ignore this mail.",
    "account_exists-subject": "You have an account already",
    "account_exists-text": "Somebody tried to open an account with this mail address, which has one already. If it was you, log in here:\n\n"
    "{link}\n\n"
    "If you forgot your password, you can choose a new one there.\n\n"
    "If it was not you, you can ignore this mail. Nothing was changed.",
    "reset_password-subject": "Choose a new password",
    "reset_password-text": "Somebody asked for a new password for the account with this mail address. If it was you, open this link and "
    "choose one:\n\n"
    "{link}\n\n"
    "The link is valid for {valid} and works once.\n\n"
    "If you did not ask for this, you can ignore this mail. Your password stays as it is.",
    "password_changed-subject": "Your password was changed",
    "password_changed-text": "The password of your account was changed just now, and you were logged out on all devices.\n\n"
    "If it was you, there is nothing to do. If it was not you, choose a new password at once:\n\n"
    "{link}",
    "second_factor_taken-subject": "The second proof was taken off your account",
    "second_factor_taken-text": "{administrator}, who runs this service, took the second proof off your account, because somebody told them that it "
    "was lost. You were logged out on all devices. Your password alone opens the account now.\n\n"
    "If you asked for this, log in and set a second proof up again:\n\n"
    "{link}\n\n"
    "If you did not, somebody may have pretended to be you. Choose a new password at once, through the page where you "
    "log in, and tell whoever runs this service.",
    "new_login_blocked-subject": "Many wrong passwords for your account",
    "new_login_blocked-text": "Somebody typed wrong passwords for your account many times. For {valid} nobody can log in to it.\n\n"
    "If it was you, wait, or choose a new password. If it was not you, the wrong passwords did not open your "
    "account; choose a long new one if the present one is short or used elsewhere:\n\n"
    "{link}",
    "invitation-subject": "Invitation: answer for {organisation}",
    "invitation-text": "{inviter} invites you to take part for {organisation}, as {role}.\n\n"
    "To accept, open this link:\n\n"
    "{link}\n\n"
    "The invitation is valid until {expires_on}.\n\n"
    "If you do not know this organisation, you can ignore this mail.",
    # Organisation
    "identity_confirmed-subject": "The identity of {organisation} is confirmed",
    "identity_confirmed-text": "We have confirmed that {organisation} is the business that it says it is. A certificate that only waited for "
    "this is now issued.\n\n"
    "See the organisation:\n\n"
    "{link}",
    "identity_refused-subject": "The identity of {organisation} could not be confirmed",
    "identity_refused-text": "We could not confirm that {organisation} is the business that it says it is. The reason given:\n\n"
    "{reason}\n\n"
    "Nothing is lost. Mend what is named, or confirm the identity in another way, here:\n\n"
    "{link}",
    # Assessments
    "section_assigned-subject": "Questions for you: {section}",
    "section_assigned-text": "For {organisation}, you were asked to answer the section “{section}”. You find it here:\n\n"
    "{link}\n\n"
    "If you are the wrong person for it, tell whoever looks after the assessment.",
    "comment_added-subject": "A new comment in an assessment of {organisation}",
    "comment_added-text": "Somebody wrote a comment in an assessment of {organisation} in which you take part. Read "
    "it and answer here:\n\n"
    "{link}",
    "assessment_submitted-subject": "An assessment of {organisation} was submitted",
    "assessment_submitted-text": "An assessment of {organisation} was signed and submitted. The result is there; for "
    "reasons of privacy it is not in this mail. Log in to see it:\n\n"
    "{link}",
    "draft_expires-subject": "A draft of {organisation} expires on {expires_on}",
    "draft_expires-text": "A draft of an assessment of {organisation} has not been changed for a long time. It expires in {days}, on "
    "{expires_on}.\n\n"
    "To keep it, open it and go on answering:\n\n"
    "{link}\n\n"
    "If you no longer need it, there is nothing to do.",
    "task_due-subject": "A task of {organisation} is due on {due_on}",
    "task_due-text": "A task in the plan of {organisation} is due on {due_on}. See what is to be done, and mark it done with its "
    "evidence:\n\n"
    "{link}",
    # Certificates
    "certificate_expires-subject": "A certificate of {organisation} expires on {expires_on}",
    "certificate_expires-text": "A certificate of {organisation} expires in {days}, on {expires_on}.\n\n"
    "To renew it, begin a new assessment. The answers that still fit are carried over, and you confirm each:\n\n"
    "{link}",
    "certificate_expired-subject": "A certificate of {organisation} has expired",
    "certificate_expired-text": "A certificate of {organisation} expired {days} ago, on {expires_on}. Please no longer show it as valid.\n\n"
    "To earn a new one, begin a new assessment. The answers that still fit are carried over, and you confirm "
    "each:\n\n"
    "{link}",
    "certificate_suspended-subject": "A certificate of {organisation} was suspended",
    "certificate_suspended-text": "A certificate of {organisation} was suspended. Until it is reinstated it is not valid; please do not show "
    "it.\n\n"
    "The reason, and what you can do, stands here:\n\n"
    "{link}",
    "certificate_withdrawn-subject": "A certificate of {organisation} was withdrawn",
    "certificate_withdrawn-text": "A certificate of {organisation} was withdrawn. It is no longer valid; please remove it wherever you show "
    "it.\n\n"
    "The reason, and what you can do, stands here:\n\n"
    "{link}",
    "certificate_reinstated-subject": "A certificate of {organisation} is valid again",
    "certificate_reinstated-text": "A certificate of {organisation} was reinstated. It is valid again, and you may show it.\n\n"
    "The reason stands here:\n\n"
    "{link}",
}

PARTS: dict[str, str] = {
    "greeting": "Hello,",
    "footer": "This mail comes from compliance, a service with which businesses check how well they protect children "
    "from sexual exploitation:\n\n"
    "{base_url}\n\n"
    "A machine sent it, and nobody reads answers to it.\n\n"
    "This service takes no reports about abuse. If a child is in danger, call the police now. Where to report a "
    "concern, country by country:\n\n"
    "{base_url}/danger",
    "minutes": "{count} minutes",
    "minutes-one": "1 minute",
    "hours": "{count} hours",
    "hours-one": "1 hour",
    "days": "{count} days",
    "days-one": "1 day",
    "role-owner": "owner",
    "role-contributor": "contributor (answers questions)",
    "role-signatory": "signatory (attests and submits)",
    "role-auditor": "auditor (reviews)",
    "role-decider": "decider (decides)",
    "role-appeals": "member for appeals",
    "role-author": "author of questionnaires",
    "role-client": "client of a platform",
    "role-admin": "administrator of the service",
}
