"""Serves a public folder to this machine alone, as a web server would show it.

In go a folder and a port; out come its files with the headers that the operators' page asks for.
It must never listen on another address than loopback: a real site has a real web server.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline.model import ConfigError
from pipeline.site.page import CSP

__all__ = ["HEADERS", "site_server"]

HEADERS = {
    "Content-Security-Policy": f"{CSP}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer carries; the operators' page has the same for nginx."""

_TYPES = {
    ".geojson": "application/geo+json",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
}


def site_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of ``folder`` on loopback; port 0 takes a free one. It does not run yet.

    Raises:
        ConfigError: there is no such folder, or the port is taken.
    """
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}", remedy="Run `blotter site build` first")
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Site, directory=str(folder)))
    except OSError:
        raise ConfigError(f"port {port} is taken", remedy="Give another --port") from None


class _Site(SimpleHTTPRequestHandler):
    """Answers with a file, or with the site's own page for what is not there."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **_TYPES}

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: who asked for what is nobody's business."""
