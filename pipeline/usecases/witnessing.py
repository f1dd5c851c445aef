"""Lets witnesses cosign the log's checkpoint, and serves a witness of our own.

A witness is somebody else's machine that remembers how large the log was: with its cosignature the
log cannot be rolled back or forked unseen. A witness that is away stops nothing, and is asked again
with the next seal.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from datetime import datetime
from http.server import ThreadingHTTPServer
from pathlib import Path

from pipeline.adapters.log_folder import reader_of
from pipeline.adapters.log_keys import open_log_keys
from pipeline.adapters.witness_client import WitnessAddress, ask_witness
from pipeline.adapters.witness_server import Witness, witness_server
from pipeline.audit.merkle import consistency_proof
from pipeline.audit.note import COSIGNATURE, BadNote, Note, NoteKey, parse_key
from pipeline.model import ConfigError, StoreFailure
from pipeline.usecases.settings import Settings

__all__ = ["cosigned", "open_witness", "read_witnesses"]


def read_witnesses(settings: Settings) -> tuple[WitnessAddress, ...]:
    """Read the file of witnesses: address and verifier key, one a line; no file, no witnesses.

    Raises:
        ConfigError: naming the line that is neither.
    """
    path = settings.witnesses
    if path is None:
        return ()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            "the file of witnesses cannot be read", remedy="Check BLOTTER_WITNESSES.", path=path
        ) from None
    told = ((number, line.split()) for number, line in enumerate(lines, 1) if line.strip())
    return tuple(_address(words, path, number) for number, words in told if words[0][0] != "#")


def _address(words: list[str], path: Path, number: int) -> WitnessAddress:
    wrong = ConfigError(
        "this line names no witness",
        remedy="Write its address (https://...) and its verifier key (name+id+key).",
        path=path,
        line=number,
    )
    if len(words) != 2 or not words[0].startswith(("https://", "http://")):
        raise wrong
    try:
        key = parse_key(words[1])
    except BadNote:
        raise wrong from None
    if key.kind != COSIGNATURE:
        raise wrong
    return WitnessAddress(url=words[0], key=key)


def cosigned(settings: Settings, note: Note, size: int) -> tuple[Note, dict[str, str]]:
    """Return the checkpoint with the cosignatures it lacked, and who would not give theirs, why.

    Raises:
        ConfigError: the file of witnesses is wrong.
    """
    problems: dict[str, str] = {}
    signatures = list(note.signatures)
    read = reader_of(settings.log, size)
    for witness in read_witnesses(settings):
        if any((s.name, s.key_id) == (witness.key.name, witness.key.key_id) for s in signatures):
            continue
        try:
            signatures.append(
                ask_witness(witness, note, size, lambda old: consistency_proof(read, old, size))
            )
        except StoreFailure as failure:
            problems[witness.key.name] = str(failure)
    return Note(text=note.text, signatures=tuple(signatures)), problems


def open_witness(
    folder: Path, name: str, keys: Sequence[str], *, host: str, port: int, now: datetime
) -> tuple[ThreadingHTTPServer, NoteKey]:
    """Return the server of a witness for the logs of these verifier keys, and its own key.

    Raises:
        ConfigError: a key is none, the folder cannot be used, or the address is taken.
    """
    logs: dict[str, list[NoteKey]] = {}
    for text in keys:
        try:
            key = parse_key(text)
        except BadNote as problem:
            raise ConfigError(str(problem), remedy="Give the log's verifier key.") from None
        logs.setdefault(key.name, []).append(key)
    own = open_log_keys(
        folder / "witness-key.json",
        name,
        kind=COSIGNATURE,
        may_create=True,
        randomness=secrets.token_bytes,
        now=now,
    )
    (signer, *_) = own.signers(now)[::-1]
    witness = Witness(folder=folder, signer=signer, logs=logs, clock=lambda: int(time.time()))
    try:
        return witness_server(witness, host, port), signer.key
    except OSError:
        raise ConfigError(
            f"{host}:{port} cannot be listened on", remedy="Choose another --port."
        ) from None
