"""Prints what happened to the log and what was found in it, for people and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.usecases.seal import SealReport

__all__ = ["pruned", "sealed"]


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


def pruned(count: int, *, json: bool) -> None:
    """Show how many files went."""
    if json:
        put({"removed": count})
    else:
        out().print(f"{count} files removed; nothing that a proof needs.")
