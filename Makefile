# `make demo` and `make test` set up all they need, in .venv, on a machine with Python and make.

PYTHON ?= python3
BIN := .venv/bin
# Build tools are pinned like everything else.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo setup test check format lint types tests schema bench clean

demo: .venv/for-demo
	$(BIN)/broadsheet demo $(ARGS)

setup: .venv/for-run

test: tests

check: format lint types tests

format: .venv/for-test
	$(BIN)/ruff format --check .

lint: .venv/for-test
	$(BIN)/ruff check .

types: .venv/for-test
	$(BIN)/mypy

# Four at a time, on two cores as well: many tests wait for a program that they have started.
tests: .venv/for-test
	$(BIN)/pytest -q -n 4 --dist loadfile $(ARGS)

# Writes the JSON Schema by which editors help with config/broadsheet.yaml.
schema: .venv/for-test
	$(BIN)/python -c "import json, bot.config; print(json.dumps(bot.config.json_schema(), indent=2))" \
		> config/broadsheet.schema.json

bench: .venv/for-test
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.delivery

clean:
	rm -rf .venv

.venv/for-run: pyproject.toml constraints.txt | .venv
	$(BIN)/pip install --quiet --editable .
	touch $@

.venv/for-demo: pyproject.toml constraints.txt | .venv
	$(BIN)/pip install --quiet --editable '.[demo]'
	touch $@ .venv/for-run

.venv/for-test: pyproject.toml constraints.txt | .venv
	$(BIN)/pip install --quiet --editable '.[test]'
	touch $@ .venv/for-demo .venv/for-run

.venv:
	$(PYTHON) -m venv .venv
