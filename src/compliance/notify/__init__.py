"""Out of the house: mail, guarded reads from the web and from DNS, and when to try again.

What leaves can fail, and every failure here says whether trying again may help. Nothing in this room knows why a mail
is sent or what a text that was read proves.
"""

from compliance.notify.addresses import is_global
from compliance.notify.domains import DomainNameWrong, parse_domain, proof_url
from compliance.notify.fetch import PUBLIC_WEB, FetchFailed, Reach, fetch_text
from compliance.notify.mail import Mail, NotSent, Post, make_message_id
from compliance.notify.posts import CountedPost, FolderPost, Security, SmtpPost, StoredMail, read_folder
from compliance.notify.resolver import DnsFailed, DnsResolver, read_txt
from compliance.notify.retry import next_try
from compliance.notify.sending import Answered, NotAnswered, send_text

__all__ = [
    "PUBLIC_WEB", "Answered", "CountedPost", "DnsFailed", "DnsResolver", "DomainNameWrong", "FetchFailed", "FolderPost",
    "Mail", "NotAnswered", "NotSent", "Post", "Reach", "Security", "SmtpPost", "StoredMail", "fetch_text", "is_global",
    "make_message_id", "next_try", "parse_domain", "proof_url", "read_folder", "read_txt", "send_text",
]  # fmt: skip
