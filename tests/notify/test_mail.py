"""Mails: what goes over the wire, what a server may answer, what lies in the folder."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Self

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st

from compliance.notify import FolderPost, Mail, NotSent, SmtpPost, make_message_id, read_folder
from compliance.notify.mail import check_address, check_sender, write_message
from outside import certificate_for, drips, web_server

SENDER = "Compliance <compliance@service.example>"
AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
ENGLISH = Mail("owner@hotel.example", "Confirm your address", "Hello,\n\n.\n“quoted” — text.\n",
               make_message_id("0193-abc", domain="service.example"), AT)  # fmt: skip
KHMER = msgspec.structs.replace(
    ENGLISH, subject="សូមបញ្ជាក់អាសយដ្ឋានអ៊ីមែលរបស់អ្នក " * 4, text="សួស្តី៖ តំណភ្ជាប់ https://service.example/a?b=c។\n" * 30
)


def parsed(mail: Mail):
    return message_from_bytes(write_message(mail, check_sender(SENDER)), policy=policy.default)


@pytest.mark.parametrize("mail", [ENGLISH, KHMER], ids=["en", "km"])
def test_a_mail_says_the_same_after_the_wire(mail):
    message = parsed(mail)
    assert message["Subject"] == mail.subject
    assert message.get_content().replace("\r\n", "\n") == mail.text
    assert message["To"] == mail.to
    assert message["From"] == SENDER
    assert message["Message-ID"] == mail.message_id
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message["List-Unsubscribe"] is None
    assert not message.defects


@pytest.mark.parametrize("mail", [ENGLISH, KHMER], ids=["en", "km"])
def test_the_wire_is_seven_bits_in_lines_that_every_server_takes(mail):
    wire = write_message(mail, check_sender(SENDER))
    assert wire.isascii()
    assert all(len(line) <= 78 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_the_longest_addresses_and_ids_stay_whole():
    to = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".ex"
    domain = ".".join(["c" * 60] * 3) + ".example"
    mail = msgspec.structs.replace(ENGLISH, to=to, message_id=make_message_id("d" * 36, domain=domain))
    message = parsed(mail)
    assert message["To"] == to
    assert message["Message-ID"].strip() == mail.message_id


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\udc80"]
)
def test_nobody_adds_a_header(end):
    for field in ("subject", "to", "message_id"):
        wrong = msgspec.structs.replace(ENGLISH, **{field: getattr(ENGLISH, field) + f"{end}Bcc: spy@other.example"})
        with pytest.raises(NotSent) as refused:
            parsed(wrong)
        assert refused.value.permanent


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_the_subject_and_the_text_the_headers_stay_ours(subject, text):
    try:
        message = parsed(msgspec.structs.replace(ENGLISH, subject=subject, text=text))
    except NotSent:
        return
    assert sorted(message.keys()) == sorted([
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    ])  # fmt: skip


@pytest.mark.parametrize("address", [
    "", "a", "@", "a@", "@b.example", "a b@c.example", "a@b@c.example", "a,b@c.example", "<a@b.example>", "a@b.example,c@d.example",
    "a@b c.example", '"a b"@c.example', "a..b@c.example", ".a@b.example", "ក@b.example", "a@b..example", "a@[127.0.0.1]",
    "a" * 65 + "@b.example", "a@" + "b." * 130 + "example", "a@b.example\n",
])  # fmt: skip
def test_what_is_no_address_is_refused_for_good(address):
    with pytest.raises(NotSent) as refused:
        check_address(address)
    assert (refused.value.reason, refused.value.permanent) == ("address-wrong", True)


@pytest.mark.parametrize(("address", "taken"), [
    ("a.b+c@d.example", "a.b+c@d.example"), ("o'neill@b.example", "o'neill@b.example"),
    ("a@münchen.example", "a@xn--mnchen-3ya.example"),
])  # fmt: skip
def test_addresses_are_taken_as_servers_take_them(address, taken):
    assert check_address(address) == taken


def test_a_job_has_one_message_id():
    assert make_message_id("7", domain="a.example") == make_message_id("7", domain="a.example") == "<7@a.example>"
    with pytest.raises(ValueError, match="job"):
        make_message_id("7\n", domain="a.example")


def test_a_sender_that_is_no_address_is_a_fault():
    with pytest.raises(ValueError, match="sender"):
        check_sender("Compliance")
    assert str(check_sender("a@b.example")) == "a@b.example"


class Box:
    """A mail server that keeps what it takes, and answers as told."""

    def __init__(self, answers: dict[str, str] | None = None) -> None:
        self.answers = answers or {}
        self.taken: list = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, ARG002 - the library's names
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802, ARG002
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002
        if "DATA" not in self.answers:
            self.taken.append(envelope)
        return self.answers.get("DATA", "250 taken")

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802, ARG002
        return self.answers.get("QUIT", "221 bye")


class Server(Controller):
    """On a free port of loopback."""

    def __init__(self, box: Box, **options) -> None:
        super().__init__(box, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@pytest.fixture
def box() -> Box:
    return Box()


def post_to(server: Server, **options) -> SmtpPost:
    return SmtpPost(server.hostname, server.port, sender=SENDER, **{"security": "none", "timeout_s": 5, **options})


@pytest.mark.parametrize("mail", [ENGLISH, KHMER], ids=["en", "km"])
def test_a_mail_server_takes_a_mail(box, mail):
    with Server(box) as server:
        post_to(server).send(mail)
    (envelope,) = box.taken
    assert envelope.mail_from == "compliance@service.example"
    assert envelope.rcpt_tos == [mail.to]
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert message["Subject"] == mail.subject
    assert message.get_content().replace("\r\n", "\n") == mail.text


def test_a_second_attempt_has_the_same_message_id(box):
    with Server(box) as server:
        post_to(server).send(ENGLISH)
        post_to(server).send(ENGLISH)
    first, second = box.taken
    assert first.content == second.content


@pytest.mark.parametrize(("answers", "reason", "permanent"), [
    ({"RCPT": "550 no such person"}, "recipient-refused", True),
    ({"RCPT": "450 come back later"}, "recipient-refused", False),
    ({"DATA": "554 this is spam"}, "text-refused", True),
    ({"DATA": "451 disk full"}, "text-refused", False),
    ({"MAIL": "550 not you"}, "sender-refused", False),
    ({"MAIL": "421 closing"}, "sender-refused", False),
])  # fmt: skip
def test_a_refusal_says_whether_to_try_again(answers, reason, permanent):
    with Server(Box(answers)) as server, pytest.raises(NotSent) as refused:
        post_to(server).send(ENGLISH)
    assert (refused.value.reason, refused.value.permanent) == (reason, permanent)
    assert refused.value.reply == next(iter(answers.values()))
    assert str(refused.value) == reason


def test_what_was_taken_counts_as_sent_whatever_the_farewell():
    box = Box({"QUIT": "500 what"})
    with Server(box) as server:
        post_to(server).send(ENGLISH)
    assert len(box.taken) == 1


def test_nobody_listening_and_broken_servers_are_tried_again():
    with web_server(drips(b"", b"", every_s=0, times=0)) as port, pytest.raises(NotSent) as silent:
        SmtpPost("127.0.0.1", port, sender=SENDER, security="none", timeout_s=0.3).send(ENGLISH)
    with pytest.raises(NotSent) as closed:
        SmtpPost("127.0.0.1", port, sender=SENDER, security="none", timeout_s=1).send(ENGLISH)
    assert (silent.value.reason, silent.value.permanent) == ("timed-out", False)
    assert (closed.value.reason, closed.value.permanent) == ("unreachable", False)


def authenticate(server, session, envelope, mechanism, login) -> AuthResult:
    is_right = (login.login, login.password) == (b"service", b"secret")
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def tls(tmp_path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificate_for("localhost", tmp_path)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_with_a_password(box, tls, security):
    serving, trusting = tls
    options = {"ssl_context": serving} if security == "tls" else {"tls_context": serving, "require_starttls": True}
    options |= {"authenticator": authenticate, "auth_require_tls": security == "starttls"}
    with Server(box, **options) as server:
        post = SmtpPost("localhost", server.port, sender=SENDER, username="service", password="secret",
                        security=security, tls=trusting, timeout_s=5)  # fmt: skip
        post.send(ENGLISH)
        wrong = SmtpPost("localhost", server.port, sender=SENDER, username="service", password="other",
                         security=security, tls=trusting, timeout_s=5)  # fmt: skip
        with pytest.raises(NotSent) as refused:
            wrong.send(ENGLISH)
    assert len(box.taken) == 1
    assert (refused.value.reason, refused.value.permanent) == ("login-refused", False)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(box, tls, security):
    serving, _ = tls
    options = {"ssl_context": serving} if security == "tls" else {"tls_context": serving}
    with Server(box, **options) as server, pytest.raises(NotSent) as refused:
        SmtpPost("localhost", server.port, sender=SENDER, security=security, timeout_s=5).send(ENGLISH)
    assert (refused.value.reason, refused.value.permanent) == ("tls-failed", False)
    assert box.taken == []


def test_a_server_without_starttls_gets_nothing(box):
    with Server(box) as server, pytest.raises(NotSent) as refused:
        post_to(server, security="starttls").send(ENGLISH)
    assert (refused.value.reason, refused.value.permanent) == ("server-lacks-a-feature", False)
    assert box.taken == []


def test_a_password_never_goes_in_clear():
    with pytest.raises(ValueError, match="starttls"):
        SmtpPost("localhost", 25, sender=SENDER, username="service", password="secret", security="none")


@pytest.mark.parametrize("mail", [ENGLISH, KHMER], ids=["en", "km"])
def test_what_lies_in_the_folder_is_read_again(tmp_path, mail):
    folder = tmp_path / "data" / "mail"
    FolderPost(folder, sender=SENDER).send(mail)
    (stored,) = read_folder(folder, 10)
    assert (stored.to, stored.subject, stored.text) == (mail.to, mail.subject, mail.text)
    assert (stored.message_id, stored.written_at) == (mail.message_id, AT)
    assert [path.name for path in folder.iterdir()] == [stored.name]
    assert stored.name == "20261122T101500.000000Z-0193-abc_service.example.eml"


def test_only_the_owner_reads_the_folder(tmp_path):
    FolderPost(tmp_path / "mail", sender=SENDER).send(ENGLISH)
    (path,) = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_newest_mails_come_first_and_no_more_than_wanted(tmp_path):
    post = FolderPost(tmp_path, sender=SENDER)
    for hour in (3, 1, 2):
        at = AT + timedelta(hours=hour)
        post.send(msgspec.structs.replace(ENGLISH, written_at=at, message_id=f"<{hour}@a.example>"))
    newest = read_folder(tmp_path, 2)
    assert [mail.message_id for mail in newest] == ["<3@a.example>", "<2@a.example>"]
    assert [mail.message_id for mail in read_folder(tmp_path, 2, before=newest[-1].name)] == ["<1@a.example>"]


def test_a_mail_that_is_sent_twice_lies_there_once(tmp_path):
    post = FolderPost(tmp_path, sender=SENDER)
    post.send(ENGLISH)
    post.send(ENGLISH)
    assert len(read_folder(tmp_path, 10)) == 1


def test_what_is_no_mail_is_left_out(tmp_path):
    FolderPost(tmp_path, sender=SENDER).send(ENGLISH)
    (tmp_path / "9.eml").write_bytes(b"\xff\xfe no mail")
    (tmp_path / "8.eml.part").write_bytes(b"half")
    (tmp_path / "7.eml").mkdir()
    (tmp_path / "note.txt").write_text("mine")
    assert [mail.to for mail in read_folder(tmp_path, 10)] == [ENGLISH.to]


def test_where_there_is_no_folder_there_are_no_mails(tmp_path):
    assert read_folder(tmp_path / "none", 10) == []


def test_a_folder_that_cannot_be_written_to_is_tried_again(tmp_path):
    (tmp_path / "mail").write_text("a file in the way")
    with pytest.raises(NotSent) as refused:
        FolderPost(tmp_path / "mail", sender=SENDER).send(ENGLISH)
    assert (refused.value.reason, refused.value.permanent) == ("folder-not-writable", False)
