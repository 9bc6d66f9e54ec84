# Every target sets up what it needs, once: `make serve` on a fresh machine is enough.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
# pydantic looks for plugins in every installed package, and there are none.
export PYDANTIC_DISABLE_PLUGINS := __all__
# Compiled modules are most of what makes a second run quick.
unexport PYTHONDONTWRITEBYTECODE
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
# Stands at the foot of every page; nothing where the project is no repository of its own.
export GUIDE_COMMIT ?= $(shell [ -e .git ] && git describe --always --abbrev=10 --dirty=-changed --exclude='*' | sed 's/^/commit /')
PYTHON ?= python3
ADDRESS ?= 127.0.0.1:8000
RELEASE ?= .cache/release
# A container has its own, and leaves that of a mounted checkout alone.
VENV := $(or $(GUIDE_VENV),.venv)
BIN := $(VENV)/bin
# The tests in parts: side by side on one machine, in CI a job each.
PARTS := guide browser lab
OF_GUIDE := $(addprefix tests/suites/,macros snippets harness site wikitext mutants) README.md CONTRIBUTING.md docs
OF_BROWSER := tests/suites/browser
OF_LAB := $(addprefix tests/suites/,queries lab notebooks practice doctor survey day_one)
# What has passed on the same content is not run again; with ALL=1 it is, and held against that.
KEPT := --kept=$(if $(ALL),renew,use)
JUNIT = --junitxml=.cache/junit/$(@:test-%=%).xml -o junit_family=xunit1
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes
export UV_SYSTEM_CERTS := 1
# As pip does: the lab's hosts cannot write what they compile.
export UV_COMPILE_BYTECODE := 1

.PHONY: settings serve site evidence proven release assets wikitext fresh links sources survey seen check test test-guide test-browser test-lab mutants lab exam image set-up lint style format lock speed savings saves benchmark lighthouse zensical clean
.DEFAULT_GOAL := serve

# Where programs are missing that the quick tests need, the guide is shown without their verdict.
# With LAB=1 the steps of a saved page are also done in a lab.
serve: $(if $(LAB),set-up,$(VENV)/check.done) settings
	@sh tests/tools/setup.sh address $(ADDRESS)
	@if sh tests/tools/setup.sh packages check; then exec $(BIN)/python -m tests.tools.preview $(ADDRESS); \
	else echo "Until then, pages are shown and not checked." >&2; \
	  exec $(BIN)/mkdocs serve --dev-addr $(ADDRESS); fi

# What the builder would fall over, or write into every page.
settings: $(VENV)/docs.done
	@$(BIN)/python -m macros.settings

# Built beside the old site and moved into its place: a failed build leaves the old one whole.
site: settings
	rm -rf .cache/site && mkdir -p .cache
	GUIDE_PUBLISH=1 $(BIN)/mkdocs build --strict --site-dir .cache/site
	rm -rf site && mv .cache/site site

# Of the parts, where a job each has run them.
evidence: $(VENV)/docs.done
	@$(BIN)/python -m macros.evidence $(PARTS:%=.cache/evidence/%.json)

proven: $(VENV)/docs.done
	@$(BIN)/python -m macros.proof site

# One zip that is read without a server: there, links lead to files instead of folders.
release: settings
	rm -rf $(RELEASE)
	GUIDE_PUBLISH=1 GUIDE_DIRECTORY_URLS=false GUIDE_HOMEPAGE=index.html \
	  $(BIN)/mkdocs build --strict --quiet --site-dir $(RELEASE)/site
	@$(BIN)/python -m macros.release $(RELEASE)/site $(RELEASE)

assets: $(VENV)/check.done
	@$(BIN)/python -m macros.bundle

wikitext: settings
	@$(BIN)/python -m macros.wikitext

fresh: $(VENV)/docs.done
	@$(BIN)/python -m macros.upkeep

# JSON=1 prints lines such as a survey's, for make seen.
links: $(VENV)/docs.done
	@$(BIN)/python -m macros.addresses $(if $(JSON),--json)

# Of clones in a folder with SOURCES=, else they are fetched; FACT= checks one, WRITE=1 moves days.
sources: $(VENV)/check.done
	@$(BIN)/python -m macros.sources $(if $(SOURCES),--folder "$(SOURCES)") $(if $(WRITE),--write) $(FACT)

# Of a stat host with AT=, as ssh knows it, else of this laptop; then read as below.
survey: $(VENV)/check.done
	@$(BIN)/python -m macros.survey ask $(if $(AT),--at "$(AT)") $(SEEN)

