"""Fits pages to the site: a link that leads out of docs/ becomes its text.

The pages are read in the repository, too, where such links work. ``mkdocs.yml`` names this file.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s:#]+)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Return the page's text with links inside the site only."""
    folder = PurePosixPath(page.file.src_uri).parent

    def kept(match: re.Match[str]) -> str:
        return match[1] if _leaves(folder, match[2]) else match[0]

    return _LINK.sub(kept, markdown)


def _leaves(folder: PurePosixPath, target: str) -> bool:
    depth = len(folder.parts)
    for part in PurePosixPath(target).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False
