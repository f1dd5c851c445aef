"""What became of the public site, for people and machines."""

from __future__ import annotations

from pathlib import Path

from pipeline.cli.show import out, put, safe

__all__ = ["built", "serving"]


def built(folder: Path, written: int, removed: int, *, json: bool) -> None:
    """Show how many files were written and removed, and where."""
    if json:
        put({"folder": str(folder), "written": written, "removed": removed})
        return
    out().print(f"{written} files written, {removed} removed in {safe(str(folder))}")


def serving(port: int) -> None:
    """Show where the site is to be seen."""
    out().print(f"http://127.0.0.1:{port}/  (this machine only; Ctrl-C ends it)")
