"""Everything Blotter raises on purpose.

::

    BlotterError
    ├── ConfigError          a file we were given is wrong: names file, line, and remedy
    ├── AgreementStopped     an agency's agreement is missing, unsigned, expired or not begun
    ├── PayloadRefused       a payload cannot be read at all: quarantined whole
    ├── RecordRefused        one record cannot be read: that record is quarantined
    ├── DetectorFailure      a detector failed or timed out: the record is held
    ├── VaultFailure         the vault cannot read or write
    ├── StoreFailure         the database cannot be reached, is locked, or needs a migration
    ├── AirflowFailure       Airflow cannot be reached or refuses (``adapters.airflow_api``)
    │   └── AirflowLacks     Airflow does not know what it was asked for, or not yet
    ├── FetchFailed          a feed cannot be fetched; ``code`` is a notice
    ├── Conflict             what was decided on has changed since
    └── Refused              a request breaks a rule (unknown id, forbidden transition)

Messages are written for people and hold no record text: a code, a place, a remedy. An exception
from a library that may quote its input is never chained (``raise ... from None``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from pipeline.model.notice import NoticeCode

__all__ = [
    "AgreementStopped",
    "BlotterError",
    "ConfigError",
    "Conflict",
    "DetectorFailure",
    "FetchFailed",
    "PayloadRefused",
    "RecordRefused",
    "Refused",
    "StopCode",
    "StoreFailure",
    "VaultFailure",
]


class BlotterError(Exception):
    """Base of every error raised on purpose; its text is safe to show."""


class ConfigError(BlotterError):
    """A configuration file is missing or wrong."""

    def __init__(
        self, problem: str, *, remedy: str, path: Path | None = None, line: int | None = None
    ) -> None:
        place = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{place}{problem}. {remedy}")
        self.problem, self.remedy, self.path, self.line = problem, remedy, path, line


class StopCode(StrEnum):
    """Why an agreement does not cover a day. Stable codes, as entries of the log have them."""

    UNSIGNED = "unsigned"
    SIGNED_LATER = "signed-later"
    NOT_BEGUN = "not-begun"
    ENDED = "ended"
    EXPIRED = "expired"


class AgreementStopped(BlotterError):
    """The agency's agreement does not cover this moment, so its feed is not read."""

    def __init__(self, message: str, *, code: StopCode) -> None:
        super().__init__(message)
        self.code = code


class PayloadRefused(BlotterError):
    """The payload cannot be read; ``code`` says why and ``position`` where, when known."""

    def __init__(self, code: NoticeCode, position: str = "") -> None:
        super().__init__(f"{code.value} {position}".strip())
        self.code, self.position = code, position


class RecordRefused(BlotterError):
    """One record cannot be read; ``field`` is the canonical field that failed, when known."""

    def __init__(self, code: NoticeCode, field: str = "") -> None:
        super().__init__(f"{code.value} {field}".strip())
        self.code, self.field = code, field


class DetectorFailure(BlotterError):
    """A detector failed; ``kind`` is a fixed word such as ``timeout``, never a message."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"detector failed: {kind}")
        self.kind = kind


class VaultFailure(BlotterError):
    """The vault cannot be opened, read or written."""


class StoreFailure(BlotterError):
    """The database cannot be used now; the message says what to do."""


class FetchFailed(BlotterError):
    """A feed could not be fetched. ``code`` is the notice; the text names no value of the feed.

    ``memory`` is remembered all the same: until when the server asked to be left alone.
    """

    def __init__(
        self, code: NoticeCode, detail: str = "", *, memory: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{code.value}{': ' if detail else ''}{detail}. {code.remedy}")
        self.code, self.memory = code, memory


class Conflict(BlotterError):
    """The candidate or alert changed since it was read; read it again and decide again."""


class Refused(BlotterError):
    """The request breaks a rule; the message names the rule."""
