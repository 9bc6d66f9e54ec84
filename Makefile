# Every target sets up what it needs, once: `make serve` on a fresh machine is enough.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
# Compiled modules are most of what makes a second run quick.
unexport PYTHONDONTWRITEBYTECODE
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
PYTHON ?= python3
ADDRESS ?= 127.0.0.1:8000
BIN := .venv/bin

.PHONY: serve site check test lint format lock speed clean
.DEFAULT_GOAL := serve

serve: .venv/docs.done
	@sh tests/setup.sh address $(ADDRESS)
	$(BIN)/python -m mkdocs serve --dev-addr $(ADDRESS) $(addprefix --watch ,$(wildcard profile.yml) $(GUIDE_PROFILE))

# Built beside the old site and moved into its place: a failed build leaves the old one whole.
site: .venv/docs.done
	rm -rf .cache/site && mkdir -p .cache
	GUIDE_PUBLISH=1 $(BIN)/python -m mkdocs build --strict --site-dir .cache/site
	rm -rf site && mv .cache/site site

check: .venv/check.done .venv/packages.done
	$(BIN)/python -m pytest -q -m "not slow"

test: .venv/test.done .venv/packages.done lint
	$(BIN)/python -m pytest

lint: .venv/test.done
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .venv/test.done
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: .venv/test.done
	for set in docs check test; do \
	  $(BIN)/uv pip compile --quiet pyproject.toml --extra $$set --universal --python-version 3.11 \
	    --generate-hashes --upgrade --custom-compile-command 'make lock' \
	    --output-file requirements-$$set.lock || exit 1; \
	done

speed: .venv/test.done .venv/packages.done
	$(BIN)/python -m tests.speed

clean:
	rm -rf .venv .cache site

# -- set-up: a file for each thing done, older than what it was made from means do it again --

.venv/bin/python:
	@PYTHON=$(PYTHON) sh tests/setup.sh venv

.venv/%.done: requirements-%.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/packages.done: tests/packages.txt | .venv/bin/python
	@sh tests/setup.sh packages
	@touch $@
