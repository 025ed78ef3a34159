"""States of pages that nobody comes to by links alone: forms sent empty or wrong, conflicts, doors that are over, emptiness.

Each is a row of `STATES`: who is there, how they get there, and whether the page then says that something is wrong.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from standing import Standing, save_sheet, write_sheet
from traveller import Traveller

from visitor import PASSWORD

Drive = Callable[[Standing, Traveller], Any]


class State(NamedTuple):
    """How somebody comes to a page in a state."""

    who: str
    """Of `Standing.people`; empty for nobody."""
    drive: Drive
    is_wrong: bool
    """Whether the page says that something needs another look."""


STATES: dict[str, State] = {}


def wrong(who: str, **drives: Drive) -> None:
    """States in which something is wrong; underscores of names stand for strokes."""
    STATES.update({name.replace("_", "-"): State(who, drive, is_wrong=True) for name, drive in drives.items()})


def right(who: str, **drives: Drive) -> None:
    """States in which nothing is wrong."""
    STATES.update({name.replace("_", "-"): State(who, drive, is_wrong=False) for name, drive in drives.items()})


def seen(path: str, status: int = 200) -> Drive:
    """Open a page that answers with a status."""

    def drive(world: Standing, me: Traveller) -> None:
        answer = me.page.goto(me.url + path.format(**world.at))
        assert answer.status == status, f"{path}: {answer.status}"

    return drive


def sent(path: str, action: str, *, file: tuple[str, bytes] | None = None, meanwhile: Drive | None = None,
         **fields: Any) -> Drive:  # fmt: skip
    """Open a page, fill its form in and send it; before that, let something happen `meanwhile`."""

    def drive(world: Standing, me: Traveller) -> None:
        me.go(path.format(**world.at)).fill_in(fields)
        if file is not None:
            sheet = {"name": file[0], "mimeType": "application/octet-stream", "buffer": file[1]}
            me.page.locator("input[type=file]").set_input_files([sheet])
        if meanwhile is not None:
            meanwhile(world, me)
        me.press(action.format(**world.at))

    return drive


def done(*drives: Drive) -> Drive:
    """One after the other."""

    def drive(world: Standing, me: Traveller) -> None:
        for each in drives:
            each(world, me)

    return drive


def pressed(action: str, **fields: Any) -> Drive:
    """Fill in what stands here, and send it."""
    return lambda world, me: (me.fill_in(fields), me.press(action))  # noqa: ARG005


def unticked(path: str, action: str, name: str, **fields: Any) -> Drive:
    """Take every tick of a list away, fill in the rest, and send it."""

    def drive(world: Standing, me: Traveller) -> None:
        me.go(path.format(**world.at))
        ticked = me.page.locator(f'[name="{name}"]:checked')
        while ticked.count():
            ticked.first.uncheck(force=True)
        me.fill_in(fields).press(action.format(**world.at))

    return drive


def opened(path: str, action: str, **fields: Any) -> Drive:
    """As `sent`, with everything unfolded that is folded away."""

    def drive(world: Standing, me: Traveller) -> None:
        me.go(path.format(**world.at))
        me.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")
        me.fill_in(fields).press(action.format(**world.at))

    return drive


# Doors

EMAIL, NEW = "somebody@example.org", "nine slow tuk-tuks"
to_code = done(seen("/log-in"), lambda world, me: pressed("/log-in", email=world.people["phoned"].email,
                                                          password=PASSWORD)(world, me))  # fmt: skip
wrong(
    "",
    log_in_empty=sent("/log-in", "/log-in"),
    log_in_wrong=sent("/log-in", "/log-in", email=EMAIL, password="seven slow mangoes"),
    log_in_code_wrong=done(to_code, pressed("/code", code="000000")),
    register_weak=sent("/register", "/register", name="Somebody", email=EMAIL, password="short"),
    check_mail_empty=sent("/register/check-mail", "/check-mail"),
    check_mail_wrong=sent("/register/check-mail", "/check-mail", email=EMAIL, code="123456"),
    send_again_wrong=opened("/register/check-mail", "/send-again", address="nobody"),
    recover_wrong=sent("/recover", "/recover", email="nobody"),
    new_password_weak=done(lambda world, me: me.go("/recover").fill(email=world.people["spare"].email).press("/recover"),
                           lambda world, me: me.go(world.reset_link("spare")).fill(password="short").press()),
    new_password_over=sent("/password-resets/made-up", "", password=NEW),
    address_link_over=sent("/email-confirmations/made-up", ""),
    quick_check_open=sent("/quick-check/hospitality", "/hospitality"),
    certificate_number_missing=seen("/check?number=", 422),
    certificate_number_mistyped=seen("/check?number=CP-7QF4-KX", 422),
    certificate_file_missing=done(seen("/check"), lambda world, me: me.press()),  # noqa: ARG005
    certificate_not_to_be_tried=seen("/check/try?number={unknown}&change=name", 422),
)  # fmt: skip


def quick_check(*answers: str) -> Drive:
    """Answer the quick check, these in turn."""

    def drive(world: Standing, me: Traveller) -> None:
        seen("/quick-check/hospitality")(world, me)
        names = me.page.evaluate(
            "[...new Set([...document.querySelectorAll('main input[type=radio]')].map((i) => i.name))]"
        )
        me.fill_in({name: answers[number % len(answers)] for number, name in enumerate(names)}).press("/hospitality")

    return drive


right(
    "",
    recover_sent=sent("/recover", "/recover", email=EMAIL),
    invitation_for_nobody=seen("{invited}"),
    quick_check_mixed=quick_check("in-place", "not-yet", "not-sure"),
    quick_check_in_place=quick_check("in-place"),
    certificate_suspended=seen("/certificates/{suspended}"),
    certificate_unknown=seen("/certificates/{unknown}", 404),
    channels_of_nobody=seen("/danger/TV"),
)  # fmt: skip

# Failures, each a page of its own
right(
    "",
    failure_404=seen("/nothing-here", 404),
    failure_404_invitation=seen("/invitations/made-up", 404),
    failure_429=lambda world, me: world.fail_with(me, 429),
    failure_500=seen("/certificates/{broken}", 500),
    failure_503=lambda world, me: world.fail_with(me, 503),
)  # fmt: skip

# The account

right(
    "owner",
    tokens_none=seen("/account/tokens"),
)  # fmt: skip
wrong(
    "owner",
    name_empty=sent("/account/name", "/name", name=""),
    password_empty=sent("/account/password", "/password"),
    password_wrong=sent("/account/password", "/password", current="seven slow mangoes", new="short"),
    second_factor_password_wrong=sent("/account/second-factor", "/second-factor", password="seven slow mangoes"),
    second_factor_code_wrong=done(sent("/account/second-factor", "/second-factor", password=PASSWORD),
                                  pressed("/confirmation", code="000000")),
    token_empty=sent("/account/tokens/new", "/new"),
    closing_wrong=sent("/account/closing", "/closing", password="seven slow mangoes"),
    closing_sole_owner=sent("/account/closing", "/closing", password=PASSWORD),
)  # fmt: skip
wrong("phoned", second_factor_removal_wrong=sent("/account/second-factor", "/removal", password="seven slow mangoes"))
right("spare", token_made=sent("/account/tokens/new", "/new", name="Bookings", scope="read", days="30"),
      tokens=seen("/account/tokens"),
      recovery_codes=lambda world, me: world.set_up_phone(me))  # fmt: skip

# The organisation

right("newcomer", organisations_none=seen("/organisations"), invitation_for_another=seen("{invited}"),
      invitation_over=seen("{revoked}"))  # fmt: skip
right("unproven", organisation_unproven=seen("/organisations/new"))
wrong("newcomer", organisation_empty=sent("/organisations/new", "/new"))
right(
    "fresh",
    overview_empty=seen("{fresh}"),
    assessments_empty=seen("{fresh}/assessments"),
    evidence_empty=seen("{fresh}/evidence"),
    activity_empty=seen("{fresh}/activity"),
    people_alone=seen("{fresh}/people"),
    identity_none=seen("{fresh}/identity/KH"),
)  # fmt: skip
wrong(
    "owner",
    profile_wrong=sent("{o}/profile/edit", "/edit", name="", workers="many", website="no site"),
    profile_stale=sent("{o}/profile/edit", "/edit", town="Kep", meanwhile=lambda world, me: world.change_town()),  # noqa: ARG005
    register_empty=sent("{o}/identity/LA", "/register"),
    domain_wrong=sent("{o}/identity/LA", "/domain", domain="https://hotel.example/en"),
    site_wrong=sent("{o}/sites/new", "/new", name="", reference="x" * 61),
    site_taken=sent("{o}/sites/new", "/new", name="Another garden", reference="G-1"),
    site_stale=sent("{o}/sites/{garden}", "/{garden}", town="Kep", meanwhile=lambda world, me: world.change_site()),  # noqa: ARG005
    drafts_none=sent("{o}/sites", "/drafts"),
    import_empty=sent("{o}/sites/import", "/import"),
    import_broken=sent("{o}/sites/import", "/import", file=("sites.csv", b'name,town\n"Riverside,Kep\n')),
    import_columns=sent("{o}/sites/import", "/import", file=("sites.csv", b"what\nRiverside\n")),
    invite_wrong=unticked("{o}/people/invite", "/invite", "roles", email="nobody"),
    invite_no_site=sent("{o}/people/invite", "/invite", email=EMAIL, roles=["contributor"], reach="some"),
    roles_none=unticked("{o}/people/{colleague}", "/{colleague}", "roles"),
    last_owner_stays=unticked("{o}/people/{owner}", "/{owner}", "roles", roles=["contributor"]),
    last_owner_leaves=sent("{o}/people/{owner}/removal", "/removal"),
    evidence_missing=sent("{o}/evidence/new", "/new"),
    evidence_kind=sent("{o}/evidence/new", "/new", file=("programme.exe", b"MZ\x90\x00" * 100)),
    evidence_large=sent("{o}/evidence/new", "/new", file=("long.txt", b"Long. " * 20_000)),
    evidence_day=sent("{o}/evidence/new", "/new", file=("policy.txt", b"Policy"), **{"valid_from-day": "31",
                      "valid_from-month": "2", "valid_from-year": "2026"}),
    evidence_edit_wrong=sent("{o}/evidence/{paper}/edit", "/edit", title="", **{"valid_to-day": "40"}),
    purge_empty=sent("{o}/evidence/{paper}/purge", "/purge"),
)  # fmt: skip
LIST = ("name,town,country,reference\nNew garden,Kep,KH,G-1\nHarbour,Kampot,KH,H-1\nRiverside Hotel,,,\n=1+1,,KH,\n"
        "Nowhere,,XX,\n,Kep,KH,Q-1\nHarbour again,,KH,H-1\n")  # fmt: skip
right(
    "owner",
    domain_named=sent("{o}/identity/LA", "/domain", domain="hotel.example"),
    identity_waiting=seen("{o}/identity/VN"),
    identity_refused=seen("{o}/identity/TH"),
    import_looked_at=sent("{o}/sites/import", "/import", file=("sites.csv", LIST.encode())),
    drafts_begun=lambda world, me: (me.go(world.at["o"] + "/sites").fill_in(
        {"site_ids": [world.at["garden"]], "sector": "transport"}).press("/drafts")),
    evidence_purged=seen("{o}/evidence/{purged}"),
)  # fmt: skip
right(
    "colleague",
    failure_403=seen("{o}/sites/import", 403),
    failure_403_operator=seen("/operator", 403),
    failure_404_of_another=seen("{fresh}/sites", 404),
    sites_to_look_at=seen("{o}/sites"),
    section_of_another=seen("{draft}/items/HOS-12"),
    sign_by_another=seen("{whole}/sign"),
    check_by_another=seen("{whole}/check"),
    withdraw_by_another=seen("{result}/withdraw"),
)  # fmt: skip

# Answering


def item(name: str, **fields: Any) -> Drive:
    """Send the page of a question with these fields, each called without the question's id."""
    return opened(f"{{draft}}/items/{name}", f"/items/{name}",
                  **{f"{name}.{field}": value for field, value in fields.items()})  # fmt: skip


