"""The metadata packet of a PDF/A file, written directly.

Every namespace is declared on the one rdf:Description that uses it: pikepdf's writer declares them inline, which PDFBox
Preflight refuses. The document information dictionary has the same values, as ISO 19005-1, 6.7.3 requires.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from xml.sax.saxutils import escape

from pikepdf import Dictionary, String

from scanning.values import DocumentInfo

Part = Literal["2u", "1b"]
PRODUCER = "Petition Archive"


def packet(about: DocumentInfo, part: Part) -> bytes:
    """Return the XMP packet (ISO 16684-1), UTF-8, read-only."""
    title = escape(clean(about.title))
    created = escape(_moment(about).isoformat(timespec="seconds"))
    identifier = f"<dc:identifier>{escape(clean(about.identifier))}</dc:identifier>" if about.identifier else ""
    text = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>{identifier}
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{escape(clean(about.language))}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreateDate>{created}</xmp:CreateDate><xmp:ModifyDate>{created}</xmp:ModifyDate>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{PRODUCER}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part[0]}</pdfaid:part><pdfaid:conformance>{part[1].upper()}</pdfaid:conformance>
</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
    return text.encode("utf-8")


def information(about: DocumentInfo) -> Dictionary:
    """Return the document information dictionary with the values of the packet."""
    moment = _moment(about)
    zone = moment.strftime("%z")
    date = String(moment.strftime("D:%Y%m%d%H%M%S") + f"{zone[:3]}'{zone[3:5]}'")
    maker = String(PRODUCER)
    return Dictionary(Title=String(clean(about.title)), Creator=maker, Producer=maker, CreationDate=date, ModDate=date)


def _moment(about: DocumentInfo) -> datetime:
    moment = datetime.fromisoformat(about.created)
    if moment.utcoffset() is None:
        raise ValueError(f"the time {about.created!r} has no time zone")
    return moment


def clean(text: str) -> str:
    """Drop what XML 1.0 cannot represent (its section 2.2), and replace each run of white space by one space."""
    spaced = " ".join(text.split())
    return "".join(
        letter
        for letter in spaced
        if letter >= " " and not ("\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff")
    )
