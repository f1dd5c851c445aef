"""Renders templates: escaped always, no undefined names, in the reader's language.

No template is handed a private type, and none may mark a string as safe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.desk.words import LANGUAGES, choose, words_in
from pipeline.model import May

__all__ = ["TEMPLATES", "environment", "page"]

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment(language: str) -> Environment:
    """Return the templates in one language."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = words_in(language)
    install: Callable[..., None] = env.install_gettext_callables  # type: ignore[attr-defined]
    install(words.gettext, words.ngettext, newstyle=True)
    env.globals.update(May=May, languages=LANGUAGES)
    env.filters.update(clock=_clock, span=_span, told=words.told)
    return env


def page(
    request: Request,
    template: str,
    /,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render a template for whoever asks."""
    visitor = request.state.visitor
    preferences = visitor.preferences
    language = choose(preferences.get("language", ""), request.headers.get("accept-language", ""))
    text = (
        environment(language)
        .get_template(template)
        .render(
            visitor=visitor,
            account=visitor.account,
            language=language,
            theme=preferences.get("theme", ""),
            path=request.url.path,
            partial=request.headers.get("hx-request") == "true",
            now=request.app.state.desk.present(),
            **values,
        )
    )
    return HTMLResponse(text, status, headers=headers)


def _clock(when: datetime) -> str:
    """Return a time to the minute, UTC."""
    return f"{when:%Y-%m-%d %H:%M}Z"


def _span(length: timedelta) -> str:
    """Return a length as people say it: 4 min, 3 h 20, 2 d."""
    minutes = int(abs(length.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest:02d}" if rest else f"{hours} h"
    return f"{hours // 24} d"
