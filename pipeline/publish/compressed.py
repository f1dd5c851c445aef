"""Compresses feeds once, so that a static server need not do it for every reader.

In go public files, out come the same and a ``.gz`` beside each feed; the same bytes give the same
file. Messages are too small to gain anything. It must never compress what it is not given whole.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator

from pipeline.publish.channel import PublicFile

__all__ = ["with_compressed"]

_LEVEL = 4
"""Twice as fast as gzip's own default, for about a twentieth more bytes of XML."""


def with_compressed(files: Iterable[PublicFile]) -> Iterator[PublicFile]:
    """Yield every file, and after each feed its compressed twin."""
    for file in files:
        yield file
        if file.path.rpartition("/")[2].startswith("alerts."):
            body = gzip.compress(file.body, _LEVEL, mtime=0)
            yield PublicFile(path=f"{file.path}.gz", body=body)
