# Khrua: every command a developer or an officer needs. Works from any folder: make -C <this folder> <target>.
SHELL := /bin/bash
# A name with spaces in it is no list: the shell finds this folder, and all that follows is named from inside it.
ROOT := $(shell cd "$$(dirname "$(strip $(MAKEFILE_LIST))")" && pwd -P)
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
DEMO_DATE := 2026-11-24
# Errors are shown; what pip thinks of its own configuration is not for whoever tries Khrua.
QUIETLY := --quiet --quiet --disable-pip-version-check

.PHONY: help setup demo test check format bench lock clean

ifneq ($(ROOT),$(shell pwd -P))
help setup demo test check format bench lock clean:
	@$(MAKE) --no-print-directory -C "$(ROOT)" $@
else

help:
	@echo "make demo    set up and run one night on sample_data (home: build/demo)"
	@echo "make test    set up and run all tests"
	@echo "make check   lint, types, import directions"
	@echo "make bench   accuracy and speed, longer than the tests"

setup: $(READY)

# The lock file names every package, version and hash; nothing else is installed, and nothing is resolved anew.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' \
	  || { echo "Khrua needs Python 3.11 or newer: install it, or name it with PYTHON=… / ต้องใช้ Python 3.11 ขึ้นไป"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "กำลังติดตั้ง ใช้เวลาหนึ่งถึงสองนาที · Setting up .venv from requirements.lock, a minute or two …"
	@$(BIN)/python -m pip install $(QUIETLY) --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install $(QUIETLY) --no-deps --no-build-isolation -e .
	@found=$$($(BIN)/python -m pip check --disable-pip-version-check) || { echo "$$found"; exit 1; }
	@touch $@

demo: $(READY)
	@$(BIN)/khrua run --inbox sample_data/inbox --contracts data_contracts --home build/demo --date $(DEMO_DATE)

test: $(READY)
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(READY)
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: $(READY)
	@$(BIN)/python -m benchmarks.names && $(BIN)/python -m benchmarks.accuracy && $(BIN)/python -m benchmarks.second_night --records 200000 && $(BIN)/python -m benchmarks.night

# Needs uv; writes names, versions and hashes, and no index address.
lock:
	@uv pip compile pyproject.toml --extra dev --upgrade --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate --no-emit-index-url --no-strip-extras --output-file requirements.lock

clean:
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache

endif
