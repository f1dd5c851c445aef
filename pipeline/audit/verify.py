"""Verifies the log and its receipts with files and a public key, and nothing else.

Runs alone: copy this one file to any machine with Python 3.11 and the ``cryptography`` package;
``python verify.py --help`` says how. It shares no code with what writes the log, so that one
mistake cannot hide itself; it imports nothing of the project, opens no connection, writes no file.

In: the log's folder (C2SP tlog-tiles) or a receipt (C2SP tlog-proof), and verifier keys. Out: what
is wrong, with the index of the first bad entry; or what the entries say of an alert.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = [
    "Head",
    "Report",
    "Story",
    "Unproven",
    "about",
    "main",
    "read_entries",
    "told_story",
    "verify_consistency",
    "verify_log",
    "verify_receipt",
]

_WIDTH, _HASH = 256, 32
_LOG, _WITNESS = 1, 4
_LINE = re.compile("\u2014 (\\S+) ([A-Za-z0-9+/]+={0,2})")
_ALERT = re.compile("[0-9a-f]{20}")  # cap/a46cebc97969a3c031e4.xml: a file of one alert
_PROOF = "c2sp.org/tlog-proof@v1"


class Unproven(Exception):
    """What should be proven is not; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Head:
    """A signed tree head: name, size, root, and who signed when (0: the log itself)."""

    origin: str
    size: int
    root: bytes
    text: str
    signed: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying a log found; ``problems`` are (index of the first bad entry, words)."""

    head: Head
    problems: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """What entries say of one alert: its versions, oldest first, and what became of it."""

    alert: str
    versions: list[dict[str, Any]] = field(default_factory=list)
    withdrawn: list[dict[str, Any]] = field(default_factory=list)


# --- signatures


def read_head(note: bytes, keys: Sequence[str], witnesses: Sequence[str] = ()) -> Head:
    """Return the tree head of a checkpoint that a known key signed, and every known witness.

    Raises:
        Unproven: it is no checkpoint, or a key or witness that is asked for did not sign it.
    """
    try:
        text, _, lines = note.decode().rpartition("\n\n")
        origin, size, root = text.split("\n")[:3]
        head = (origin, int(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        raise Unproven("this is not a checkpoint") from None
    if str(head[1]) != size or head[1] < 0 or len(head[2]) != _HASH or not origin:
        raise Unproven("this is not a checkpoint")
    text += "\n"
    own = [_signer(line, text, keys, _LOG) for line in lines.splitlines()]
    if not any(found and found[0] == origin for found in own):
        raise Unproven(f"no key that is known signed this checkpoint of {origin}")
    others = [_signer(line, text, witnesses, _WITNESS) for line in lines.splitlines()]
    signed = tuple(found for found in (*own, *others) if found)
    for name in (key.split("+")[0] for key in witnesses):
        if name not in {each for each, at in signed if at}:
            raise Unproven(f"the witness {name} did not cosign this checkpoint")
    return Head(head[0], head[1], head[2], text, signed)


def _signer(line: str, text: str, keys: Sequence[str], kind: int) -> tuple[str, int] | None:
    """Return (name, time) when one of the keys made this signature line; None for unknown keys."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise Unproven("a signature line is torn")
    blob = _decoded(found.group(2))
    for key in keys:
        name, key_id, public = _key(key, kind)
        if (name, key_id) != (found.group(1), blob[:4]):
            continue
        signature, at, message = blob[4:], 0, text
        if kind == _WITNESS:
            at, signature = int.from_bytes(blob[4:12], "big"), blob[12:]
            message = f"cosignature/v1\ntime {at}\n{text}"
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message.encode())
        except (InvalidSignature, ValueError):
            raise Unproven(f"the signature of {name} is forged") from None
        return name, at
    return None


def _key(text: str, kind: int) -> tuple[str, bytes, bytes]:
    name, _, rest = text.strip().partition("+")
    _, _, material = rest.partition("+")
    raw = _decoded(material)
    if len(raw) != 1 + _HASH or raw[0] != kind or not name:
        raise Unproven(f"this is not a verifier key of the kind that is needed: {text[:80]}")
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if rest.partition("+")[0] != key_id.hex():
        raise Unproven("a verifier key is damaged: its id does not fit")
    return name, key_id, raw[1:]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""


# --- the tree


