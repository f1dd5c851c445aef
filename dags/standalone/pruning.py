"""Keeps Airflow's own bookkeeping small: old runs in its database, old and long log files.

The line makes some 1,400 runs and 7,000 task logs a day, which nobody reads after a week; what
matters for longer stands in Blotter's ledger and audit log. Never touches anything of Blotter's.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["prune", "prune_logs"]

KEPT = timedelta(days=7)
LONGEST_LOG = 20_000_000  # bytes


def prune(logs: Path, now: datetime) -> None:
    """Delete what is older than a week. Airflow's command ends the process it runs in."""
    prune_logs(logs, now)
    from airflow.__main__ import main

    before = (now - KEPT).isoformat()
    sys.argv = ["airflow", "db", "clean", "--clean-before-timestamp", before]
    sys.argv += ["--skip-archive", "--yes"]
    main()  # type: ignore[no-untyped-call]


def prune_logs(logs: Path, now: datetime) -> None:
    """Remove task and parsing logs older than a week, and cut component logs that grew too long."""
    oldest = now - KEPT
    for folder in (logs / "tasks", logs / "parsing"):
        # Looked at before anything is deleted: deleting a file renews its folder's time.
        expired = [path for path in folder.rglob("*") if _modified(path) < oldest]
        for path in sorted(expired, reverse=True):
            if not path.is_dir() or path.is_symlink():
                path.unlink(missing_ok=True)
            elif not any(path.iterdir()):
                path.rmdir()
    for path in logs.glob("*.log"):
        if path.stat().st_size > LONGEST_LOG:
            # Components append, so they go on writing at the new end.
            os.truncate(path, 0)


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
