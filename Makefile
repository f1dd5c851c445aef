# Everything there is to do with Blotter. `make` alone lists it.
#
#   PYTHON=python3.12   the interpreter for .venv (default: the first fitting one found)
#   ARGS="-k redact"    passed on to pytest
#   WORKERS=2           how many tests run at once, or Celery workers

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

.PHONY: help setup setup-run run test check golden bench faults hour soak workers scale model build lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with all that running and testing need; instant when nothing changed
	@PYTHON="$(PYTHON)" tools/setup requirements-dev.lock
	@tools/assets

setup-run:
	@PYTHON="$(PYTHON)" tools/setup requirements.lock
	@tools/assets --optional

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

bench: setup ## Measure every step, the desk and a running line; ARGS="--case walk-csv": a part
	@$(BIN)/python benchmarks/run.py $(ARGS)
	@$(if $(ARGS),:,$(BIN)/python benchmarks/streaming.py --megabytes 50 --walked 2)
	@$(if $(ARGS),:,$(BIN)/python -m benchmarks.desk)
	@$(if $(ARGS),:,$(BIN)/python benchmarks/attacks.py --only-figures)
	@$(if $(ARGS),:,$(BIN)/python -m benchmarks.hour --agencies 20 --minutes 3 --plot none)

faults: setup ## Kill every use case at 380 points, let disk, database, net and clock fail; ARGS="20 4": less
	@$(BIN)/python tests/faults/table.py $(ARGS)

hour: setup ## Run Airflow, desk and emulator, and measure; ARGS="--agencies 405 --minutes 60"
	@$(BIN)/python -m benchmarks.hour $(ARGS)

soak: setup ## Run everything for four hours, and fail when memory grows; ARGS="--minutes 60"
	@$(BIN)/python -m benchmarks.hour --agencies 40 --minutes 240 --flat 15 $(ARGS)

workers: ## Run the line on two Celery workers, and kill one every two minutes; ARGS="--minutes 10"
	@PYTHON="$(PYTHON)" tools/setup requirements-scale.lock
	@tools/assets
	@$(BIN)/python -m benchmarks.hour --agencies 40 --minutes 10 --workers 2 --kill 120 $(ARGS)

scale: ## Run the line on Celery, PostgreSQL and Redis until Ctrl-C; WORKERS=4 for more workers
	@PYTHON="$(PYTHON)" tools/setup requirements-scale.lock
	@tools/assets
	@$(BIN)/python dags/standalone/supervisor.py --home var/airflow-celery --workers $(WORKERS)

model: setup ## Train the models of the redaction anew, from invented narratives
	@$(BIN)/python -m pipeline.emulator.narratives --seed 1 --split train --written 6 --count 0 \
		| $(BIN)/python -m pipeline.redact.glue.train pipeline/redact/glue/weights.json
	@$(BIN)/python -m pipeline.emulator.narratives --seed 1 --split train --written 7 \
		--count 1500 | $(BIN)/python -m pipeline.redact.model.train --iterations 80 pipeline/redact/model/weights.json

build: setup ## Make wheel, source distribution and bill of materials in dist/
	@$(BIN)/python -m hatchling build -d dist
	@tools/sbom requirements.lock > dist/sbom.json

lock: ## Resolve the lock files anew (needs uv); UPGRADE=1 takes newer versions
	@command -v $(UV) >/dev/null || { echo "lock: uv is not installed; any way of installing it will do" >&2; exit 1; }
	@$(COMPILE) pyproject.toml tools/build.in -o requirements.lock
	@$(COMPILE) pyproject.toml tools/build.in --extra dev -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) pyproject.toml tools/build.in --extra scale -c requirements.lock -o requirements-scale.lock
	@$(COMPILE) pyproject.toml tools/build.in --extra docs -c requirements.lock -o requirements-docs.lock
	@! grep -n '://' requirements*.lock

clean: ## Remove .venv and caches; var/ with keys and vault stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