LATE = {"dated-day": "1", "dated-month": "1", "dated-year": "2031"}
wrong(
    "owner",
    assessment_empty=sent("{o}/assessments/new", "/assessments/new"),
    facts_wrong=sent("{draft}/facts", "/facts", workers="many"),
    item_yes_no_empty=item("CORE-02"),
    item_day_wrong=item("CORE-03", **{"value-day": "31", "value-month": "2", "value-year": "2026"}),
    item_share_empty=item("CORE-05"),
    item_share_too_large=item("CORE-05", part="5000"),
    item_number_wrong=item("CORE-10", value="many"),
    item_list_empty=item("CORE-11"),
    item_evidence_half=item("CORE-02", value="yes", what="A folder"),
    item_evidence_late=item("CORE-02", value="yes", what="A folder", **LATE),
    item_reason_missing=item("CORE-12", not_applicable=["yes"]),
    comment_empty=sent("{draft}/items/CORE-01", "/comments/CORE-01"),
    upload_missing=sent("{draft}/items/CORE-01/evidence", "/evidence"),
    upload_kind=sent("{draft}/items/CORE-01/evidence", "/evidence", file=("programme.exe", b"MZ\x90\x00" * 100),
                     dated_on=date(2026, 10, 2)),
    all_wrong=sent("{draft}/all", "/all", **{"CORE-10.value": "many", "CORE-05.part": "x"}),
    sign_empty=sent("{whole}/sign", "/sign", name=""),
    sheet_missing=sent("{draft}/spreadsheet", "/spreadsheet"),
    sheet_broken=sent("{draft}/spreadsheet", "/spreadsheet", file=("form.xlsx", b"This is no spreadsheet.")),
    withdraw_empty=sent("{result}/withdraw", "/withdraw"),
    again_site_closed=seen("{closed}/again"),
)  # fmt: skip
right(
    "owner",
    item_conflict=sent("{draft}/items/CORE-01", "/items/CORE-01", meanwhile=lambda world, me: world.answer(),  # noqa: ARG005
                       **{"CORE-01.value": "1", "CORE-01.note": "Mine"}),
    facts_conflict=sent("{draft}/facts", "/facts", workers="61", meanwhile=lambda world, me: world.give_workers()),  # noqa: ARG005
    all_conflict=sent("{draft}/all", "/all", meanwhile=lambda world, me: world.answer(),  # noqa: ARG005
                      **{"CORE-01.value": "1"}),
    item_not_asked=seen("{draft}/items/HOS-07"),
    facts_none=seen("{bare}"),
    check_with_gaps=seen("{draft}/check"),
    sign_stale=sent("{whole}/sign", "/sign", role="Manager", agree=["yes"],
                    meanwhile=lambda world, me: world.annotate()),  # noqa: ARG005
    sheet_looked_at=lambda world, me: sent("{draft}/spreadsheet", "/spreadsheet", file=("form.xlsx", save_sheet(
        write_sheet(world.sheet(), {("answers", "CORE-13", "value"): 4, ("answers", "CORE-14", "value"): 17,
                                    ("facts", "workers", "value"): "many"}))))(world, me),
    withdrawn=seen("{withdrawn}"),
    confirm=seen("{again}/confirm"),
)  # fmt: skip

