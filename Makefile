# Every target says what it does: `make help`.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help demo test check format messages bench lock sbom clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

demo: $(VENV)/installed ## Start the demo program on http://127.0.0.1:$PORT (keeps its data)
	@PORT=$(PORT) $(BIN)/groupmatch demo --data .demo

test: $(VENV)/installed-for-tests ## Run all tests (set PYTEST_ARGS to choose some)
	@$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

check: $(VENV)/installed-for-tests ## Lint, types, import directions, templates, security
	$(BIN)/ruff format --check --config config/ruff.toml .
	$(BIN)/ruff check --config config/ruff.toml .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg
	$(BIN)/djlint --configuration config/djlint.toml --lint --quiet templates
	$(BIN)/bandit --configfile config/bandit.toml --severity-level medium --recursive --quiet groupmatch solver

format: $(VENV)/installed-for-tests ## Format the code
	$(BIN)/ruff format --config config/ruff.toml .
	$(BIN)/ruff check --config config/ruff.toml --fix .

TRANSLATIONS := groupmatch/translations
messages: $(VENV)/installed-for-tests ## Collect the words to translate, bring catalogs up to date and compile them
	$(BIN)/pybabel --quiet extract --mapping config/babel.toml --keywords later --ignore-dirs ".*" \
	  --no-wrap --sort-by-file --add-location file --omit-header --output $(TRANSLATIONS)/messages.pot .
	$(if $(wildcard $(TRANSLATIONS)/*/),$(BIN)/pybabel update --input-file $(TRANSLATIONS)/messages.pot --output-dir $(TRANSLATIONS))
	$(if $(wildcard $(TRANSLATIONS)/*/),$(BIN)/pybabel compile --directory $(TRANSLATIONS))

bench: $(VENV)/installed-for-tests ## Measure the solver (INSTANCES=folder adds problem files)
	$(BIN)/python -m tests.bench $(if $(INSTANCES),--instances $(INSTANCES))

lock: $(VENV)/installed-for-tests ## Resolve setup.cfg's ranges anew into the two locked files
	$(BIN)/uv pip compile setup.cfg --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --upgrade --quiet --output-file requirements.txt
	$(BIN)/uv pip compile setup.cfg --extra test --extra check --constraint requirements.txt \
	  --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --upgrade --quiet --output-file tests/requirements.txt

sbom: $(VENV)/installed-for-tests ## Write the bill of materials of the locked dependencies into sbom.json
	@$(BIN)/cyclonedx-py requirements requirements.txt --output-reproducible --output-file sbom.json
	@echo "sbom.json lists every locked dependency with its version and hashes"

clean: ## Remove the environment, the demo's data and what tools left
	rm -rf $(VENV) .demo .cache build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache sbom.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python that can build a virtual environment, or a sentence that says which package to install.
$(VENV)/bin/python:
	@for python in python3.13 python3.12 python3.11 python3; do \
	  command -v $$python >/dev/null || continue; \
	  $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue; \
	  $$python -c 'import venv, ensurepip' 2>/dev/null || { without_venv=$$python; continue; }; \
	  echo "Making a virtual environment in $(VENV) with $$($$python --version)"; \
	  exec $$python -m venv $(VENV); \
	done; \
	if [ -n "$$without_venv" ]; then \
	  echo "$$without_venv cannot make virtual environments. Install its venv package, on Debian or Ubuntu: apt install $$without_venv-venv" >&2; \
	else \
	  echo "groupmatch needs Python 3.11, 3.12 or 3.13, and found none. On Debian or Ubuntu: apt install python3 python3-venv" >&2; \
	fi; exit 1

$(VENV)/installed: requirements.txt setup.cfg pyproject.toml $(VENV)/bin/python
	@echo "Installing the locked dependencies (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/installed-for-tests: tests/requirements.txt $(VENV)/installed
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch $@
