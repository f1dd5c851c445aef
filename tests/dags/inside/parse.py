"""Loads one DAG file as a task process does; answers with its seconds and what it imported."""

from __future__ import annotations

import importlib.util
import json
import sys
import time

import airflow.sdk  # what every process of Airflow has loaded before it reads a DAG file
import airflow.sdk.definitions.decorators

ready = [airflow.sdk.dag, airflow.sdk.task, airflow.sdk.Asset, airflow.sdk.AssetAlias]
ready += [airflow.sdk.Param, airflow.sdk.TriggerRule]
before = set(sys.modules)
spec = importlib.util.spec_from_file_location("read", sys.argv[1])
module = importlib.util.module_from_spec(spec)
began = time.process_time()
spec.loader.exec_module(module)
seconds = time.process_time() - began
sys.stdout.write("\n" + json.dumps({"seconds": seconds, "modules": sorted(sys.modules)}) + "\n")
