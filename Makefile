# make run: the example case · make test: the tests · make help: the rest
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export MUSTER_SHARED ?= $(abspath ../shared)

.PHONY: run test check scores bench soak docs lock clean help
.DEFAULT_GOAL := help

# Run the example case and say where its report lies.
run: $(VENV)/.run
	$(BIN)/muster run examples/bazaar

# Format check, lint, types, then the fast tests.
test: $(VENV)/.dev check
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.dev
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy

# How well the recogniser and the claim reader do on the labelled data.
scores: $(VENV)/.dev
	$(BIN)/python bench/scores.py

# Speed beside peers, in one run.
bench: $(VENV)/.dev
	$(BIN)/python bench/pages.py

# Fuzzing, kills by the hundred, a million rows: an hour or more.
soak: $(VENV)/.dev
	$(BIN)/python -m pytest -m soak

# Make the generated pages of docs/ anew.
docs: $(VENV)/.dev
	$(BIN)/python docs/make.py

# Resolve the two lock files anew (needs uv).
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --extra build -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) examples/*/derived examples/*/report examples/*/journal examples/*/private

help:
	@awk '/^# /{line=substr($$0,3)} /^[a-z]+:/{split($$0,a,":"); if(line){printf "make %-8s %s\n",a[1],line}; line=""}' Makefile

$(VENV)/bin/pip:
	$(PYTHON) -c 'import sys; sys.exit("Muster needs Python 3.11 or newer; set PYTHON=") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/pip requirements.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/pip requirements-dev.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run
