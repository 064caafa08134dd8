# All that a person types: make run, make test, make check, make bench, make reset.
# Set-up happens by itself and only when something changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help
# Some machines forbid it, and each of the many processes would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
INSTALLED := .venv/.installed
CATALOGUE := onewindow/locale/en/LC_MESSAGES/django.mo
TEXTS := $(wildcard onewindow/locale/en/LC_MESSAGES/django.po onewindow/locale/en/parts/*.po)
# Tests run side by side; JOBS=0 runs them one after another, as debuggers want it.
JOBS ?= $(shell cores=$$(nproc); echo $$((cores < 2 ? 2 : cores > 4 ? 4 : cores)))
# Checks need settings but no database and must not touch the data of a running platform.
CHECK_ENV := ONEWINDOW_DATA_DIR=build/check ONEWINDOW_DATABASE_ROLE=owner DJANGO_SETTINGS_MODULE=onewindow.site.settings

# Side by side, the longest first; what one of them says is shown when it ends.
CHECKS := check-types check-format check-floors check-migrations check-texts check-deployment

.PHONY: help setup run test check $(CHECKS) bench faults reset lock format messages system-packages

help:
	@echo "make run     the platform with the demonstration city on http://127.0.0.1:8000"
	@echo "make test    all tests on PostgreSQL and in a browser"
	@echo "make check   formatter, linter, types, import floors, migrations, translations, deployment"
	@echo "make bench   the benchmarks; BENCH_STORED=\"1000 100000\" chooses the sizes"
	@echo "make faults  the fault campaign: kills, fault windows, hostile inputs, negative controls"
	@echo "make reset   throw the demonstration data away and load it anew"

setup: $(INSTALLED) $(CATALOGUE)

$(INSTALLED): requirements.lock pyproject.toml tools/install
	@tools/install
	@touch $@

$(CATALOGUE): $(TEXTS) tools/messages.py | $(INSTALLED)
	@$(PY) tools/messages.py --compile

run: setup
	@export ONEWINDOW_SANDBOX=$${ONEWINDOW_SANDBOX:-1}; exec $(PY) -m onewindow up

test: setup system-packages
	@exec $(PY) -m pytest -n $(JOBS) $(ARGS)

check: setup
	@mkdir -p build/check
	@$(MAKE) -j2 --output-sync=target $(CHECKS)

check-types:
	$(CHECK_ENV) $(PY) -m mypy onewindow

check-format:
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

check-floors:
	.venv/bin/lint-imports --no-cache

check-migrations:
	$(CHECK_ENV) $(PY) -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

check-texts:
	$(PY) tools/messages.py --check

check-deployment:
	$(CHECK_ENV) ONEWINDOW_HTTPS=1 $(PY) -m django check --deploy --fail-level WARNING

bench: setup
	@tools/system-packages bench
	@exec $(PY) -m bench

# In full about an hour; each part is one command of its own (docs/reliability.md).
faults: setup
	@$(PY) -m faults kills && $(PY) -m faults windows && $(PY) -m faults inputs && \
		for part in kills windows inputs; do $(PY) -m faults $$part --control || exit 1; done

reset: setup
	@export ONEWINDOW_SANDBOX=$${ONEWINDOW_SANDBOX:-1}; exec $(PY) -m onewindow demo reset

system-packages:
	@tools/system-packages

# For those who work on the project.

lock: setup
	.venv/bin/uv pip compile pyproject.toml --group dev --group setup --generate-hashes \
		--python-version 3.11 --no-header --no-annotate --quiet -o requirements.lock

format: setup
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

messages: setup
	$(PY) tools/messages.py --merge --compile