# WRITE=1 notes who saw what holds; DERIVE=1 writes JUnit, SARIF and OpenMetrics, JSON=1 prints JSON.
seen: $(VENV)/check.done
	@$(BIN)/python -m macros.survey read "$(FILE)" $(SEEN)
survey seen: SEEN = $(if $(WRITE),--write) $(if $(DERIVE),--derive) $(if $(JSON),--json)

check: $(VENV)/check.done $(VENV)/packages-check.done
	@PYTEST_ADDOPTS="-q -m 'not slow' $$PYTEST_ADDOPTS" \
	  KEPT=$(KEPT) sh tests/tools/side_by_side.sh $(BIN) \
	  "pytest $(KEPT) $(addprefix tests/suites/,macros site wikitext)"

test: set-up style
	@KEPT=$(KEPT) sh tests/tools/side_by_side.sh $(BIN) \
	  "pytest $(KEPT) $(OF_BROWSER)" "pytest $(KEPT) $(OF_LAB)" mypy

test-guide: set-up lint
	$(BIN)/pytest $(KEPT) $(JUNIT) $(OF_GUIDE)

test-browser: set-up
	$(BIN)/pytest $(KEPT) $(JUNIT) $(OF_BROWSER)

test-lab: set-up
	$(BIN)/pytest $(KEPT) $(JUNIT) $(OF_LAB)

# All of them, or with PART=access/ssh those of a snippet or page; WHY='its key' says of one who was
# asked, and is handed on as it was typed: dollars and quotes are of the guide's own text.
unexport WHY
mutants: export MUTANT := $(value WHY)
mutants: set-up
	@$(BIN)/python -m tests.tools.mutants $(PART) $${MUTANT:+"--why=$$MUTANT"}

lab: set-up
	@$(BIN)/python -m tests.tools.practice $(PROFILE)

# JSON=1 prints at its end how it went, for programs.
exam: set-up
	@$(BIN)/python -m tests.tools.practice --exam $(if $(JSON),--json) $(PROFILE)

# By docker or podman: ENGINE= says which, BUILD= and RUN= are more of its options.
image: $(VENV)/check.done
	@$(BIN)/python -m tests.tools.image

lint: style
	$(BIN)/mypy

style: $(VENV)/test.done
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/codespell README.md CONTRIBUTING.md docs macros snippets tests
	@$(BIN)/python -m tests.checks.words

format: $(VENV)/test.done
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: $(VENV)/bin/uv
	for set in uv docs check test zensical; do \
	  $(BIN)/uv pip compile --quiet pyproject.toml --extra $$set --universal --python-version 3.11 \
	    --generate-hashes --upgrade --custom-compile-command 'make lock' \
	    --output-file requirements-$$set.lock || exit 1; \
	done

speed: $(VENV)/test.done $(VENV)/packages-test.done
	$(BIN)/python -m tests.tools.speed

savings: set-up
	@$(BIN)/python -m tests.tools.savings

saves: $(VENV)/check.done $(VENV)/packages-check.done
	@$(BIN)/python -m tests.tools.saves

benchmark: $(VENV)/check.done
	$(BIN)/python -m tests.tools.benchmark

lighthouse: $(VENV)/test.done $(VENV)/packages-test.done site
	@$(BIN)/python -m tests.tools.lighthouse site

zensical: .cache/zensical/done $(VENV)/test.done
	@$(BIN)/python -m tests.tools.zensical .cache/zensical/bin/zensical

clean:
	rm -rf .venv .cache site

# -- set-up: a file for each thing done, older than what it was made from means do it again --

# Python's packages and the system's come side by side.
set-up: $(VENV)/bin/python
	@$(MAKE) --silent --no-print-directory -j2 $(VENV)/test.done $(VENV)/packages-test.done

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) sh tests/tools/setup.sh venv

$(VENV)/bin/uv: requirements-uv.lock | $(VENV)/bin/python
	$(PIP) -r $<
	@touch $@

# It takes a third of pip's time. It does not read pip's settings: where those name the only index
# that can be reached, pip goes on.
$(VENV)/%.done: requirements-%.lock | $(VENV)/bin/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $< || $(PIP) -r $<
	@touch $@

# In an environment of its own, as nothing else needs it.
.cache/zensical/done: requirements-zensical.lock | $(VENV)/bin/python
	@rm -rf .cache/zensical && $(PYTHON) -m venv .cache/zensical && .cache/zensical/bin/pip install \
	  --quiet --disable-pip-version-check --require-hashes -r $< || \
	  { echo "Zensical could not be installed, so there is nothing to compare." >&2; exit 1; }
	@touch $@

$(VENV)/packages-%.done: tests/environments/packages.txt | $(VENV)/bin/python
	@sh tests/tools/setup.sh packages $*
	@touch $@
