"""Says how the log stands: how long it is, and what is published of it. Read only."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.adapters.log_folder import read_checkpoint
from pipeline.adapters.store import Store
from pipeline.adapters.store.audit_log import log_size
from pipeline.audit.checkpoint import parse_checkpoint
from pipeline.audit.note import BadNote, parse_note
from pipeline.model import ConfigError
from pipeline.usecases.receipts import log_verifier_keys
from pipeline.usecases.settings import Settings

__all__ = ["LogState", "log_state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """``entries`` of the database, of which ``sealed`` stand under the published ``checkpoint``.

    ``sealed`` is None while nothing is, or where the checkpoint cannot be read: ``wrong`` says why.
    """

    entries: int
    sealed: int | None
    checkpoint: str
    keys: tuple[str, ...]
    wrong: str


def log_state(store: Store, settings: Settings) -> LogState:
    """Return the log's state; nothing is recomputed, so it proves nothing by itself.

    Raises:
        StoreFailure: database or log folder cannot be used.
    """
    with store.read() as tx:
        entries = log_size(tx)
    note = read_checkpoint(settings.log)
    sealed, wrong = None, ""
    if note is not None:
        try:
            sealed = parse_checkpoint(parse_note(note).text).size
        except BadNote as error:
            wrong = str(error)
    try:
        keys = log_verifier_keys(settings)
    except ConfigError:
        keys = ()  # no key is there before the first sealing
    text = "" if note is None else note.decode("utf-8", "replace")
    return LogState(entries=entries, sealed=sealed, checkpoint=text, keys=keys, wrong=wrong)
