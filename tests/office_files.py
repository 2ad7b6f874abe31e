"""Small Word files and PDFs that the tests make up."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, **parts: str) -> bytes:
    """A Word file with this XML in its body; `parts` such as numbering="…" are further parts."""
    parts = {"document": f"<w:body>{body}</w:body>", **parts}
    return package({name: wrapped(name, content) for name, content in parts.items()})


def package(parts: dict[str, str]) -> bytes:
    """A zip of these parts of a Word file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return file.getvalue()


def wrapped(name: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{W}">{content}</w:{name}>'


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    def cell(text: str) -> str:
        return f"<w:tc>{paragraph(text)}</w:tc>"

    lines = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    return f"<w:tbl>{lines}</w:tbl>"


def pdf(
    pages: Sequence[Sequence[tuple[float, float, str]]], size: int = 14, password: str = ""
) -> bytes:
    """A PDF with texts at places, in points from the top left corner of each page."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    encrypt = StandardEncryption(password) if password else None
    canvas = Canvas(file, pagesize=(595, 842), encrypt=encrypt)
    for page in pages:
        canvas.setFont("STSong-Light", size)
        for left, top, text in page:
            canvas.drawString(left, 842 - top - size, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def printed(text: str, width: int = 30, height: int = 25, size: int = 14) -> bytes:
    """A PDF of paragraphs as an office prints them: indented, in lines, with head and page number."""
    lines: list[tuple[float, str]] = []
    for line in text.split("\n"):
        rest, left = line, 72 + 2.0 * size
        while rest:
            count = width - 2 if left > 72 else width
            lines.append((left, rest[:count]))
            rest, left = rest[count:], 72.0
    pages = []
    for number, first in enumerate(range(0, len(lines), height), 1):
        body = lines[first : first + height]
        page = [(left, 80 + 24 * n, line) for n, (left, line) in enumerate(body)]
        pages.append([(72, 40, "某区人民代表大会文件"), *page, (280, 790, f"— {number} —")])
    return pdf(pages, size)


def numbered_list(*items: str) -> str:
    """Paragraphs that a list numbers."""
    place = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return "".join(paragraph(item, place) for item in items)
