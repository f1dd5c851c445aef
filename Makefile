# Everything there is to do with Blotter. `make` alone lists it.
#
#   PYTHON=python3.12   the interpreter for .venv (default: the first fitting one found)
#   ARGS="-k redact"    passed on to pytest
#   WORKERS=2           how many tests run at once

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
unexport PYTHONHOME PYTHONPATH

BIN := .venv/bin
UV ?= uv
WORKERS ?= 2
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: help setup setup-run run test check golden bench model lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with all that running and testing need; instant when nothing changed
	@PYTHON="$(PYTHON)" tools/setup requirements-dev.lock

setup-run:
	@PYTHON="$(PYTHON)" tools/setup requirements.lock

run: setup-run ## Run the line on the sample feeds until Ctrl-C; ONCE=1: one round and the ledger
	@$(BIN)/blotter run $(if $(filter 1 true yes,$(ONCE)),--once)

test: setup ## Run all tests; a skipped one says what it needs
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile $(ARGS)

check: setup ## Lint, types, import contracts, tests: the same as CI
	@echo "== lint" && $(BIN)/ruff check --quiet .
	@echo "== format" && $(BIN)/ruff format --quiet --check .
	@echo "== types" && $(BIN)/mypy --no-error-summary
	@echo "== import contracts" && $(BIN)/lint-imports --no-logo
	@echo "== tests" && $(MAKE) test

golden: setup ## Write the expected outcomes of all samples anew; say in the commit why they changed
	@BLOTTER_GOLDEN=write $(BIN)/python -m pytest -q tests/golden $(ARGS)

bench: setup ## Measure intake and walk, in records a second
	@$(BIN)/python benchmarks/run.py $(ARGS)

model: setup ## Train the sequence model of the redaction anew, from invented narratives
	@$(BIN)/python -m pipeline.emulator.narratives --seed 1 --split train --written 5 \
		--count 1500 | $(BIN)/python -m pipeline.redact.model.train --iterations 60 pipeline/redact/model/weights.json

lock: ## Resolve both lock files anew (needs uv); UPGRADE=1 takes newer versions
	@command -v $(UV) >/dev/null || { echo "lock: uv is not installed; any way of installing it will do" >&2; exit 1; }
	@$(COMPILE) pyproject.toml tools/build.in -o requirements.lock
	@$(COMPILE) pyproject.toml tools/build.in --extra dev -c requirements.lock -o requirements-dev.lock
	@! grep -n '://' requirements.lock requirements-dev.lock

clean: ## Remove .venv and caches; var/ with keys and vault stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
