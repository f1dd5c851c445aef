"""From a sample file to an agency's folder: what its fields mean, what is undecided.

Pure: bytes and what the outside found go in, records and texts come out. It must never choose a
category, sign an agreement, or let a text of the sample into a report.
"""

from __future__ import annotations

from pipeline.onboarding.choice import Choice, Inferred, PlaceChoice, TypeChoice
from pipeline.onboarding.empty import holds_no_call
from pipeline.onboarding.infer import infer
from pipeline.onboarding.json_sample import json_leaves
from pipeline.onboarding.keys import whole_path
from pipeline.onboarding.leaf import columns_of
from pipeline.onboarding.mailed import is_mail, joined_subjects
from pipeline.onboarding.mapped import of_dialect
from pipeline.onboarding.plainness import told_path
from pipeline.onboarding.sample import Sample, read_sample
from pipeline.onboarding.sample_labels import without_rare
from pipeline.onboarding.samples import as_lines, merged, with_columns, with_headers
from pipeline.onboarding.schema import json_schema, xsd
from pipeline.onboarding.stub import areas_stub
from pipeline.onboarding.write import Who, agency_yml

__all__ = [
    "Choice",
    "Inferred",
    "PlaceChoice",
    "Sample",
    "TypeChoice",
    "Who",
    "agency_yml",
    "areas_stub",
    "as_lines",
    "columns_of",
    "holds_no_call",
    "infer",
    "is_mail",
    "joined_subjects",
    "json_leaves",
    "json_schema",
    "merged",
    "of_dialect",
    "read_sample",
    "told_path",
    "whole_path",
    "with_columns",
    "with_headers",
    "without_rare",
    "xsd",
]
