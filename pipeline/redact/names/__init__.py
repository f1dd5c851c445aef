"""Finds persons by lists of names and by the words around them."""

from pipeline.redact.names.facts import Kind, NameFacts, name_facts, names_version
from pipeline.redact.names.persons import NamesRecognizer

__all__ = ["Kind", "NameFacts", "NamesRecognizer", "name_facts", "names_version"]
