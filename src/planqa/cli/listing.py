"""Hits, outlines, reports, changes, findings -> what `search`, `outline`, `reports`, `index`, `doctor` print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from planqa.render import Styled, one_line, path_text, printable

if TYPE_CHECKING:
    from planqa.changes import Changes
    from planqa.doctor import Finding
    from planqa.milvus import Sent
    from planqa.opening import Opened
    from planqa.report import Report, Section
    from planqa.search import Hit

__all__ = [
    "changes_text",
    "findings_text",
    "hits_text",
    "outline_dict",
    "outline_text",
    "reports_dicts",
    "reports_text",
    "sent_text",
]

NAMED = 20
"""Files that are named of each kind of change."""
_STYLES = {"ok": "green", "warning": "yellow", "error": "bold red"}


def hits_text(hits: Sequence[Hit]) -> Styled:
    """Ranked passages: rank, score, where each stands, and its text."""
    blocks = []
    for hit in hits:
        where = path_text((hit.passage.report_id, *hit.passage.section_path))
        blocks.append(
            [
                (f"{hit.rank}. ", "bold cyan"),
                (f"{hit.score:.3f}  ", "dim"),
                (where, "cyan"),
                (f"\n   {one_line(hit.passage.text)}", ""),
            ]
        )
    return _joined(blocks, "\n\n")


def outline_dict(report: Report) -> dict[str, Any]:
    """A report's sections, nested, for JSON."""
    return {
        "report_id": report.report_id,
        "title": report.title,
        "place": report.place,
        "year": report.year,
        "sections": [_section_dict(section) for section in report.sections],
    }


def _section_dict(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "level": section.level,
        "start": section.start,
        "end": section.end,
        "children": [_section_dict(child) for child in section.children],
    }


def outline_text(report: Report) -> Styled:
    """A report's headings, each below its parent."""
    known = " · ".join(str(each) for each in (report.place, report.year) if each)
    runs = [(printable(report.title), "bold"), (f"  {printable(known)}" if known else "", "dim")]
    for path, section in report.walk():
        style = "bold" if len(path) == 1 else ""
        runs.append((f"\n{'  ' * len(path)}{one_line(section.heading)}", style))
    if not report.sections:
        runs.append(("\n  (no headings were found: its paragraphs are indexed without any)", "dim"))
    return runs


def reports_dicts(index: Opened) -> list[dict[str, Any]]:
    """What is known about each indexed report, for JSON."""
    return [
        {
            "id": entry.report_id,
            "title": entry.title,
            "place": entry.place,
            "year": entry.year,
            "kind": entry.kind,
            "issuer": entry.issuer,
            "date": entry.date,
            "reviewed": entry.reviewed,
            "sections": sum(1 for _ in report.walk()),
            "passages": entry.passages,
            "file": entry.file,
            "sha256": entry.sha256,
        }
        for entry, report in zip(index.catalogue, index.reports, strict=True)
    ]


def reports_text(listed: Sequence[dict[str, Any]]) -> Styled:
    """What `reports_dicts` returns, in words."""
    blocks = []
    for each in listed:
        known = [each["place"] or "no place", each["year"] or "year unknown"]
        known += [each[what] for what in ("kind", "issuer", "date") if each[what]]
        counts = (f"{each['sections']} sections", f"{each['passages']} passages")
        facts = " · ".join(printable(str(fact)) for fact in (*known, *counts, each["file"]))
        blocks.append(
            [
                (printable(each["id"]), "bold cyan"),
                (f"\n    {printable(each['title'])}", ""),
                (f"\n    {facts}", "dim"),
            ]
        )
    return _joined(blocks, "\n")


def changes_text(changes: Changes) -> Styled:
    """What an update did: how many of each kind, and which."""
    moved = [f"{source} → {target}" for source, target in changes.renamed]
    failed = [f"{error.path.name}: {error.reason}" for error in changes.failed]
    counted = {
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
        "renamed": moved,
        "unchanged": changes.unchanged,
        "failed": failed,
    }
    notes = [f"{file}: the same bytes as {other}, indexed once" for file, other in changes.doubles]
    notes += [f"{file}: {what}" for file, what in changes.left_out]
    runs = [(", ".join(f"{len(files)} {kind}" for kind, files in counted.items()), "bold")]
    for kind, files in counted.items():
        if kind != "unchanged":
            style = "bold red" if kind == "failed" else "dim"
            runs += [(f"\n  {kind}: {printable(file)}", style) for file in files[:NAMED]]
            more = len(files) - NAMED
            runs += [(f"\n  {kind}: {more} more", style)] if more > 0 else []
    return runs + [(f"\n  note: {printable(note)}", "dim") for note in notes[:NAMED]]


def sent_text(sent: Sent) -> Styled:
    """What was sent to a Milvus, and what lies there now."""
    what = f"{sent.sent} reports sent" if sent.sent else "nothing to send"
    there = f"{sent.reports} reports, {sent.passages} passages in {sent.segments} segments"
    return [(f"Milvus: {what}", "bold"), (f" ({there})", "dim")]


def findings_text(findings: Sequence[Finding]) -> Styled:
    """What `doctor` found, a line each, with the command that mends it."""
    return _joined([list(_finding(each)) for each in findings], "\n")


def _finding(finding: Finding) -> Iterator[tuple[str, str]]:
    yield f"{finding.level:<7}  ", _STYLES[finding.level]
    yield printable(finding.what), ""
    if finding.next_command and finding.next_command not in finding.what:
        yield f": run `{finding.next_command}`", "bold"


def _joined(blocks: Sequence[Styled], separator: str) -> Styled:
    runs = [run for block in blocks for run in (*block, (separator, ""))]
    return runs[:-1]