def _leaf(line: bytes) -> bytes:
    return hashlib.sha256(b"\0" + line).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _root(hashes: Sequence[bytes]) -> bytes:
    """Return the RFC 6962 root over hashes: the odd one at the end moves up as it is."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    row = list(hashes)
    while len(row) > 1:
        odd = [row.pop()] if len(row) % 2 else []
        row = [_node(row[at], row[at + 1]) for at in range(0, len(row), 2)] + odd
    return row[0]


def _included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Follow an audit path from a leaf to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, made = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            made = _node(each, made)
            while at and at % 2 == 0:
                at, last = at // 2, last // 2
        else:
            made = _node(made, each)
        at, last = at // 2, last // 2
    return last == 0 and made == root


def _tile_name(level: str | int, number: int) -> str:
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(parts)}"


def _tile(folder: Path, level: str | int, number: int, width: int) -> tuple[bytes, bool]:
    """Return a tile's bytes, and whether they are those of a full one; nothing when it is gone."""
    name = _tile_name(level, number)
    partial = folder / f"{name}.p" / str(width)
    if width < _WIDTH and partial.is_file():
        return partial.read_bytes(), False
    full = folder / name
    return (full.read_bytes() if full.is_file() else b""), width < _WIDTH


def _bundle(folder: Path, number: int, width: int) -> list[bytes]:
    """Return the entries of a bundle, up to where it is torn; none of one with a tail."""
    body, cut = _tile(folder, "entries", number, width)
    lines: list[bytes] = []
    at = 0
    while at + 2 <= len(body) and len(lines) < width:
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        if end > len(body):
            return lines
        lines.append(body[at + 2 : end])
        at = end
    return lines if cut or at == len(body) else lines[:-1]


def _hashes(folder: Path, level: int, number: int, width: int) -> list[bytes]:
    """Return the hashes of a tile, up to where it is torn; the last is lost where it has a tail."""
    tile, cut = _tile(folder, level, number, width)
    whole = [tile[at : at + _HASH] for at in range(0, len(tile) - _HASH + 1, _HASH)][:width]
    return whole if cut or len(tile) <= width * _HASH else whole[:-1]


