"""What a file says about itself, as XMP."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape, quoteattr

PRODUCER = "ReportLab"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who made which document when."""

    title: str
    language: str
    """BCP 47: `en`, `km`."""
    made_on: date
    """A day, or an instant; never read from the clock here."""
    author: str = ""
    subject: str = ""

    @property
    def made_at(self) -> datetime:
        """The instant in UTC; midnight, if only the day is known."""
        day = self.made_on
        if not isinstance(day, datetime):
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        return day.astimezone(UTC) if day.tzinfo else day.replace(tzinfo=UTC)


def xmp(metadata: Metadata, *, part: int) -> bytes:
    """The packet, claiming PDF/A of the given part, level B."""
    stamp = metadata.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    creator = f"<dc:creator><rdf:Seq><rdf:li>{escape(metadata.author)}</rdf:li></rdf:Seq></dc:creator>"
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        f"<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        f"<dc:title>{_alternatives(metadata.title)}</dc:title>"
        f"{creator if metadata.author else ''}"
        f"{f'<dc:description>{_alternatives(metadata.subject)}</dc:description>' if metadata.subject else ''}"
        f"<dc:language><rdf:Bag><rdf:li>{escape(metadata.language)}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>"
        f"<pdf:Producer>{PRODUCER}</pdf:Producer>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    )
    return packet.encode()


def _alternatives(text: str) -> str:
    return f"<rdf:Alt><rdf:li xml:lang={quoteattr('x-default')}>{escape(text)}</rdf:li></rdf:Alt>"
