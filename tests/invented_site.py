"""An invented site: rendered, written, and served on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.adapters.site_server import site_server
from pipeline.emulator.site import Invented
from pipeline.site.whole import site_files

AT = datetime(2026, 11, 25, 18, tzinfo=UTC)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback."""
    server = site_server(folder, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def written(folder: Path, files: Any) -> dict[str, bytes]:
    """Write files below a folder; return them by path."""
    found = {file.path: file.body for file in files}
    for path, body in found.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return found


def rendered(invented: Invented) -> Iterator[Any]:
    return site_files(
        invented.whole,
        invented.alerts,
        invented.retractions,
        at=AT,
        zips={"54952": (-88.4, 44.2)},
        corrected=invented.corrected,
    )
