"""Compile the gold narratives, written with their spans inline, to JSON lines.

In: `<split>/<style>.txt`, a split being `development` or `held_out`. A narrative starts at a
line `# <style>-<number>`; its text follows, with every identifier as `⟦ENTITY:characters⟧`;
`\\n`, `\\t`, `\\r`, `\\\\`, `\\uXXXX` stand for characters that would not show. Lines
`= key: value` after the text are what the CAD record itself holds.
Out: one object a line with the plain text and the exact spans, in `development.jsonl`
and `held-out.jsonl`. Nothing may be tuned on the second.

It never repairs what it reads: a wrong mark is an error. It knows nothing of the redaction, which
is measured with its output elsewhere. Run it as a program to write the file anew.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDERS = {"development": "development", "held-out": "held_out"}
"""Where the narratives of each split are written."""
_IDENTIFIERS = """PERSON STAFF PHONE ADDRESS APARTMENT STREET DOB AGE PLATE VIN LICENSE SSN
    GOVERNMENT_ID EMAIL HANDLE GEO ACCESS_CODE FINANCIAL MEDICAL_ID NCIC_RETURN"""
ENTITIES = frozenset([*_IDENTIFIERS.split(), "PLACE"])
"""All are identifiers but PLACE, which counts neither as identifier nor as innocent."""
KNOWN = frozenset(("caller_name", "caller_phone", "caller_address", "incident_address"))

_HEAD = re.compile(r"# (?P<style>[a-z-]+)-(?P<number>\d\d)")
_KNOWN = re.compile(r"= (?P<key>[a-z_]+): (?P<value>.+)")
_MARK = re.compile(r"⟦(?P<entity>[A-Z_]+):(?P<text>[^⟦⟧]+)⟧")
_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<letter>.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


class GoldError(ValueError):
    """A gold narrative is not written as the form demands."""


def unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match["code"]:
            return chr(int(match["code"], 16))
        if match["letter"] not in _LETTERS:
            raise GoldError(f"unknown escape \\{match['letter']}")
        return _LETTERS[match["letter"]]

    return _ESCAPE.sub(character, text)


def unmark(marked: str) -> tuple[str, list[dict[str, object]]]:
    """Give the plain text of a marked one, and its spans (code points, end exclusive)."""
    text, spans, done = "", [], 0
    for match in _MARK.finditer(marked):
        if match["entity"] not in ENTITIES:
            raise GoldError(f"unknown entity {match['entity']}")
        text += unescape(marked[done : match.start()])
        start, done = len(text), match.end()
        text += unescape(match["text"])
        spans.append({"start": start, "end": len(text), "entity": match["entity"]})
    text += unescape(marked[done:])
    if "⟦" in text or "⟧" in text:
        raise GoldError("a mark is not closed, or has no entity")
    return text, spans


def entry(name: str, source: Path, lines: list[str]) -> dict[str, object]:
    known = [match for line in lines if (match := _KNOWN.fullmatch(line))]
    body = [line for line in lines if not _KNOWN.fullmatch(line)]
    text, spans = unmark("\n".join(body).strip("\n"))
    if not text.strip():
        raise GoldError(f"{name} has no text")
    if not {match["key"] for match in known} <= KNOWN:
        raise GoldError(f"{name} has a known value of no known kind")
    written: dict[str, object] = {"id": name, "text": text, "spans": spans}
    written |= {"style": source.stem, "split": source.parent.name.replace("_", "-")}
    if known:
        written["known"] = {match["key"]: match["value"] for match in known}
    return written


def entries(source: Path) -> Iterator[dict[str, object]]:
    """Yield the narratives of one style's file, in its order."""
    name, lines = "", list[str]()
    for line in source.read_text(encoding="utf-8").split("\n"):
        head = _HEAD.fullmatch(line)
        if head is None:
            lines.append(line)
            continue
        if head["style"] != source.stem:
            raise GoldError(f"{line[2:]} is in the file of {source.stem}")
        if name:
            yield entry(name, source, lines)
        elif any(lines):
            raise GoldError(f"{source.name} has text before its first narrative")
        name, lines = line[2:], []
    yield entry(name, source, lines)


def compiled(split: str) -> str:
    """Give the JSON lines of all narratives of a split, by style."""
    sources = sorted((HERE / FOLDERS[split]).glob("*.txt"))
    written = [item for source in sources for item in entries(source)]
    return "".join(f"{json.dumps(item, ensure_ascii=True)}\n" for item in written)


def main() -> None:
    for split in FOLDERS:
        target = HERE / f"{split}.jsonl"
        target.write_text(compiled(split), encoding="utf-8")
        sys.stdout.write(f"{target.name} written\n")


if __name__ == "__main__":
    main()
