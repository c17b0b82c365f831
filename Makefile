# Everything runs in .venv with the exact versions of constraints.txt; `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup tools forecast guide test docs lint benchmark clean

PYTHON := $(shell command -v python3.11 || command -v python3)
VENV := .venv
READY := $(VENV)/.ready

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */\1\t/' | expand -t 12

setup: $(READY)  ## make .venv and install the project into it

# the stamp is newer than what it was made from, so nothing is installed again until one of the two changes
$(READY): pyproject.toml constraints.txt
	@test -x $(VENV)/bin/pip || $(PYTHON) -m venv $(VENV) >/dev/null || \
		{ echo "Cannot make $(VENV): Python 3.11 or newer with venv is needed (Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(VENV)/bin/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,notebooks]'
	@touch $@

tools:  ## install what some tests look through: LibreOffice, Chromium, readers of PDF (Debian, as root)
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends libreoffice-calc chromium poppler-utils

forecast: setup  ## forecast the budget of the default municipality, services left inside the hazards
	$(VENV)/bin/kuntaosuus run --no-services

guide: setup  ## write the guide page of the law, docs/law.md
	@mkdir -p docs
	$(VENV)/bin/kuntaosuus law guide > docs/law.md.new
	@mv docs/law.md.new docs/law.md

test: lint  ## lint, then run all tests
	$(VENV)/bin/python -m pytest -n 2

docs: setup  ## run every command of the pages, also those that simulate (about 35 minutes on two cores)
	DOCS=all $(VENV)/bin/python -m pytest -n 2 tests/docs

lint: setup  ## check style, layers and types
	$(VENV)/bin/ruff check
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy

benchmark: setup  ## measure speed
	$(VENV)/bin/python -m benchmarks

clean:  ## remove .venv, caches and builds; data and results stay
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .ruff_cache .mypy_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
