# `make` lists the targets; .ci/setup installs what they need, once.
PYTHON ?=
PIP_ARGS ?=
SOURCES ?=
PORT ?= 8050
TESTS ?= tests
BENCH ?=
REPLAY ?=
CASES ?=
export PYTHON PIP_ARGS

PY := .venv/bin/python
SETUP := @.ci/setup
.DEFAULT_GOAL := help
.PHONY: help setup run test test-long check bench replay cases screenshots example fanova

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with everything that running, testing and checking need (PIP_ARGS='…' goes to pip)
	$(SETUP) venv .venv requirements.txt requirements-dev.txt

run: ## start the app on http://127.0.0.1:8050 (SOURCES='study.db table.csv', PORT=8050)
	$(SETUP) venv .venv requirements.txt
	@$(PY) app.py $(SOURCES) --port $(PORT)

test: ## run every test: Python, JavaScript, and the app in Chromium (TESTS='tests/house' for a part)
	$(SETUP) venv .venv requirements.txt requirements-dev.txt
	$(SETUP) program chromium postgresql libfaketime
	@$(PY) -m pytest -n 2 --dist loadfile -m "not long" $(TESTS)

test-long: ## run the same checks with larger counts
	$(SETUP) venv .venv requirements.txt requirements-dev.txt
	$(SETUP) program chromium postgresql libfaketime
	@$(PY) -m pytest -m long $(TESTS)

check: ## check style, format and types (ruff, mypy strict)
	$(SETUP) venv .venv requirements.txt requirements-dev.txt
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

bench: ## measure against the peers, print the table, write build/bench.json (BENCH='--only brush --trials 1000')
	$(SETUP) venv .venv requirements.txt requirements-dev.txt
	$(SETUP) program chromium compiler swig
	$(SETUP) venv .venv-bench requirements-bench.txt
	$(SETUP) venv .venv-fanova requirements-fanova.txt
	@$(PY) -m bench $(BENCH)

replay: ## refine a search as HyperTendril's section 7.2 did, ten seeds, against searching on (REPLAY='--seeds 2')
	$(SETUP) venv .venv requirements.txt requirements-dev.txt
	@$(PY) -m bench.refinement $(REPLAY)

cases: ## judge a population early and late as in HyperTendril's section 7.1, ten seeds (CASES='--seeds 1-2')
	$(SETUP) venv .venv requirements.txt requirements-dev.txt
	@$(PY) -m bench.cases $(CASES)

screenshots: ## drive the real app and write docs/images/*.png, light and dark
	$(SETUP) venv .venv requirements.txt requirements-dev.txt
	$(SETUP) program chromium
	@$(PY) -m docs.screenshots

example: ## train the example project again into data/examples (hundreds of real trainings, minutes)
	$(SETUP) venv .venv requirements.txt
	@$(PY) -m trainer example

fanova: ## build the reference fANOVA (non-commercial licence) in .venv-fanova, for comparison in tests
	$(SETUP) program compiler swig
	$(SETUP) venv .venv-fanova requirements-fanova.txt
