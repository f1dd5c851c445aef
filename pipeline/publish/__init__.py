"""Alerts and retractions to every channel's bytes. Pure: no clock, no files, no network.

A new channel is a module here with ``PATHS`` and ``render``, and one line in :data:`CHANNELS`.
Writing the files is ``pipeline.adapters.public_folder``'s part. Nothing in this room can be handed
private text, and nothing here may ask for it.
"""

from collections.abc import Mapping

from pipeline.publish import atom, cap, geojson
from pipeline.publish.channel import Channel, PublicFile, Site
from pipeline.publish.plain import HEADLINE_LIMIT, TEXT_LIMIT, editor_words
from pipeline.publish.wording import wording

__all__ = [
    "CHANNELS",
    "HEADLINE_LIMIT",
    "TEXT_LIMIT",
    "Channel",
    "PublicFile",
    "Site",
    "editor_words",
    "wording",
]

CHANNELS: Mapping[str, Channel] = {
    "geojson": geojson,
    "atom": atom,
    "cap": cap,
}
