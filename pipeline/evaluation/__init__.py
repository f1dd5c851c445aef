"""Judges redaction against narratives whose private spans are known.

Pure: ``gold`` reads what should be masked, ``score`` compares it with what was, ``figures`` sums up
with intervals, ``gates`` says which bar was missed, ``page`` and ``charts`` draw the report.
Importing this package imports none of them.
"""

__all__: list[str] = []
