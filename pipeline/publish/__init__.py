"""Alerts and retractions to every channel's bytes. Pure: no clock, no files, no network.

A new channel is a module here with ``render`` and ``retract``, and one line in :data:`CHANNELS`; a
new format of public file is one in ``formats``. Writing files and sending are the adapters' part.
Nothing in this room can be handed private text, and nothing here may ask for it.
"""

from collections.abc import Mapping

from pipeline.publish import files, mail, webhook, websub
from pipeline.publish.channel import EVERYTHING, Channel, Format, PublicFile, Scope, Site
from pipeline.publish.formats import FEEDS, FORMATS, MESSAGES
from pipeline.publish.plain import HEADLINE_LIMIT, TEXT_LIMIT, editor_words
from pipeline.publish.wording import appeal_wording, wording

__all__ = [
    "CHANNELS",
    "EVERYTHING",
    "FEEDS",
    "FORMATS",
    "HEADLINE_LIMIT",
    "MESSAGES",
    "TEXT_LIMIT",
    "Channel",
    "Format",
    "PublicFile",
    "Scope",
    "Site",
    "appeal_wording",
    "editor_words",
    "wording",
]

CHANNELS: Mapping[str, Channel] = {
    "files": files,
    "webhook": webhook,
    "mail": mail,
    "websub": websub,
}
"""Every way to the public. The folder comes first: the others point to what it holds."""
