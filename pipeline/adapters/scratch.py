"""Gives a folder for a while that only its owner reads, and removes what killed runs left.

In goes the folder it shall lie in, or none for the system's own. It holds ciphertext and what may
be shown; it must never outlive its run for longer than until the next one there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.adapters.locked import alone
from pipeline.model import StoreFailure

__all__ = ["scratch", "tidy"]

_NAME, _LOCK = ".blotter-", ".lock"


def tidy(folder: Path) -> None:
    """Remove what killed runs left in a folder: nobody holds its lock any more.

    Raises:
        StoreFailure: a lock cannot be looked at.
    """
    for old in folder.glob(f"{_NAME}*"):
        if old.is_dir():  # without a lock, too: it was killed before it had one
            with alone(old / _LOCK) as left:
                if left:
                    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def scratch(beside: Path | None) -> Iterator[Path]:
    """Yield an empty folder, and remove it at the end.

    Raises:
        StoreFailure: another run took it for one that was killed.
    """
    if beside is not None:
        tidy(beside)
    with (
        tempfile.TemporaryDirectory(prefix=_NAME, dir=beside) as name,
        alone(Path(name) / _LOCK) as ours,
    ):
        if not ours:
            raise StoreFailure(f"{name} was tidied up by another run; run this one again")
        Path(name).chmod(0o700)  # that other run may have removed it, and the lock made it anew
        inside = Path(name) / "scratch"
        inside.mkdir()
        yield inside
