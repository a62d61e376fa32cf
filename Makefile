VENV    := .venv
PYTHON  ?= python3
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
SOURCES := hub events projections connectors schemas tests
LOCALES := hub/web/locales
# What takes a text for people as its first argument.
TEXTS   := $(addprefix --keyword=,Wording RuleError RefusedError NotFoundError \
	ConflictError ForbiddenError StrangerError FieldError)

.DEFAULT_GOAL := help
.PHONY: help setup demo reset test coverage check bench translations

##@ Start here

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo

setup: $(STAMP) ## Create .venv with all that is needed; again after changes of pyproject.toml
	@echo "Ready. Next: make demo, or make test."

demo: $(STAMP) ## Start everything with made-up conversations; prints where to look
	$(BIN)/touchline demo

reset: $(STAMP) ## Forget everything that demo or up have kept on this machine
	$(BIN)/touchline reset

##@ Develop

# Two workers, each with servers of its own; then what takes a machine for itself.
test: $(STAMP) ## Run all tests; they start their own servers
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not hub"
	$(BIN)/python -m pytest -m hub

coverage: $(STAMP) ## Run all tests, slower, and list the lines that none has reached
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(STAMP) ## Check formatting, lint, types, import directions, spelling
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

translations: $(STAMP) ## Take texts from the sources into the catalogues of all languages
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping pyproject.toml $(TEXTS) --omit-header \
	  --sort-by-file --add-location=file --no-wrap --output build/messages.pot .
	$(BIN)/pybabel --quiet update --input-file build/messages.pot --output-dir $(LOCALES) \
	  --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

bench: $(STAMP) ## Measure throughput and delay on this machine
	$(BIN)/python -m tests.bench

# uv is used where it is, on the path or in the environment; else pip is.
$(STAMP): pyproject.toml
	@echo "Installing touchline and its tools into $(VENV); the first time takes about a minute ..."
	@set -eu; \
	uv="$$(command -v uv || true)"; \
	if [ -z "$$uv" ] && [ -x $(BIN)/uv ]; then uv=$(BIN)/uv; fi; \
	if [ ! -x $(BIN)/python ]; then \
	  if [ -n "$$uv" ]; then "$$uv" venv --quiet --python $(PYTHON) $(VENV); else $(PYTHON) -m venv $(VENV); fi; \
	fi; \
	if [ -n "$$uv" ]; then \
	  "$$uv" pip install --quiet --python $(BIN)/python --editable . --group dev; \
	else \
	  $(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'; \
	  $(BIN)/python -m pip install --quiet --editable . --group dev; \
	fi
	@touch $@
