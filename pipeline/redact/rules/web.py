"""Finds e-mail addresses, profiles, web addresses and network addresses by their shapes.

In: readings. Out: hits of EMAIL, HANDLE, URL and IP_ADDRESS. Handles after the name of a service
are in ``after.yml``. It must never take a unit "@" a time for an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule

__all__ = ["WEB_RULES"]

_EMAIL = re.compile(
    r"[\w.+\-]{1,64}(?:@|\s@\s|@\s)(?=[a-z])(?!mm\d)[\w\-]{2,60}(?:\.[a-z][\w\-]{1,23}){1,4}",
    re.IGNORECASE,
)
_BEFORE_AT = 66  # characters; no address begins farther before its sign
_SAID = re.compile(
    r"\b\w[\w.\-]{0,40}(?:\s(?:dot|underscore|dash)\s[\w\-]{1,30}){0,3}"
    r"\sat\s[\w\-]{2,30}(?:\sdot\s[a-z]{2,10}){1,2}\b",
    re.IGNORECASE,
)
_AT = re.compile(r"(?<![\w.])@(?=[\w.\-]{0,30}[a-z_])\w[\w.\-#]{1,40}\w", re.IGNORECASE)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+"
    r"|\b[\w\-]{2,30}\.(?:com|net|org|me|ly|gg|tv|io|app|example)/[^\s<>\"']+",
    re.IGNORECASE,
)
_IP = re.compile(
    r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]\d)"
)
# 09:15:58:ENG3 is a time and a unit.
_IPV6 = re.compile(
    r"(?<![\w:])(?![012]?\d:[0-5]\d:[0-5]\d:)(?:[\da-f]{1,4}:){3,7}(?:[\da-f]{1,4}|:[\da-f]{1,4})(?!\w)",
    re.IGNORECASE,
)


def _email(reading: Reading, _: int) -> Iterator[Hit]:
    text = reading.text
    for found in _EMAIL.finditer(text, max(0, text.find("@") - _BEFORE_AT)):
        yield Hit(found.start(), found.end(), Entity.EMAIL, "email", 0.95, "e-mail address")


def _handle_at(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _AT.finditer(reading.text):
        yield Hit(found.start(), found.end(), Entity.HANDLE, "handle-at", 0.7, "name after @")


def _email_said(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _SAID.finditer(reading.text):
        yield Hit(found.start(), found.end(), Entity.EMAIL, "email-said", 0.9, "e-mail said aloud")


def _url(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _URL.finditer(reading.text):
        yield Hit(found.start(), found.end(), Entity.URL, "url", 0.9, "web address")


def _ip(reading: Reading, place: int) -> Iterator[Hit]:
    token, text = reading.tokens[place], reading.text
    mark = text[token.end : token.end + 1]
    if mark not in (".", ":") or len(token.word) > 4:
        return
    found = (_IP if mark == "." else _IPV6).match(text, token.start)
    if found and (mark == "." or any(each in "abcdefABCDEF" for each in found.group())):
        yield Hit(*found.span(), Entity.IP_ADDRESS, "ip", 0.9, "address of a network")


WEB_RULES = (
    Rule(
        name="email",
        find=_email,
        needs=("@",),
        examples=Examples(
            finds=(
                "email [svet.orr@hillmail.example]",
                "[a_b-c@tide.example] sent",
                "write to [jo+x@mail.hill.example]",
                "<[vschaaf@turn.example]>",
                "[KIM@POST.EXAMPLE] PER RP",
                "mail [rosa@ tidemail.example] now",
            ),
            ignores=("2 units @ 1432", "enrt@1420", "meet @ 5", "@ scene", "1 veh @ main gate."),
        ),
    ),
    Rule(
        name="handle-at",
        find=_handle_at,
        needs=("@",),
        examples=Examples(
            finds=(
                "ig [@keibaby.08]",
                "vnmo [@cmaddox-pays].",
                "([@brody_v]) posted",
                "by [@tall_paul22]",
                "pays [@rosa-b]",
                "SNAP [@QUEENB]",
            ),
            ignores=("2 units @ 1432", "enrt@1420", "meet @ 5", "arr @1805"),
        ),
    ),
    Rule(
        name="email-said",
        find=_email_said,
        needs=(" dot ", " DOT "),
        examples=Examples(
            finds=(
                "[john dot doe at hillmail dot com]",
                "email is [rosa at tidemail dot net]",
                "[kim underscore 22 at post dot org]",
                "[info at lake dot co dot us]",
                "[j dot w at mail dot com] per rp",
                "[amy at school dot edu]",
            ),
            ignores=("dot on the map", "red dot sight", "at dot yard", "dot com company"),
        ),
    ),
    Rule(
        name="url",
        find=_url,
        needs=("http", "www.", "HTTP", "WWW.", ".com/", ".me/", ".example/", ".gg/", ".net/"),
        examples=Examples(
            finds=(
                "[https://instagram.example/big_dame_17]",
                "see [www.photos.example/rosa]",
                "[http://x.example/y?z=1]",
                "profile [face.example/tall.paul]",
                "[discord.gg/abcd]",
                "[HTTPS://CAM.EXAMPLE/S/44]",
            ),
            ignores=("on the web", "site closed", "a.m. to p.m.", "no website"),
        ),
    ),
    Rule(
        name="ip",
        find=_ip,
        numbers=True,
        lengths=(1, 2, 3, 4),
        behind=".:",
        examples=Examples(
            finds=(
                "ip [203.0.113.44]",
                "login from [198.51.100.7] at 0312",
                "camera at [192.0.2.18].",
                "[203.0.113.9] port 80",
                "IP=[198.51.100.200]",
                "v6 [2001:db8:0:1:1:1:1:abcd]",
            ),
            ignores=(
                "ver 2.1.4",
                "14:32:10:05",
                "09:15:58:ENG3 clr",
                "9:15:58:BC2",
                "freq 154.280",
                "1.2.3 steps",
            ),
        ),
    ),
)