# Forms that come too late, or hold too much, where no page of theirs can say so

right(
    "owner",
    failure_409=sent("{draft}/spreadsheet", "/spreadsheet", file=("form.xlsx", b"x"),
                     meanwhile=lambda world, me: me.page.locator("form[enctype]").evaluate(
                         "(form, to) => { form.action = to }", f"{world.at['result']}/spreadsheet")),
    failure_413=sent("{draft}/items/CORE-01", "/comments/CORE-01", meanwhile=lambda world, me: me.page.locator(  # noqa: ARG005
        '[name="comment"]').evaluate("field => { field.value = 'long '.repeat(300000) }")),
)  # fmt: skip

# Result and plan

wrong(
    "owner",
    task_day_wrong=sent("{result}/tasks/{task}", "/{task}", **{"due-day": "31", "due-month": "2", "due-year": "2027"}),
    task_without_evidence=sent("{result}/tasks/{task}", "/{task}", state="done"),
    task_dropped_silently=sent("{result}/tasks/{small}", "/{small}", state="dropped"),
    task_stale=sent("{result}/tasks/{task}", "/{task}", note="Mine", meanwhile=lambda world, me: world.note_task()),  # noqa: ARG005
)  # fmt: skip
right(
    "owner",
    what_if_ticked=seen("{result}/what-if?shortest"),
)  # fmt: skip

# The operator

wrong(
    "operator",
    refusal_empty=sent("/operator/identities/{organisation}/VN", "/refusal"),
    number_changed=sent("/operator/identities/{organisation}/VN", "/confirmation",
                        meanwhile=lambda world, me: world.change_number()),  # noqa: ARG005
    certificate_search_empty=seen("/operator/certificates?number=", 422),
    certificate_search_unknown=seen("/operator/certificates?number={unknown}", 422),
    suspension_empty=sent("/operator/certificates/{number}/suspension", "/suspension"),
    withdrawal_empty=sent("/operator/certificates/{number}/withdrawal", "/withdrawal"),
    reinstatement_empty=sent("/operator/certificates/{suspended}/reinstatement", "/reinstatement"),
)  # fmt: skip
right(
    "operator",
    jobs_given_up=seen("/operator/jobs"),
    identities_refused=seen("/operator/identities?state=refused"),
    mails=seen("/operator/mail"),
    failure_422=seen("/operator/jobs?cursor=nonsense", 422),
)  # fmt: skip
