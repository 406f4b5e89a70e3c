# What one does with Carnet; `make help` lists it.

PYTHON ?= python3
DATA := $(or $(CARNET_DATA),.data)
PY := .venv/bin/python
LOCK := requirements/development.txt
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
ARGS ?=
# How many processes run the tests. Files keep their order: whoever has driven a browser has an event loop.
WORKERS ?= 1
SHARED = $(if $(filter-out 1,$(WORKERS)),--dist loadfile --no-loadscope-reorder \
	$(foreach n,$(shell seq $(WORKERS)),--tx popen//env:CARNET_DATA=$(DATA)/test/$(n)))

.DEFAULT_GOAL := help
.PHONY: help setup run stop test check fix bench faults

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "make %-8s %s\n", $$1, $$2}'

# Installs again only when the lock differs from the one that was installed.
setup: ## Make .venv from the locked dependencies, and compile translations
	@test -x $(PY) || { \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
			echo "Carnet needs Python 3.11 or newer; $(PYTHON) is not. Name one: make setup PYTHON=python3.12" >&2; \
			exit 1; }; \
		echo "Making .venv …"; \
		$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }; }
	@cmp -s $(LOCK) .venv/installed.txt || { \
		echo "Installing dependencies …"; \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK) \
		&& cp $(LOCK) .venv/installed.txt; }
	@test -z "$(CATALOGUES)" || $(MAKE) --no-print-directory -s $(CATALOGUES)

%.mo: %.po
	@$(PY) -m crm.catalogues compile

run: setup ## Run everything on 127.0.0.1 (PORT, CARNET_DATA); Ctrl-C stops it
	@exec $(PY) manage.py run

stop: ## Stop what `make run` or a command left running
	@exec $(PY) manage.py stop

# An own data folder, and its own server in it. ARGS goes to pytest: make test ARGS="-k leads -x"
# With WORKERS=2 they are shared out, file by file, among two processes that have such a folder each.
test: setup ## Run every test (ARGS="-k leads" for some, WORKERS=2 in two processes)
	@CHROMIUM="$$($(PY) -m tests.chromium)" || exit 1; export CHROMIUM; \
	CARNET_ENV=test CARNET_DATA=$(DATA)/test exec $(PY) -m pytest $(SHARED) $(ARGS)

faults: setup ## Kill things at random and see that nothing is lost (long)
	@CARNET_ENV=test CARNET_DATA=$(DATA)/faults CARNET_FSYNC=1 \
	exec $(PY) -m pytest -m faults tests/faults $(ARGS)

bench: setup ## Measure against the floor (long)
	@exec $(PY) -m tests.bench $(ARGS)

check: setup ## Lint, migrations, translations, and the production profile
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m crm.catalogues check
	@echo "manage.py check --deploy (production)"
	@CARNET_ENV=production SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	DATABASE_URL=postgresql://nobody@localhost/none ALLOWED_HOSTS=carnet.example \
	$(PY) manage.py check --deploy --fail-level WARNING

fix: setup ## Repair what the linter can repair, and format
	$(PY) -m ruff check --fix
	$(PY) -m ruff format
