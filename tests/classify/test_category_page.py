"""The page of categories equals what the policy, the table and the lexicon say today."""

from __future__ import annotations

from pathlib import Path

from pipeline.classify.category_page import category_page
from pipeline.model import Category
from pipeline.policies import load_policy

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "categories.md"

WRITE = (
    "Run: python -c 'from pathlib import Path; "
    "from pipeline.classify.category_page import category_page; "
    "from pipeline.policies import load_policy; "
    'Path("docs/reference/categories.md").write_text(category_page(load_policy()))\''
)


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == category_page(load_policy()), WRITE


def test_the_page_names_every_category_once_as_a_row() -> None:
    lines = category_page(load_policy()).partition("## APCO codes")[0].splitlines()
    for category in Category:
        assert sum(line.startswith(f"| `{category}` |") for line in lines) == 1
