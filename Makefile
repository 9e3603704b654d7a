# Everything here needs Python 3.11 or newer and make, nothing else: `make demo` and `make test`
# build the virtual environment in .venv themselves, with the versions in constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
# More than a small machine has cores: a third of what the tests of screens do is waiting.
JOBS ?= 3
export PYTHONUTF8 := 1
# The tests start the program a hundred times: it is compiled once.
unexport PYTHONDONTWRITEBYTECODE

# An environment whose Python has gone (system upgrade, moved folder) is made anew.
ifneq ($(shell $(BIN)/python -c "import sys, pathlib; print(pathlib.Path(sys.prefix).resolve() == pathlib.Path('$(CURDIR)/$(VENV)').resolve())" 2>/dev/null),True)
$(shell rm -f $(VENV)/.made $(VENV)/.demo $(VENV)/.dev $(VENV)/.mutants)
endif

.PHONY: demo test lint types unit trainings mutants bench format docs picture constraints release clean help

help: ## say what there is to make
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: $(VENV)/.demo ## open the annotator on the sample articles, in a scratch database
	$(BIN)/annotator demo $(ARGS)

test: lint types unit ## what has to pass: style, types, import rules, tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

trainings: $(VENV)/.dev ## spaCy learns from exports for training: minutes (not part of the tests)
	$(BIN)/python -m pytest -s tests/consumers/test_training.py $(ARGS)

# The others in tests/benchmarks need corpora, peers or options: see the head of each run.py.
bench: $(VENV)/.dev ## measure (not part of the tests: machines differ)
	for file in $$(find tests/benchmarks -name "bench_*.py" | sort); do \
	  module=$$(echo "$${file%.py}" | tr / .); echo "== $$module"; \
	  $(BIN)/python -m "$$module" || exit 1; done

# ROOM: a room of tools/mutants.py, or a module of one (formats.brat). SAMPLE: how many mutants, all
# without. SEED: which. AGAIN=1 runs what is known too. Results are kept in .mutants.
ROOM ?= domain
SEED ?= 1
mutants: $(VENV)/.mutants ## how many small changes of a room its tests notice: ROOM= SAMPLE= SEED=
	$(BIN)/python -m tools.mutants $(ROOM) $(if $(SAMPLE),--sample $(SAMPLE)) --seed $(SEED) \
	  --jobs $(JOBS) $(if $(AGAIN),--again)

format: $(VENV)/.dev ## put the code into its one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev ## renew what the documents show from the program
	$(BIN)/python -m tools.docs

picture: $(VENV)/.dev ## take the pictures in the documents again
	$(BIN)/python -m tools.picture

constraints: ## renew constraints.txt from what pip resolves today
	$(PYTHON) tools/constraints.py

release: $(VENV)/.dev ## build, install the wheel in a clean environment, run the demo from it
	$(BIN)/python -m tools.release $(ARGS)

clean: ## remove the environment and every cache
	rm -rf $(VENV) .mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(VENV)/.made:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "error: $(PYTHON) is older than Python 3.11"; \
	    echo "hint: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12"; exit 1; }
	@echo "making an environment of its own in $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.demo: pyproject.toml constraints.txt $(VENV)/.made
	@$(BIN)/python -m tools.installing "installing the program and what it stands on: once, a minute or two" -e .
	@$(BIN)/python -m tools.extras nlp-model encoder html
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt $(VENV)/.made
	@$(BIN)/python -m tools.installing "installing the program, and what its tests need: once, some minutes" -e '.[dev]'
	@$(BIN)/python -m tools.extras nlp-model encoder
	touch $@ $(VENV)/.demo

$(VENV)/.mutants: pyproject.toml constraints.txt $(VENV)/.dev
	$(PIP) -e '.[mutants]'
	touch $@
