"""The papers of the demo: an offer as a PDF of one page, made without a library."""

from django.core.files.uploadedfile import SimpleUploadedFile

from core.templatetags.ui import money
from deals.models import Deal, DealFile
from files.services import attach

OFFER = {"en": "Offer", "fr": "Offre"}


def send_offer(deal: Deal, *, language: str) -> None:
    """The owner of ``deal`` attaches what the customer gets."""
    deal = Deal.objects.select_related("organization", "person", "owner").get(pk=deal.pk)
    title = f"{OFFER[language]} {deal.title}"
    customer = deal.organization or deal.person
    lines = [title, str(customer), money(deal.value, deal.currency)]
    paper = SimpleUploadedFile(f"{title}.pdf", page_of(lines), "application/pdf")
    attach(DealFile, deal, [paper], by=deal.owner)


def page_of(lines: list[str]) -> bytes:
    """A PDF with these lines, the first one large."""
    shown = " ".join(
        f"BT /F {28 if n == 0 else 14} Tf 72 {740 - 40 * n} Td ({escaped(line)}) Tj ET"
        for n, line in enumerate(lines)
    ).encode("cp1252", "replace")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += b"%d 0 obj %s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(written))
    )


def escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
