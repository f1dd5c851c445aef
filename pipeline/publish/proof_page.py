"""Renders the page on which anybody verifies a receipt in a browser, by themselves.

In go the log's verifier keys; out come the page and its script, which ask nobody else for anything.
It must never hold a receipt: receipts name editors, and are given to those who may know them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from pipeline.publish.channel import PublicFile

__all__ = ["proof_files"]

_SCRIPT = Path(__file__).with_name("verify.js")

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; \
connect-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Verify a receipt</title>
</head>
<body>
<h1>Verify a receipt</h1>
<p>A receipt proves what became of one call: that it came in, which rules judged it, how much was
removed, how many people approved it, and what was published. It is verified here, in your browser;
nothing is sent anywhere.</p>
<p><label for="file">Receipt (a file that ends in .tlog-proof)</label>
<input type="file" id="file" accept=".tlog-proof"></p>
<p id="verdict" role="status"></p>
<ul id="story"></ul>
<h2>The log's keys</h2>
<p>Compare them with those you were given: whoever can change this page can change them too.</p>
<ul id="keys">
{keys}
</ul>
<noscript><p>This page needs JavaScript. Without it: <code>python verify.py receipt FILE</code>.</p>
</noscript>
<script src="verify.js"></script>
</body>
</html>
"""


def proof_files(keys: Sequence[str]) -> tuple[PublicFile, ...]:
    """Return the page for a log with these verifier keys, and its script; nothing without keys."""
    if not keys:
        return ()
    listed = "\n".join(f"<li>{escape(key)}</li>" for key in keys)
    page = _PAGE.format(keys=listed)
    return (
        PublicFile(path="verify/index.html", body=page.encode()),
        PublicFile(path="verify/verify.js", body=_script()),
    )


@cache
def _script() -> bytes:
    return _SCRIPT.read_bytes()
