"""Finds pasted returns of police files, and drops them as whole blocks.

In: readings. Out: hits of NCIC_RETURN from the first field of a return to its last. A return is
known by two or more field codes of the files in a row (NAM/, DOB/, OLN:, ...). It must never end
before the last field that belongs to it; what stands after a blank line is not it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule

__all__ = ["RETURN_RULES"]

# Field codes of NCIC, Nlets and state files; facts from the files' published message formats.
_FIELD = (
    r"(?:MKE|NAM|NAME|DOB|SEX|RAC|RACE|HGT|WGT|EYE|HAI|OLN|OLS|OLY|OFF|WNO|DOW|ORI|NIC|MIS|MISC"
    r"|SOC|FBI|SID|LIC|LIS|LIY"
    r"|LIT|VIN|VYR|VMA|VMO|VST|VCO|RES|ADR|ADDR|OWN\d?|DOT|OCA|PPN|PPB|PNO|ISD|EXP|PCO|BRD|CON"
    r"|BOND|STATUS|LKA|SMT|ARR|CONV"
    r"|HIT|TAG|TITLE|INS|CLASS|RESTR|PTS|REMARKS|HISTORY|DL|ENT|CIT|CTY|POB|AKA|PHO|SVC|EXL|TYP"
    r"|VALID|EYES|HAIR|HT|WT)"
)
_CODE = re.compile(_FIELD, re.IGNORECASE)
_MARK = re.compile(r"(?<![A-Za-z])(?P<code>[A-Za-z]{2,8}\d?)\s?[/:]\s?")
_RUN = re.compile(rf"(?<![A-Za-z]){_FIELD}(?:\s?[/:]|\s(?=[\dA-Z*]))", re.IGNORECASE)
_HEAD = re.compile(
    r"(?:\*{2,}[^*\n]{3,40}\*{2,}|(?:stolen vehicle|wanted person|protection order|missing"
    r" person|hit \d of \d|cch summary)[^\n]{0,40}?)?\s{0,3}$",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s(?:--|>>)\s|\n|\s(?:and the agency|unit\b|conf'd|confirmed|confirm|pet\b|so he|so she|so"
    r" hes|he's\b|she's\b|no wants|adv\b|adv'd|per\b|driver\b|subj\b|rp\b)",
    re.IGNORECASE,
)
_MIN_FIELDS = 3
_REACH = 70


def _return(reading: Reading, _: int) -> Iterator[Hit]:
    text = reading.text
    if text.count("/") + text.count(":") < _MIN_FIELDS:
        return
    fields = [each for each in _MARK.finditer(text) if _CODE.fullmatch(each["code"])]
    if len(fields) < _MIN_FIELDS:
        return
    for first, last, slashed in _runs(text, fields):
        start, end = _head(text, first), _tail(text, last)
        if slashed or (_dense(text, first, last) and not _is_page(first, last, fields)):
            yield Hit(start, end, Entity.NCIC_RETURN, "return", 0.9, "fields of a pasted return")


def _runs(text: str, fields: list[re.Match[str]]) -> Iterator[tuple[int, int, bool]]:
    """Yield (start of first field, end of last field's mark, written with slashes) per block."""
    run = [fields[0]]
    for field in [*fields[1:], None]:
        if (
            field is not None
            and field.start() - run[-1].end() <= _REACH
            and "\n\n" not in text[run[-1].end() : field.start()]
        ):
            run.append(field)
            continue
        if len(run) >= _MIN_FIELDS:
            slashes = sum("/" in each.group() for each in run)
            yield run[0].start(), run[-1].end(), slashes >= 2
        if field is not None:
            run = [field]


def _dense(text: str, start: int, end: int) -> bool:
    """Fields with colons are a return only with licence words among them; pages have them, too."""
    block = text[start:end].upper()
    return (
        sum(
            mark in block
            for mark in (
                "OLN",
                "OLS",
                "DL:",
                "CLASS",
                "RESTR",
                "PTS",
                "VIN",
                "OFF:",
                "WNO",
                "ORI",
                "OWN",
                "STATUS",
                "RACE",
                "FBI",
                "SID",
            )
        )
        >= 2
        and "SUSPECT" not in block
    )


def _is_page(start: int, end: int, fields: list[re.Match[str]]) -> bool:
    """Return whether somebody typed a page: ``Sex: M  Race: B  Ht: 510``; files write SEX, RAC."""
    run = [each["code"] for each in fields if start <= each.start() < end]
    return 3 * sum(map(str.istitle, run)) >= len(run)


def _head(text: str, start: int) -> int:
    before = text[max(0, start - 60) : start]
    found = _HEAD.search(before)
    return start - len(before) + found.start() if found and found.group().strip() else start


def _tail(text: str, end: int) -> int:
    found = _END.search(text, end, min(len(text), end + 110))
    if found is None:
        return min(len(text), end + 110)
    if found.group() == "\n":
        # The next line belongs to the return while it begins like one.
        following = text[found.end() : found.end() + 60]
        if _RUN.match(following):
            return _tail(text, found.end() + 1)
    return found.start()


_LINE_CODE = re.compile(
    r"\s*(?:TAG|LIC|REG|OLN|NAM|NAME|OWN\d?|OWNER|ADR|ADDR|VIN|EXP|TITLE|INS|DOB|SEX"
    r"|(?:19|20)\d\d [A-Z]+)"
    r"(?:\s|:|/)"
)
_LEAST_LINES = 3


def _lines(reading: Reading, _: int) -> Iterator[Hit]:
    """A return written in lines that begin with codes, without marks behind them."""
    text = reading.text
    start, count, place = 0, 0, 0
    for line in [*text.split("\n"), ""]:
        if line and _LINE_CODE.match(line):
            start, count = (place, 1) if not count else (start, count + 1)
        else:
            block = text[start : max(start, place - 1)]
            if count >= _LEAST_LINES and any(mark in block for mark in ("VIN ", "OWN", "OLN ")):
                yield Hit(
                    start, place - 1, Entity.NCIC_RETURN, "return-lines", 0.85, "lines of a return"
                )
            count = 0
        place += len(line) + 1


RETURN_RULES = (
    Rule(
        name="return-lines",
        find=_lines,
        needs=("\nOWN", "\nVIN", "\nOLN", "\nADR", "\nADDR"),
        examples=Examples(
            finds=(
                "RESP:\n[TAG GNV2096 EXP 05/27\n2012 VOLK JETTA\nOWN1 OSTERLING PHOEBE]\nUNIT=318",
                "[OLN A4471820\nNAME BRACK ODELIA\nADR 5 MAGNOLIA PATH\nEXP 01/27]",
                "RTN\n[LIC ABC1234\nVIN 2HGFA1F51BH306091\nOWN MOSSBY TORVALD]\nclear",
                "[NAM QUILL JASPER\nDOB 03121984\nOLN S0944720]\n\nno wants",
                "[TAG 4KLM229\nOWNER FARNSBY OTTILIE\nADDR 77 SORREL CT]",
                "x\n[REG KLM229\nVIN 1J4GR48K75C590117\nOWN1 MABRY T\nADR 1702 CINDER RD]\ny",
            ),
            ignores=(
                "VIN not visible\nOWNER on scene",
                "TAG expired\nTOW at 0800",
                "NAME unknown\nADR unknown\nlooks ok",
                "REG checks ok\nENRT 0412",
            ),
        ),
    ),
    Rule(
        name="return",
        find=_return,
        needs=("/", ":"),
        examples=Examples(
            finds=(
                "came back [NAM/ORCHARD,DUANE LEE SEX/M RAC/W DOB/19790814 HGT/601 OFF/FTA] and",
                "[LIC/4417ZKB LIS/NM VIN/3FA6P0H75HR220817 VYR/2017 RES/OSTER, CAMILLE] -- unit 61",
                "[OLN: T624 OLS: FL STATUS: SUSPENDED ADDR: 2330 SHELL CT]",
                "[NAM/BLANK, HOYT SEX/M DOB/19670512 PNO/26-PO-1188 NIC/H330481172]",
                "[FBI/209417MA6 SID/OK01775302 NAM/BEAU,LYLE T / ARR 3]",
                "[MKE/V LIC/YKB5R3 LIS/AZ VIN/2T1BURHE9JC058813 ORI/AZ0072300]",
            ),
            ignores=(
                "SEX: M HGT: 504 seen running",
                "BP: 134/88 HR: 112 TEMP: 101",
                "UNIT: 212 TIME: 0019 ACTION: TOW",
                "w/m 6/2 d/l none",
                "Sex: F  Race: W  Ht: 504  Wt: 130\nDOB: none  OLN: none  OLS: none",
            ),
        ),
    ),
)
