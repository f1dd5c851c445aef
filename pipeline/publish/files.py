"""The channel of the public folder: an alert in every format of public file.

In goes one alert or retraction, out come its messages and a feed of it alone in each format: what
the leak check looks at, and what must render before an alert may go out. Which feeds it stands in,
and writing them, is the use case's part.
"""

from __future__ import annotations

from pipeline.model import Alert, Retraction
from pipeline.publish.channel import PublicFile, Site
from pipeline.publish.formats import FORMATS

__all__ = ["render", "retract"]


def render(alert: Alert, *, site: Site) -> tuple[PublicFile, ...]:
    """Return the alert in every format; see :class:`~pipeline.publish.channel.Channel`."""
    return tuple(
        file
        for form in FORMATS.values()
        for file in form.render([alert], [], site=site, at=alert.sent)
    )


def retract(retraction: Retraction, *, site: Site) -> tuple[PublicFile, ...]:
    """Return the tombstone in every format."""
    return tuple(
        file
        for form in FORMATS.values()
        for file in form.render([], [retraction], site=site, at=retraction.sent)
    )
