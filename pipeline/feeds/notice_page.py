"""Writes the page of every notice from ``NoticeCode``, so that page and code agree.

In: nothing. Out: Markdown. The page is the documented vocabulary; a test compares it with
``docs/reference/notices.md``. Never edit that file by hand.
"""

from __future__ import annotations

from typing import Final

from pipeline.model import NoticeCode, Severity

__all__ = ["notice_page"]

_INTRODUCTION: Final = """\
# Notices

A notice is a coded remark about a feed. It never holds a value from the feed, so it is safe to show
to anyone who runs it. Codes are never renamed. This page is generated from `NoticeCode`.
"""
_HEADINGS: Final = {
    Severity.QUARANTINE_PAYLOAD: "The whole payload is quarantined",
    Severity.QUARANTINE_RECORD: "One record is quarantined",
    Severity.FETCH: "The feed could not be fetched, or answers oddly",
    Severity.WARNING: "The record goes on: warnings",
    Severity.INFO: "The record goes on: information",
}


def notice_page() -> str:
    """Return the Markdown page of all notices, by severity, in the order they are defined."""
    parts = [_INTRODUCTION]
    for severity, heading in _HEADINGS.items():
        rows = [
            f"| `{code.value}` | {code.meaning} | {code.remedy} |"
            for code in NoticeCode
            if code.severity is severity
        ]
        table = ["| code | meaning | what to do |", "|---|---|---|", *rows]
        parts.append(f"## {heading}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)
