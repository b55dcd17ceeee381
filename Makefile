# Each command does all the set-up it needs on a bare Debian machine; .ci/setup says what it installs.
# Arguments go on: make test ARGS="tests/orders -k points"
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
# Bytecode is kept, whatever the surroundings say: a second start must not compile everything again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run test test-long check bench fmt translations lock
bin := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## everything for running and for development
	@.ci/setup test

run: ## start MyPage with the demo shops (PORT=8000); Ctrl-C stops it
	@.ci/setup run
	@exec $(bin)/python .ci/serve

pytest := $(bin)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
test: ## the test suite: both databases, Redis, a real browser
	@.ci/setup test
	@$(pytest) -m "not long" $(ARGS)

test-long: ## what the test suite leaves out: every page in English too
	@.ci/setup test
	@$(pytest) -m long $(ARGS)

check: ## lint, format, types, import rules, templates
	@.ci/setup test
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports --no-logo
	$(bin)/djlint --lint --quiet templates

bench: ## measure, as one table with ratios and targets
	@.ci/setup test
	@$(bin)/python -m tests.bench $(ARGS)

fmt: ## format the code and mend what the linter can mend
	@.ci/setup test
	$(bin)/ruff check --fix
	$(bin)/ruff format

babel := $(bin)/python -m babel.messages.frontend
texts := portal/translations
translations: ## collect the texts, bring the .po files up to date, compile them
	@.ci/setup test
	@mkdir -p $(texts)
	@$(babel) --quiet extract --mapping-file pyproject.toml --keyword _l --no-location --sort-output --project MyPage --copyright-holder "the MyPage authors" --output-file $(texts)/messages.pot .
	@test -d $(texts)/en || $(babel) --quiet init --locale en --input-file $(texts)/messages.pot --output-dir $(texts)
	@$(babel) --quiet update --input-file $(texts)/messages.pot --output-dir $(texts) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(babel) compile --directory $(texts) --statistics
	@rm $(texts)/messages.pot

lock: ## renew requirements*.txt from pyproject.toml (UPGRADE=1: newest of everything)
	@UPGRADE=$(UPGRADE) .ci/lock
