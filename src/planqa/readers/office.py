"""Old Word and WPS files (.doc, .wps), which LibreOffice turns into .docx where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from planqa.errors import ReportError
from planqa.readers import docx
from planqa.readers.reading import Reading

__all__ = ["read"]

_SECONDS = 90
"""Less than the process that this runs in has."""


def read(path: Path, data: bytes) -> Reading:
    """The text of an old Word file; ReportError where LibreOffice is missing or cannot read it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ReportError(
            path, "open it in Word or WPS and save it as .docx, or install LibreOffice"
        )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, f"report{path.suffix.lower()}")
        copy.write_bytes(data)
        options = [f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless"]
        command = [program, *options, "--convert-to", "docx", "--outdir", folder, str(copy)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
            converted = copy.with_suffix(".docx").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise ReportError(path, "LibreOffice cannot read it; save it as .docx") from error
    return docx.read(path, converted)
