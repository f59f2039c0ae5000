# Drover needs Python >= 3.11 with venv, and make. Everything else comes from the locked dependencies.
PORT ?= 8000
ONCE ?=
ONLY ?=
# Compiled modules are kept, whatever the environment says: every command would compile Django anew.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
# Tests at once: one more than a small machine has cores, since some always wait for servers and browsers.
AT_ONCE ?= 3
UV_VERSION := 0.13.9
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
export UV_NO_PROGRESS := 1

# A folder of its own, wiped at each start; and whatever makes one run give the same manifests as the other.
DEMO := DROVER_DATA=.drover/port-$(PORT)/demo REFERENCE_KEY=demo REOPTIMISE_SOLUTIONS=20000 REOPTIMISE_S=200 LOG_LEVEL=WARNING

# The locked packages, by uv where there is a wheel of it for this machine, else by pip.
define install
	@if [ -x $(BIN)/uv ]; then \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
	fi
endef

.PHONY: help
help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  */\1	/p' Makefile | sort | while IFS='	' read -r name says; do printf '  make %-12s %s\n' "$$name" "$$says"; done

$(BIN)/python:
	@python=; for name in $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14; do \
		if "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo 'Drover needs Python 3.11 or newer with venv: on Debian, apt-get install python3 python3-venv' >&2; exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" --version)"; \
	"$$python" -m venv .venv && { $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: uv==$(UV_VERSION) 2>/dev/null || true; }

.venv/runtime: requirements.lock | $(BIN)/python
	$(call install,requirements.lock)
	@touch $@

.venv/dev: requirements-dev.lock | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch .venv/runtime $@

# What Numba compiles, so that nobody waits for it later; half a minute. A demo has it done beside its first steps.
.venv/compiled: .venv/runtime $(wildcard routing/compiled/*.py routing/optimise/lns/*.py)
	@$(BIN)/python -m routing compile
	@touch $@

.PHONY: venv
venv: .venv/runtime .venv/compiled  ## .venv with the locked dependencies

.PHONY: dev
dev: .venv/dev .venv/compiled  ## .venv with the tools for development too

.PHONY: lock
lock: .venv/dev  ## resolve pyproject.toml anew into the lock files (UPGRADE=1: newest versions)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.lock
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --group peers -o requirements-peers.lock
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --no-deps --group ridepy -o requirements-ridepy.lock

.PHONY: demo
demo: .venv/runtime  ## play a day in Ripon and serve it (PORT=8000; ONCE=1 stops after the figures)
	@[ -e .venv/compiled ] || { $(BIN)/python -m routing compile >/dev/null 2>&1 & }
	@$(DEMO) $(BIN)/python manage.py demo --port $(PORT) $(if $(ONCE),--once)

.PHONY: test
test: .venv/dev .venv/compiled  ## every test but those of peers, with PostgreSQL, Redis and Chromium; installs them where it may
	@sh tests/servers/install.sh
	@$(BIN)/python -m pytest -m "not peers and not sweep" -n $(AT_ONCE) --dist loadgroup

.PHONY: slow
slow: .venv/dev .venv/compiled  ## only the tests marked slow
	@$(BIN)/python -m pytest -m slow -n $(AT_ONCE) --dist loadgroup

.PHONY: sweep
sweep: .venv/dev .venv/compiled  ## only the long searches for what is rarely found, and other examples than those of `test`
	@DROVER_EXAMPLES=random $(BIN)/python -m pytest -m "sweep or hypothesis" -n $(AT_ONCE) --dist loadgroup

.PHONY: lint
lint: .venv/dev  ## style, types and layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

.PHONY: openapi
openapi: .venv/dev  ## write backend/api/openapi.yaml anew, to be looked at and committed
	@DROVER_DATA=.drover/openapi $(BIN)/python manage.py write_openapi

.PHONY: bench
bench: .venv/dev .venv/compiled  ## measure, and print the figures (ONLY="insertion reads": just those)
	@$(BIN)/python -m tests.bench $(ONLY)

PEERS := .venv/peers

$(PEERS)/wheels: requirements-peers.lock | $(BIN)/python
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-peers.lock
	@touch $@

# From source, in about a minute, with a C++ compiler and the headers of boost; everything else does without it.
$(PEERS)/ridepy: requirements-ridepy.lock $(PEERS)/wheels
	@if CPLUS_INCLUDE_PATH="$$($(PEERS)/bin/python -c 'import boost_headers; print(boost_headers.get_include())')" \
		$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-ridepy.lock; \
	then touch $@; else echo 'No ridepy: it needs a C++ compiler. On Debian: apt-get install g++' >&2; fi

.PHONY: bench-peers
bench-peers: $(PEERS)/wheels $(PEERS)/ridepy  ## install what Drover is measured against, into .venv/peers

.PHONY: test-peers
test-peers: .venv/dev .venv/compiled $(PEERS)/wheels $(PEERS)/ridepy  ## only the tests of what Drover is measured against; installs that
	@$(BIN)/python -m pytest -m peers

.PHONY: clean
clean:  ## remove everything that can be made again
	@rm -rf .venv .drover .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis staticfiles
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
