"""Days, passphrases and a small PDF for the tests of keys and signatures."""

from datetime import UTC, date, datetime

from compliance.documents._document import Attachment, Document

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
PASSPHRASE = "correct horse battery staple"
ROOT_PASSPHRASE = "another one, that lies elsewhere"


def small_pdf(*attachments):
    document = Document(title="Certificate", language="en", made_on=ON)
    document.heading(1, "Certificate")
    for name, content in attachments:
        document.attach(Attachment(name, content, "application/json", "What is certified"))
    return document.bytes()
