"""Puts values into a template: the one way in which a page of the site is written.

In go a template's name and plain values, out comes one file for a language. Everything is escaped
by the template engine; the one markup made elsewhere is an agreement's Markdown, whose renderer
escapes. It must never put a value into a script, a style or an attribute's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.publish import PublicFile, Site
from pipeline.publish.channel import url
from pipeline.site.facts import Whole
from pipeline.site.words import LANGUAGES, Tongue, tongue

__all__ = ["CSP", "TEMPLATES", "Frame", "environment", "frames", "page"]

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a page may do; ``frame-ancestors`` works only as a header, see the operators' page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The whole site in one language."""

    whole: Whole
    tongue: Tongue


def frames(whole: Whole) -> tuple[Frame, ...]:
    """Return the frame of every language."""
    return tuple(Frame(whole=whole, tongue=tongue(code)) for code in LANGUAGES)


def page(
    frame: Frame,
    path: str,
    template: str,
    values: Mapping[str, Any],
    *,
    title: str,
    about: str,
    index: bool = True,
    feeds: str = "",
    here: str = "",
) -> PublicFile:
    """Return the page at ``path``, the same under every language's prefix.

    ``about`` describes it for search engines and social cards and must name no place of a call;
    ``index`` is false for what nobody may list; ``feeds`` is the folder of its feeds; ``here``
    marks the page in the navigation.
    """
    whole, speech = frame.whole, frame.tongue
    full = speech.prefix + path
    # A web server shows this page at any address, so it cannot point from where it lies.
    root = _top(whole.site) if path == "404.html" else "../" * full.count("/")
    others = [
        (code, name, root + tongue(code).prefix + _short(path))
        for code, name in LANGUAGES.items()
        if code != speech.code
    ]
    body = (
        environment(speech.code)
        .get_template(template)
        .render(
            values,
            site=whole.site,
            invented=whole.invented,
            lang=speech.code,
            title=title,
            about=about,
            index=index,
            feeds=f"{root}{feeds}/" if feeds else root,
            here=here,
            csp=CSP,
            others=others,
            alternates=[
                (code, url(whole.site, tongue(code).prefix + _short(path))) for code in LANGUAGES
            ],
            canonical=url(whole.site, speech.prefix + _short(path)),
            card=url(whole.site, "assets/card.png"),
            root=root,
            link=lambda to: (root + speech.prefix + to) or "./",
            asset=lambda name: f"{root}assets/{name}?{_stamp(name)}",
            has_keys=bool(whole.keys),
            mail_page=whole.mail_page,
        )
    )
    return PublicFile(path=full, body=body.encode())


def _top(site: Site) -> str:
    return urlsplit(url(site)).path or "/"


def _short(path: str) -> str:
    return path.removesuffix("index.html")


@lru_cache(maxsize=64)
def _stamp(name: str) -> str:
    """Return a digest of a part's bytes, so that caches may keep it for good."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


@lru_cache(maxsize=len(LANGUAGES))
def environment(code: str) -> Environment:
    """Return the template engine of a language: everything escaped, nothing undefined."""
    speech = tongue(code)
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.install_gettext_translations(speech.catalog, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "say": speech.say,
        "day": speech.day,
        "month": speech.month,
        "moment": speech.moment,
        "span": speech.span,
        "number": speech.number,
    }
    return made
