"""The public site: static pages and data files, made from public facts alone. Pure.

In go alerts, retractions and :class:`~pipeline.site.facts.Whole`; out come files of the public
folder, every page in every language. Nothing here reads a clock, a database or the network, and
nothing can be handed private text. Which pages are due, and writing them, is ``usecases.site``'s.
"""