def read_entries(folder: Path, size: int) -> Iterator[tuple[int, list[bytes]]]:
    """Yield (number of the first, entries) of each bundle of a tree, as far as they are there."""
    for number in range(-(-size // _WIDTH)):
        width = min(_WIDTH, size - number * _WIDTH)
        yield number * _WIDTH, _bundle(folder, number, width)


def verify_log(folder: Path, keys: Sequence[str], witnesses: Sequence[str] = ()) -> Report:
    """Recompute the whole tree from its entries, and compare every tile and the signed root.

    Raises:
        Unproven: there is no checkpoint that the keys and witnesses signed.
    """
    head = read_head(_checkpoint(folder), keys, witnesses)
    problems: list[tuple[int, str]] = []
    above: list[bytes | None] = []  # None: a problem below is told already
    for first, lines in read_entries(folder, head.size):
        width = min(_WIDTH, head.size - first)
        made = [_leaf(line) for line in lines]
        told = _hashes(folder, 0, first // _WIDTH, width)
        bad = _differing(first, made, told, width)
        problems += bad
        above.append(None if bad else _root(made))
    problems += _compare_levels(folder, head, above)
    if not problems and _root([each or b"" for each in above]) != head.root:
        problems.append((0, "the entries are another log than the one that was signed"))
    return Report(head, tuple(sorted(problems)))


def _differing(
    first: int, made: list[bytes], told: list[bytes], width: int
) -> list[tuple[int, str]]:
    for at in range(width):
        if at >= len(made):
            return [(first + at, "an entry is missing or torn")]
        if at >= len(told):
            return [(first + at, "a leaf hash is missing or torn")]
        if made[at] != told[at]:
            return [(first + at, "an entry is not the one that was logged")]
    return []


def _compare_levels(folder: Path, head: Head, row: list[bytes | None]) -> Iterator[tuple[int, str]]:
    """Compare the tiles above the leaves with what their full tiles below hash to."""
    level, span = 1, _WIDTH
    while head.size >= span:
        count = head.size // span
        for number in range(-(-count // _WIDTH)):
            width = min(_WIDTH, count - number * _WIDTH)
            told = _hashes(folder, level, number, width)
            made = row[number * _WIDTH : number * _WIDTH + width]
            for at in range(width):
                if made[at] is not None and told[at : at + 1] != made[at : at + 1]:
                    words = f"a tile of level {level} does not fit what is below it"
                    yield (number * _WIDTH + at) * span, words
                    break
        row = [_over(row[at : at + _WIDTH]) for at in range(0, len(row), _WIDTH)]
        level, span = level + 1, span * _WIDTH


def _over(hashes: Sequence[bytes | None]) -> bytes | None:
    known = [each for each in hashes if each is not None]
    return _root(known) if len(known) == len(hashes) else None


def _checkpoint(folder: Path) -> bytes:
    try:
        return (folder / "checkpoint").read_bytes()
    except OSError:
        raise Unproven(f"there is no checkpoint in {folder}") from None


def verify_consistency(folder: Path, old: bytes, new: bytes, keys: Sequence[str]) -> None:
    """Check that an older checkpoint's entries are the beginning of a newer one's.

    Raises:
        Unproven: it is not so: entries were changed, dropped or put in between the two.
    """
    one, two = read_head(old, keys), read_head(new, keys)
    if one.origin != two.origin:
        raise Unproven("these are checkpoints of two logs")
    if one.size > two.size:
        raise Unproven(f"the log was rolled back from {one.size} entries to {two.size}")
    leaves: list[bytes] = []
    for number in range(-(-two.size // _WIDTH)):
        width = min(_WIDTH, two.size - number * _WIDTH)
        leaves += _hashes(folder, 0, number, width)
    for head in (one, two):
        if len(leaves) < head.size or _root(leaves[: head.size]) != head.root:
            raise Unproven(f"the log in {folder} does not hold the signed tree of {head.size}")


# --- receipts


def verify_receipt(body: bytes, keys: Sequence[str], witnesses: Sequence[str] = ()) -> Story:
    """Check every signature, path and link of a receipt; return what it proves.

    Raises:
        Unproven: it is no receipt, or something in it is not proven.
    """
    try:
        parts, _, note = body.partition(b"\n\n")
        first, extra, index, *path = parts.decode().split("\n")
        given = json.loads(_decoded(extra.removeprefix("extra ")))
        entries = [(each["index"], each["line"], list(each["proof"])) for each in given["entries"]]
        lines = [line.encode() for _, line, _ in entries]
        last = (int(index.removeprefix("index ")), path)
        alert = str(given["alert"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unproven("this is not a receipt") from None
    if first != _PROOF or not entries or (entries[-1][0], entries[-1][2]) != last:
        raise Unproven("this is not a receipt")
    head = read_head(note, keys, witnesses)
    _require_order([at for at, _, _ in entries])
    for (at, _, proof), line in zip(entries, lines, strict=True):
        hashes = [_decoded(str(each)) for each in proof]
        if not _included(_leaf(line), at, head.size, hashes, head.root):
            raise Unproven(f"entry {at} is not in the signed log")
    return tell(alert, [(at, json.loads(line)) for at, line, _ in entries])


def _require_order(indices: list[Any]) -> None:
    """Refuse entries told twice or out of order: one approval is not two."""
    if any(type(at) is not int for at in indices) or indices != sorted(set(indices)):
        raise Unproven("the receipt's entries are not each there once, in the log's order")


def about(folder: Path, alert: str, keys: Sequence[str]) -> Story:
    """Tell what a verified log says of an alert, out of its files alone.

    Raises:
        Unproven: the log is not sound, or does not speak of this alert.
    """
    report = verify_log(folder, keys)
    if report.problems:
        raise Unproven("entry {}: {}".format(*report.problems[0]))
    found = _speaking(folder, report.head.size, {alert})
    names = {alert, *_names(found, ("candidate",))}
    while True:
        found = _speaking(folder, report.head.size, names)
        more = _names(found, ("candidate", "becomes")) | names
        more |= {_body(e)["payload"] for _, e in found if e["kind"] == "outcome"}
        if more == names:
            return tell(alert, found)
        names = more


def _speaking(folder: Path, size: int, names: set[str]) -> list[tuple[int, dict[str, Any]]]:
    wanted = [name.encode() for name in names if name]
    return [
        (first + at, json.loads(line))
        for first, lines in read_entries(folder, size)
        for at, line in enumerate(lines)
        if any(name in line for name in wanted)
    ]


def _names(entries: list[tuple[int, dict[str, Any]]], members: tuple[str, ...]) -> set[str]:
    kinds = ("decision", "edit")
    told = [_body(entry) for _, entry in entries if entry["kind"] in kinds]
    return {body[name] for body in told for name in members if body.get(name)}


def _body(entry: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = entry["body"]
    return body


def tell(alert: str, entries: Sequence[tuple[int, dict[str, Any]]]) -> Story:
    """Link the entries of an alert: input, rules, findings, decisions, output.

    Raises:
        Unproven: a link is missing or in the wrong order.
    """
    story = Story(alert)
    kinds: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for index, entry in sorted(entries, key=lambda each: each[0]):
        kinds.setdefault(entry["kind"], []).append((index, entry))
    for index, entry in kinds.get("decision", ()):
        if _body(entry).get("alert") == alert:
            story.versions.append(_version(alert, index, entry, kinds))
    for index, entry in kinds.get("retraction", ()):
        if _body(entry)["alert"] == alert:
            story.withdrawn.append({"index": index, "at": entry["at"], "by": _body(entry)["by"]})
    if not story.versions:
        raise Unproven(f"no decision in it made the alert {alert}")
    return story


def _version(
    alert: str, index: int, decision: dict[str, Any], kinds: dict[str, list[tuple[int, Any]]]
) -> dict[str, Any]:
    body, before = _body(decision), [each for each in kinds.get("edit", ()) if each[0] < index]
    candidate = decided = body["candidate"]
    edits = []
    for at, edit in reversed(before):
        if _body(edit)["becomes"] == candidate:
            candidate = _body(edit)["candidate"]
            edits.append({"index": at, "by": _body(edit)["by"], "at": edit["at"]})
    made = [o for o in kinds.get("outcome", ()) if _body(o[1])["candidate"] == candidate]
    if not made or not made[0][0] < index or _body(made[0][1])["incident"] != body["incident"]:
        raise Unproven(f"entry {index} decides on what no earlier entry proposed")
    at, outcome = made[0]
    payload = _body(outcome)["payload"]
    landed = [e for e in kinds.get("payload-landed", ()) if _body(e[1])["payload"] == payload]
    if not landed or not landed[0][0] < at:
        raise Unproven(f"entry {at} is the outcome of a payload that never arrived")
    approvals = [
        {"index": i, "by": _body(each)["by"], "at": each["at"], "needed": _body(each)["needed"]}
        for i, each in kinds.get("decision", ())
        if i <= index and (_body(each)["candidate"], _body(each)["verb"]) == (decided, "approve")
    ]
    if not approvals or len({each["by"] for each in approvals}) < approvals[-1]["needed"]:
        raise Unproven(f"entry {index} makes an alert that too few people approved")
    return {
        "version": body["version"],
        "agency": outcome["agency"],
        "input": {"index": landed[0][0], "digest": payload, "at": landed[0][1]["at"]},
        "outcome": at,
        "versions": _body(outcome)["versions"],
        "findings": _findings(at, outcome, kinds),
        "edits": edits[::-1],
        "approvals": approvals,
        "output": _output(alert, body["version"], index, kinds),
    }


def _findings(at: int, outcome: dict[str, Any], kinds: dict[str, Any]) -> list[dict[str, Any]]:
    body = _body(outcome)
    found, place = list(body["findings"]), (body["payload"], body["position"])
    for index, more in kinds.get("findings", ()):
        told = _body(more)
        if index > at and (told["payload"], told["position"], told["from"]) == (*place, len(found)):
            found += told["findings"]
    if len(found) != len(body["findings"]) + body["more"]:
        raise Unproven(f"entry {at} speaks of findings that are not there")
    return found


def _output(alert: str, version: int, after: int, kinds: dict[str, Any]) -> dict[str, Any] | None:
    for index, entry in kinds.get("publication", ()):
        told = {(each["alert"], each["version"]) for each in _body(entry)["told"]}
        if index > after and (alert, version) in told:
            return {"index": index, "at": entry["at"], "files": _body(entry)["files"]}
    return None


# --- the command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 for sound, 1 for not sound."""
    asked = _parser().parse_args(arguments)
    keys = [_given(each) for each in asked.key]
    try:
        told = asked.run(asked, keys)
    except Unproven as problem:
        sys.stdout.write(f"NOT SOUND: {_one_line(str(problem))}\n")
        return 1
    except OSError as problem:
        sys.stdout.write(f"NOT SOUND: {_one_line(str(problem.filename))} cannot be read\n")
        return 1
    sys.stdout.write("\n".join(map(_one_line, told)) + "\n")
    return 1 if told[0].startswith("NOT SOUND") else 0


def _one_line(text: str) -> str:
    """Return a line that is one: nothing in an entry starts another, or steers a terminal."""
    return "".join(
        each if unicodedata.category(each)[0] not in "CZ" or each == " " else f"\\u{ord(each):04x}"
        for each in text
    )


def _given(text: str) -> str:
    """Return a key, read from a file where a file is named."""
    return Path(text).read_text("utf-8").strip() if Path(text).is_file() else text


def _run_log(asked: argparse.Namespace, keys: list[str]) -> list[str]:
    report = verify_log(asked.folder, keys, [_given(each) for each in asked.witness])
    if asked.since:
        verify_consistency(asked.folder, asked.since.read_bytes(), _checkpoint(asked.folder), keys)
    if report.problems:
        return ["NOT SOUND", *(f"entry {index}: {words}" for index, words in report.problems)]
    signed = ", ".join(name for name, _ in report.head.signed)
    return [f"SOUND: {report.head.size} entries of {report.head.origin}, signed by {signed}"]


def _run_consistency(asked: argparse.Namespace, keys: list[str]) -> list[str]:
    verify_consistency(asked.folder, asked.old.read_bytes(), asked.new.read_bytes(), keys)
    return ["SOUND: the older checkpoint is the beginning of the newer one"]


def _run_receipt(asked: argparse.Namespace, keys: list[str]) -> list[str]:
    witnesses = [_given(each) for each in asked.witness]
    story = verify_receipt(asked.receipt.read_bytes(), keys, witnesses)
    return ["SOUND", *told_story(story), *_told_file(story, asked.file)]


def _run_about(asked: argparse.Namespace, keys: list[str]) -> list[str]:
    read_head(_checkpoint(asked.folder), keys, [_given(each) for each in asked.witness])
    if asked.since:
        verify_consistency(asked.folder, asked.since.read_bytes(), _checkpoint(asked.folder), keys)
    return ["SOUND", *told_story(about(asked.folder, asked.alert, keys))]


def _told_file(story: Story, path: Path | None) -> list[str]:
    if path is None:
        return []
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for each in story.versions:
        for name, told in (each["output"] or {"files": {}})["files"].items():
            if told == digest and (story.alert in name or not _ALERT.search(name)):
                return [f"{path.name} is {name} as published with version {each['version']}"]
    raise Unproven(f"{path.name} is not what was published")


def told_story(story: Story) -> list[str]:
    """Return a story in lines for a person."""
    lines = [f"alert {story.alert}"]
    for each in story.versions:
        names = ", ".join(f"{name} {value}" for name, value in sorted(each["versions"].items()))
        lines += [
            f"version {each['version']} of {each['agency']}",
            f"  came in as {each['input']['digest']}",
            f"    at {each['input']['at']} (entry {each['input']['index']})",
            f"  was judged by {names} (entry {each['outcome']})",
            f"  had {len(each['findings'])} stretches removed:",
        ]
        lines += [
            f"    remark {f['remark'] + 1}, characters {f['start']}-{f['end']}: {f['entity']}, by"
            f" {f['recognizer']} {f['recognizer_version']} ({f['reason']})"
            for f in each["findings"]
        ]
        lines += [f"  was edited by {e['by']} (entry {e['index']})" for e in each["edits"]]
        lines += [
            f"  was approved by {e['by']} at {e['at']} (entry {e['index']})"
            for e in each["approvals"]
        ]
        lines += _told_output(story.alert, each["output"])
    return lines + [
        f"withdrawn by {e['by']} at {e['at']} (entry {e['index']})" for e in story.withdrawn
    ]


def _told_output(alert: str, output: dict[str, Any] | None) -> list[str]:
    if output is None:
        return ["  no publication of it is shown here"]
    lines = [f"  was published at {output['at']} (entry {output['index']})"]
    own = {name: digest for name, digest in output["files"].items() if alert in name}
    return lines + [f"    {name}: SHA-256 {digest}" for name, digest in sorted(own.items())]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Verify Blotter's log, or a receipt out of it.")
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: Any, words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        made.add_argument("--key", action="append", required=True, help="verifier key, or its file")
        return made

    log = command("log", _run_log, "Recompute the whole log from its files.")
    log.add_argument("folder", type=Path)
    log.add_argument("--since", type=Path, help="a checkpoint you kept: it must be the beginning")
    log.add_argument("--witness", action="append", default=[], help="key of a witness")
    receipt = command("receipt", _run_receipt, "Check a receipt and tell what it proves.")
    receipt.add_argument("receipt", type=Path)
    receipt.add_argument("--file", type=Path, help="a public file: was it published like this?")
    receipt.add_argument("--witness", action="append", default=[], help="key of a witness")
    tells = command("about", _run_about, "Tell what the log says of an alert.")
    tells.add_argument("alert")
    tells.add_argument("folder", type=Path)
    tells.add_argument("--since", type=Path, help="a checkpoint you kept: it must be the beginning")
    tells.add_argument("--witness", action="append", default=[], help="key of a witness")
    both = command("consistency", _run_consistency, "Compare two checkpoints.")
    both.add_argument("old", type=Path)
    both.add_argument("new", type=Path)
    both.add_argument("folder", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
