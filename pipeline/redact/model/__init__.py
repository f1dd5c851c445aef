"""The sequence model: finds names and odd spellings by their neighbours.

``sequence`` is the recognizer, ``decode`` the arithmetic, ``weights`` the file, ``words`` and
``facts`` what is known of a word, ``train`` the program that makes the file. Reading must never
need the training library; a file that is missing or damaged holds every text.
"""

from pipeline.redact.model.sequence import SequenceModel, sequence_model

__all__ = ["SequenceModel", "sequence_model"]
