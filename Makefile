# `make chat` and `make test` each do all that is needed on a fresh clone, and little the next time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help chat test lint format types evaluate readme clean

help:
	@echo 'make chat      set everything up, build the index, serve the web chat'
	@echo 'make test      set everything up, run the tests'
	@echo 'make lint      ruff check, ruff format --check     make format    mend both'
	@echo 'make types     mypy --strict                       make evaluate  measure the answers'
	@echo 'make readme    put what planqa prints into the READMEs'
	@echo 'make clean     remove what was installed and built (reports stay)'

chat: $(VENV)/installed
	$(BIN)/planqa index
	$(BIN)/planqa serve

test: $(VENV)/dev
	$(BIN)/python -m pytest

lint: $(VENV)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(VENV)/dev
	$(BIN)/mypy --strict

evaluate: $(VENV)/installed
	$(BIN)/planqa index
	$(BIN)/planqa evaluate evaluation/test.jsonl

readme: $(VENV)/dev
	$(BIN)/python tests/readme.py

clean:
	rm -rf $(VENV) build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache
	find index -mindepth 1 ! -name README.md -delete

# The stamps say what is installed in the environment; they are older than what they depend on when that changed.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'planqa needs Python 3.11 or newer: run `make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)`' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo 'Python has no venv module here: on Debian run `apt install python3-venv`' >&2; exit 1; }

$(VENV)/installed: $(BIN)/python pyproject.toml constraints.txt
	@echo 'Installing planqa and its libraries into $(VENV) (once; some minutes) ...'
	$(PIP) -e .
	@touch $@

$(VENV)/dev: $(VENV)/installed
	@echo 'Installing what the tests need ...'
	$(PIP) -e '.[dev]'
	@touch $@
