"""Writes agency.yml's JSON Schema to standard output: ``python -m pipeline.agencies``."""

import json
import sys

from pipeline.agencies.document import agency_json_schema

sys.stdout.write(json.dumps(agency_json_schema(), indent=2, ensure_ascii=False) + "\n")
