"""Takes a mail's subject apart that joins a call's type and its number.

In: a subject such as ``Structure Fire - F26-001234`` or ``[CAD] 26-00412 MVA``. Out: its two parts,
or none. One number of a call and one text must be all there is, but for a tag in brackets: what
says more, such as a street or ``RE:``, is not taken apart, and a call that needs a part is refused.
It must never guess which of two texts is the type.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from pipeline.feeds.mail_head import HEADS, Heads

__all__ = ["SUBJECT_NUMBER", "SUBJECT_TYPE", "has_number", "parted_subject", "subject_parts"]

SUBJECT_TYPE: Final = f"{HEADS['subject']} type"
SUBJECT_NUMBER: Final = f"{HEADS['subject']} number"

_LETTERS: Final = r"[A-Za-z]{0,5}-?"
# F26-001234, 2026-000412, E2603011; no date, phone, house or clock.
_NUMBER: Final = re.compile(rf"(?<![\w/.-]){_LETTERS}(?:\d{{2,4}}-\d{{3,7}}|\d{{6,12}})(?![\w/.-])")
_PHONE: Final = re.compile(r"\d{3}-\d{4}|\d{10,11}")  # seven digits of one may look like a number
_TAG: Final = re.compile(r"\s*\[[^\[\]\d]{1,20}\]")
_DASHES: Final = r"[-\u2013\u2014]+"
_BETWEEN: Final = re.compile(rf"\s+{_DASHES}(?:\s+|$)|^\s*{_DASHES}\s+|[|:;,()\[\]#]|\s/\s")
_TEXT: Final = re.compile(r"(?!.*\d{3})(?=.*[A-Za-z]{2}).{1,60}")


def has_number(subject: str) -> bool:
    """Return whether a subject says what may be a call's number."""
    return _NUMBER.search(subject) is not None


def subject_parts(subject: str) -> tuple[str, str] | None:
    """Return (type, number); None where there is not exactly one of each, and no more."""
    tag = _TAG.match(subject)
    said = subject[tag.end() :] if tag else subject
    numbers = list(_NUMBER.finditer(said))
    if len(numbers) != 1 or _PHONE.fullmatch(numbers[0][0]):
        return None
    start, end = numbers[0].span()
    texts = [*_BETWEEN.split(said[:start]), *_BETWEEN.split(said[end:])]
    texts = [text.strip() for text in texts if text.strip()]
    if len(texts) != 1 or not _TEXT.fullmatch(texts[0]):
        return None
    return texts[0], numbers[0][0]


def parted_subject(heads: Heads, read: Collection[str]) -> Heads:
    """Return what headers say with the subject in parts, where a part is read and it has them."""
    subject = HEADS["subject"]
    wanted = not {SUBJECT_TYPE, SUBJECT_NUMBER}.isdisjoint(read)
    parts = subject_parts(heads[subject]) if wanted and subject in heads else None
    if parts is None:
        return heads
    others = {name: text for name, text in heads.items() if name != subject}
    return {**others, SUBJECT_TYPE: parts[0], SUBJECT_NUMBER: parts[1]}
