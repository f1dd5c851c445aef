"""Invented agencies with known ground truth, for samples, load and fault tests.

Stories (``stories/*.yml``, written by hand) say what happened and what is private in every text;
``calls`` gives them numbers, places and revisions; ``render_*`` write them in one dialect each.
Nothing here is ever imported by the walk, and nobody in it exists.
"""
