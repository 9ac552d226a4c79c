# Two commands do everything: `make demo` shows the graph in a browser, `make test` runs all checks.
# `make test-fast` runs, in under a minute, the tests that need no database, no browser and no other program.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Each process has a database, an explorer and a browser of its own, about 3 GB together.
PROCESSES ?= 2
PYTEST := $(BIN)/python -m pytest -n $(PROCESSES) --dist loadgroup --no-loadscope-reorder

.PHONY: demo test test-fast check bench lock clean

demo: $(VENV)/.demo
	@$(BIN)/armsgraph demo

test: $(VENV)/.test check
	$(PYTEST) --durations=10 $(PYTEST_ARGS)

test-fast: $(VENV)/.test
	$(PYTEST) -m pure $(PYTEST_ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Armsgraph needs Python 3.11 or newer; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing Armsgraph into $(VENV) (once) …"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing Armsgraph and its test tools into $(VENV) (once) …"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.demo

# Prints ratios; nothing is loaded into your own database.
bench: $(VENV)/.test
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.explore

# Writes the versions that are installed now; run it in a fresh venv to take current versions.
lock: $(VENV)/.test
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
