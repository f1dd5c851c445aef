"""Endless invented dispatch narratives with their private spans, for training and load.

In: a seed, a split and a count. Out: narratives with exact spans, the same for the same arguments
and the same installed lists of names. The split ``test`` uses other carriers and other names than
``train``. Nobody in them is real, and every telephone number ends in 555-0100 to 555-0199.
Whole feeds of incidents are made by the emulator's stories, not here.
"""

from pipeline.emulator.narratives.compose import STYLES, Narrative, narratives

__all__ = ["STYLES", "Narrative", "narratives"]
