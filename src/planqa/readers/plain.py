"""Plain text and Markdown: bytes -> text, in the encodings that Chinese offices write.

The order is fixed and every step is strict: a byte order mark decides; then UTF-8, which other
encodings practically never satisfy by chance; then GB18030, which contains GBK and GB2312. The
whole file has to decode, so that no character is ever dropped or replaced.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from planqa.errors import ReportError
from planqa.readers.reading import Reading

__all__ = ["decode", "read"]

_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(path: Path, data: bytes) -> Reading:
    """The file's text; ReportError where it is not text in a supported encoding."""
    text = decode(path, data)
    if 100 * len(_CONTROL.findall(text)) > len(text) or "\0" in text:
        raise ReportError(path, "this is not text; save it as .txt in UTF-8 or GB18030")
    return Reading(text)


def decode(path: Path, data: bytes) -> str:
    """Bytes as text, strictly, without a byte order mark; ReportError where no encoding fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(path, data, (encoding,))
    return _strictly(path, data, ("utf-8", "gb18030"))


def _strictly(path: Path, data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    tried = " or ".join(encodings)
    raise ReportError(path, f"its bytes are not {tried}; save it again as UTF-8 text")
