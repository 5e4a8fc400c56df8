# The developers' commands. `make` alone lists them. Every target first installs what is missing, so none needs another.

VENV ?= .venv
ARCHIVE_DIR ?= demo-archive
LETTERS_DIR ?= demo-letters
PORT ?= 8460
SERVE ?= yes
N ?= 200
PYTEST_ARGS ?=
SEED ?= 1
DB ?= sqlite
export VENV SEED DB

.DEFAULT_GOAL := help
.PHONY: help demo setup test quick lint bench kills races replay screenshots lock translations clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*##/:/' | awk '{name = $$1; $$1 = ""; sub(/:/, "", name); printf "  make %-12s%s\n", name, $$0}'

demo: setup  ## Make a working archive, read sample letters into it, serve it (SERVE=no: stop when they are read)
	@$(VENV)/bin/python -m tools.demo --archive $(ARCHIVE_DIR) --letters $(LETTERS_DIR) --port $(PORT) $(if $(filter no,$(SERVE)),--no-serve)

setup:  ## Install what the archive needs to run (Debian/Ubuntu packages, .venv)
	@tools/setup.sh run

test:  ## Lint, types, import contract and all tests: what CI runs
	@tools/setup.sh test
	@tools/check lint tests

quick:  ## Lint, types, import contract, and the unit and service tests on SQLite: for the desk, within 4 minutes
	@tools/setup.sh test
	@tools/check lint quick

lint:  ## Only lint, types and import contract
	@tools/setup.sh test
	@tools/check lint

bench:  ## Measure against ocrmypdf, brute force and tantivy; results in build/bench/
	@tools/setup.sh bench
	@tools/bench

kills:  ## Kill server and worker N=200 times during intake; nothing acknowledged may be lost
	@tools/setup.sh test
	@ARCHIVE_KILLS=$(N) $(VENV)/bin/pytest tests/faults -k kill -p no:cacheprovider

races:  ## Exclude a reader from a case N=10000 times during requests; no later request may show it
	@tools/setup.sh test
	@OMP_THREAD_LIMIT=1 $(VENV)/bin/python -m tests.faults.races $(if $(filter file,$(origin N)),10000,$(N))

worlds:  ## Play N=5000 histories with and without a complaint (SEED=1 DB=sqlite|postgresql): the accused must see no difference
	@tools/setup.sh test
	@N=$(if $(filter file,$(origin N)),5000,$(N)) tools/worlds

replay:  ## Replay 900 petitions of a hotline through the services; the figures must match the truth tables
	@tools/setup.sh test
	@$(VENV)/bin/python -m tests.archive_app.cases.replay

leaks:  ## Plant leaks in copies of the code base; every one must be caught
	@tools/setup.sh test
	@tools/leaks

screenshots:  ## Take the pictures of the README and the manual again (docs/images/)
	@tools/setup.sh test
	@tools/screenshots

lock:  ## Resolve pyproject.toml into the hashed locks
	@tools/setup.sh test
	@tools/lock

translations:  ## Update the catalogues in archive_app/translations with the pages' strings
	@tools/setup.sh run
	@tools/translations

clean:  ## Remove everything generated (the demo's archive and letters too, but not .venv)
	@rm -rf build demo-archive demo-letters .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
