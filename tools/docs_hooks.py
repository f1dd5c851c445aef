"""Fits pages to the site: a link that leads out of docs/ becomes its text, a picture comes along.

The pages are read in the repository, too, where such links work. ``mkdocs.yml`` names this file.
"""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path, PurePosixPath
from typing import Any

_DOCS = Path(__file__).resolve().parent.parent / "docs"
_LINK = re.compile(r"(!?)\[([^\]]+)\]\(([^)\s:#]+)(#[^)\s]*)?\)")
_KINDS = {".svg": "svg+xml", ".png": "png"}


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Return the page's text with links inside the site only."""
    folder = PurePosixPath(page.file.src_uri).parent

    def kept(match: re.Match[str]) -> str:
        if not _leaves(folder, match[3]):
            return match[0]
        return _picture(match[2], _DOCS / folder / match[3]) if match[1] else match[2]

    return _LINK.sub(kept, markdown)


def _picture(words: str, path: Path) -> str:
    """Return a picture from outside docs/ as a part of the page."""
    body = b64encode(path.read_bytes()).decode()
    return f"![{words}](data:image/{_KINDS[path.suffix]};base64,{body})"


def _leaves(folder: PurePosixPath, target: str) -> bool:
    depth = len(folder.parts)
    for part in PurePosixPath(target).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False
