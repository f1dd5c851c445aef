"""The reference pages that are generated from code, and where each belongs.

In: the folder of pages. Out: Markdown files, the same whenever the code is. A page must never say
what code does not: what is written by hand is another page. ``tests/test_docs.py`` compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.classify.category_page import category_page
from pipeline.classify.taxonomy import incident_type_page
from pipeline.cli.cli_page import cli_page
from pipeline.feeds.notice_page import notice_page
from pipeline.policies import load_policy, shipped_policies
from pipeline.policies.grounds_page import grounds_page
from pipeline.policies.history_page import history_page
from pipeline.policies.jurisdictions_page import jurisdictions_page
from pipeline.policies.terms_page import terms_page
from pipeline.usecases.redaction_log import export_page

__all__ = ["PAGES", "write_pages"]

PAGES: Mapping[str, Callable[[], str]] = {
    "notices.md": notice_page,
    "cli.md": cli_page,
    "incident-types.md": lambda: incident_type_page(load_policy()),
    "terms.md": lambda: terms_page(load_policy()),
    "jurisdictions.md": lambda: jurisdictions_page(load_policy()),
    "policy-history.md": lambda: history_page([load_policy(each) for each in shipped_policies()]),
    "redaction-export.md": export_page,
    "removal-grounds.md": lambda: grounds_page(load_policy()),
    "categories.md": lambda: category_page(load_policy()),
}


def write_pages(folder: Path) -> list[Path]:
    """Write every page; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, page in PAGES.items():
        path = folder / name
        path.write_text(page(), encoding="utf-8")
        paths.append(path)
    return paths
