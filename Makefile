# What a newcomer and CI need; `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile pyproject.toml requirements-build.in --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help install dev run test check verify peers docs hasher pictures lock clean

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.installed ## make .venv with the locked dependencies

dev: .venv/.dev ## install what tests and checks need, too

run: install ## start everything (practice servers where .env holds no tokens)
	$(BIN)/ansim run

test: dev ## run the test suite
	$(BIN)/python -m pytest

check: dev ## ruff, mypy --strict, import contracts, catalogues, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n 0 tests/test_catalogues.py tests/test_migrations.py

verify: dev peers ## all tests and the slow ones; a skipped test is a failure
	ANSIM_REQUIRE_ALL=1 $(BIN)/python -m pytest -m "verify or not verify"

peers: ## fetch the real peers that verify talks to (needs Node 18.7 or newer)
	tests/peers/install

docs: dev ## write the pages of docs/ that are made from code
	$(BIN)/python -m tests.generated_docs

hasher: install ## build the page that makes hashes in a browser
	$(BIN)/python -m bot.cli.hasher

pictures: dev ## make README's pictures of the practice centre (needs Chromium)
	$(BIN)/python -m tests.page.pictures

lock: dev ## resolve the dependencies again into requirements*.lock
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra dev -o requirements-dev.lock

clean: ## remove .venv and everything that tools left behind
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Ansim needs Python 3.11 or newer; name one with: make PYTHON=python3.12 install"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo "This Python can make no virtual environment; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch .venv/.installed $@
