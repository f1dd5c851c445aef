"""Finds persons by lists of names and by the words around them."""

from pipeline.redact.names.facts import Kind, NameFacts, name_facts, names_version

__all__ = ["Kind", "NameFacts", "name_facts", "names_version"]
