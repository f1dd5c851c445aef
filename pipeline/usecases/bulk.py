"""Reads a whole bulk file with several processes, for a check; must keep nothing of it.

This process cuts the file and hands out its parts, while readers parse, validate and map those
they were given; back come counts and codes alone. Readers are forked where that is safe, so that
none of them loads again what is loaded here. Nothing needed for a walk is imported.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.feeds import check_payload
from pipeline.feeds.cut import cut
from pipeline.model import ConfigError, PayloadRefused

__all__ = ["Checked", "check_file", "parts_of"]

_BLOCK = 256 * 1024  # bytes
_OBJECTS = 200_000  # until a reader looks for cycles
_KEPT = 16 * 1024 * 1024  # bytes, two trees of a part
_STDERR = 2  # the process's own, whatever stands in for it here
_WAITING = 3  # parts given to a reader beforehand
_GONE = (EOFError, BrokenPipeError, ConnectionResetError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What reading a bulk file came to; nothing of it was kept.

    ``refused`` counts codes of records, ``refused_parts`` those of whole parts; ``stopped`` is the
    code that ended the cutting, or empty.
    """

    parts: int
    records: int
    refused: Mapping[str, int]
    refused_parts: Mapping[str, int]
    stopped: str


@dataclass(slots=True)
class _Tally:
    """What the readers have answered so far."""

    parts: int = 0
    records: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    refused_parts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What became of one part: its records, or the code it was refused with."""

    records: int = 0
    refused: tuple[tuple[str, int], ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unusable:
    """What a reader found wrong with the agency's files."""

    problem: str
    remedy: str
    path: Path | None
    line: int | None


def check_file(folder: Path, file: Path, *, readers: int) -> Checked:
    """Read, validate and map a whole bulk file with ``readers`` processes; keep nothing.

    Raises:
        ConfigError: the agency's files are wrong, its form cannot be cut, the file cannot be read,
            or a reader ended, for want of memory for example.
    """
    agency = load_agency(folder, dialects=schemas_folder())
    found, stopped = _Tally(), ""
    with _Readers(folder, readers) as crew:
        try:
            for part in parts_of(file, agency):
                crew.give(part, found)
        except PayloadRefused as refusal:
            stopped = refusal.code.value
        crew.finish(found)
    return Checked(
        parts=found.parts,
        records=found.records,
        refused=found.refused,
        refused_parts=found.refused_parts,
        stopped=stopped,
    )


def parts_of(file: Path, agency: Agency) -> Iterator[bytes]:
    """Yield the parts of a bulk file as it is read.

    Raises:
        PayloadRefused, ConfigError: as ``cut``; the file cannot be read.
    """
    return cut(_blocks(file), agency)


def _blocks(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK):
                yield block
    except OSError as error:
        # The name may hold private text, so the file goes unnamed.
        raise ConfigError(
            f"the bulk file cannot be read ({error.strerror})",
            remedy="Check the path and its permissions",
        ) from None


class _Readers:
    """The processes that read, each with parts it has not answered yet; use it as a context."""

    def __init__(self, folder: Path, count: int) -> None:
        # A lock that another thread holds would stay locked in a forked process.
        alone = sys.platform == "linux" and threading.active_count() == 1
        start = get_context("fork").Process if alone else get_context("spawn").Process
        self._waiting: dict[Connection, int] = {}
        self._processes = []
        for _ in range(count):
            ours, theirs = Pipe()
            process = start(target=_read, args=(theirs, ours, folder), daemon=True)
            process.start()
            theirs.close()
            self._waiting[ours] = 0
            self._processes.append(process)

    def __enter__(self) -> _Readers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self._waiting:
            line.close()
        for process in self._processes:
            if kind is not None:
                process.kill()
            process.join()

    def give(self, part: bytes, found: _Tally) -> None:
        """Hand a part to the reader with the fewest; take answers where all have enough."""
        reader = min(self._waiting, key=self._waiting.__getitem__)
        while self._waiting[reader] >= _WAITING:
            self._hear(found)
            reader = min(self._waiting, key=self._waiting.__getitem__)
        try:
            reader.send_bytes(part)
        except _GONE:
            raise _ended() from None
        self._waiting[reader] += 1

    def finish(self, found: _Tally) -> None:
        """Wait for all answers."""
        while any(self._waiting.values()):
            self._hear(found)

    def _hear(self, found: _Tally) -> None:
        """Wait for an answer, and add to ``found`` all that are there."""
        ready = wait([line for line, given in self._waiting.items() if given])
        for line in [line for line in self._waiting if line in ready]:
            try:
                answer: _Part | _Unusable = line.recv()
            except _GONE:
                raise _ended() from None
            if isinstance(answer, _Unusable):
                raise ConfigError(
                    answer.problem, remedy=answer.remedy, path=answer.path, line=answer.line
                )
            self._waiting[line] -= 1
            found.parts += 1
            found.records += answer.records
            found.refused.update(dict(answer.refused))
            if answer.code:
                found.refused_parts[answer.code] += 1


def _ended() -> ConfigError:
    return ConfigError(
        "a process that reads has ended; is there memory enough?",
        remedy="Run this again, with fewer of them",
    )


def _read(line: Connection, other: Connection, folder: Path) -> None:
    """Be one reader, until its parent wants no more."""
    other.close()  # or this one would not notice that its parent is gone
    # An unforeseen error's trace could quote a record; the parent tells of the end instead.
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STDERR)
    try:
        agency = load_agency(folder, dialects=schemas_folder())
        gc.freeze()  # what stays is not looked through again with every part
        gc.set_threshold(_OBJECTS)  # a part's many objects are in no cycle, and go when it is read
        bytearray(_KEPT)  # once let go of, the allocator keeps as much for the next part
        while True:
            line.send(_checked(line.recv_bytes(), agency))
    except ConfigError as wrong:
        line.send(
            _Unusable(problem=wrong.problem, remedy=wrong.remedy, path=wrong.path, line=wrong.line)
        )
    except _GONE:
        return


def _checked(part: bytes, agency: Agency) -> _Part:
    try:
        records, refused = check_payload(part, agency)
    except PayloadRefused as refusal:
        return _Part(code=refusal.code.value)
    return _Part(records=records, refused=tuple(refused.items()))
