"""Prints what happened to the log and what was found in it, for people and for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.audit.verify import told_story
from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.audit.verify import Story
    from pipeline.usecases.removed import RemovedReport
    from pipeline.usecases.seal import SealReport

__all__ = [
    "consistent",
    "pruned",
    "receipt_written",
    "removed",
    "sealed",
    "told",
    "verified",
    "witnessing",
]


def sealed(report: SealReport, *, json: bool) -> None:
    """Show how large the signed log is, and with which keys it is checked."""
    if json:
        put(
            {
                "origin": report.origin,
                "size": report.size,
                "added": report.added,
                "root": report.root.hex(),
                "keys": list(report.keys),
                "cosigned": report.cosigned,
                "problems": dict(report.problems),
            }
        )
        return
    console = out()
    console.print(
        f"The log {safe(report.origin)} holds {report.size:,} entries, {report.added:,} new."
    )
    console.print("Whoever checks it needs this key, got from you and not from the log:")
    for key in report.keys[-1:]:
        console.print(f"  {safe(key)}", soft_wrap=True)
    for name, why in report.problems.items():
        console.print(f"Not cosigned by {safe(name)}: {safe(why)}", soft_wrap=True)


def witnessing(address: str, key: str) -> None:
    """Show where a witness listens, and the line that a log's file of witnesses needs."""
    console = out()
    console.print("The log's operator writes this line into the file of BLOTTER_WITNESSES:")
    console.print(f"{safe(address)} {safe(key)}", soft_wrap=True)


def pruned(count: int, *, json: bool) -> None:
    """Show how many files went."""
    if json:
        put({"removed": count})
    else:
        out().print(f"{count} files removed; nothing that a proof needs.")


def verified(origin: str, size: int, problems: Sequence[tuple[int, str]], *, json: bool) -> None:
    """Show whether a log is sound, or the entries where it is not."""
    if json:
        told = [{"entry": index, "problem": words} for index, words in problems]
        put({"sound": not problems, "origin": origin, "size": size, "problems": told})
        return
    if not problems:
        out().print(f"Sound: {size:,} entries of {safe(origin)}.")
        return
    console = out()
    console.print("NOT SOUND", style="bold red")
    for index, words in problems:
        console.print(f"  entry {index}: {safe(words)}", soft_wrap=True)


def consistent(*, json: bool) -> None:
    """Show that one checkpoint continues another."""
    if json:
        put({"sound": True})
    else:
        out().print("Sound: the older checkpoint is the beginning of the newer one.")


def told(story: Story, *, json: bool) -> None:
    """Show what entries prove of an alert."""
    if json:
        put({"sound": True, **asdict(story)})
        return
    console = out()
    console.print("Sound. The signed log says:")
    for line in told_story(story):
        console.print(safe(line), soft_wrap=True, highlight=False)


def receipt_written(path: Path, *, json: bool) -> None:
    """Show where a receipt is."""
    if json:
        put({"receipt": str(path)})
    else:
        out().print(f"Receipt: {safe(str(path))}")


def report_written(path: Path) -> None:
    """Show where a report is."""
    out().print(f"Report: {safe(str(path))}", soft_wrap=True)


def removed(report: RemovedReport, *, json: bool) -> None:
    """Show where a value was removed; the value itself is nowhere."""
    if json:
        put(asdict(report))
        return
    console = out()
    if not report.places:
        console.print(f"Never removed, as far as {report.searched:,} entries with findings tell.")
    for each in report.places:
        part = "" if each.whole else ", or another value with the same part"
        console.print(
            f"entry {each.index}, {safe(each.at)}, {safe(each.agency)}: remark {each.remark + 1},"
            f" characters {each.start}-{each.end}, {each.entity} by {safe(each.recognizer)}{part}",
            soft_wrap=True,
        )
    for epoch in report.unanswerable:
        console.print(f"Of {safe(epoch)} nobody can tell: its key was destroyed.")
