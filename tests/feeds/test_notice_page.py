"""The page of notices, and the vocabulary it locks."""

from __future__ import annotations

from pathlib import Path

from pipeline.feeds.notice_page import notice_page
from pipeline.model import NoticeCode

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "notices.md"

# Codes are stored in ledgers and read by other programs: add here, never rename.
VOCABULARY = {
    "quarantine-payload": {
        "empty-payload", "oversized-payload", "wrong-encoding", "not-well-formed",
        "doctype-present", "limit-exceeded", "html-instead", "schema-invalid", "no-records-path",
        "duplicate-name", "column-missing", "table-not-plain",
    },
    "quarantine-record": {
        "row-width", "line-broken", "required-missing", "unreadable-value", "record-invalid",
        "calls-mixed",
    },
    "warning": {
        "expected-missing", "value-ignored", "unread-field", "outside-agreement", "ambiguous-time",
        "nonexistent-time",
        "future-time", "point-zero", "point-swapped", "point-unsigned", "point-outside",
        "point-elsewhere", "point-default", "point-disagrees", "no-records",
    },
    "info": {
        "point-absent", "located-by-address", "located-by-block", "located-by-street",
        "address-not-located", "page-lines",
    },
    "fetch": {
        "fetch-failed", "fetch-refused", "later-asked", "address-refused", "redirect-refused",
        "credential-missing", "truncated-answer", "coding-refused", "service-error",
        "same-as-before", "flapping-answer", "validator-untrue", "too-many-pages",
        "unknown-sender", "nothing-attached", "host-unknown", "signature-refused",
        "certificate-refused", "media-refused", "too-many-pushes", "digest-differs",
    },
}  # fmt: skip


def test_the_vocabulary_of_notices_is_locked():
    found: dict[str, set[str]] = {}
    for code in NoticeCode:
        found.setdefault(code.severity.value, set()).add(code.value)
    assert found == VOCABULARY


def test_the_page_of_notices_is_current():
    assert PAGE.read_text() == notice_page(), "write notice_page() to docs/reference/notices.md"


def test_the_page_documents_every_code_once():
    page = notice_page()
    assert all(page.count(f"| `{code.value}` |") == 1 for code in NoticeCode)
