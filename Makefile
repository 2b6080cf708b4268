# The project's commands; `make` lists them. Each sets up what it needs in .venv/.

PYTHON ?= python3
venv := .venv
bin := $(venv)/bin

# Material announces its end of life on every build; docs/guide/deploy.md says what that means.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help site command serve test test-long fuzz check format bench bench-load bench-publish screenshots rules lock clean

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

site: $(venv)/site ## Build the site of this repository into site/.
	$(bin)/mkdocs build --strict

command: $(venv)/command ## Set up the command .venv/bin/agent-catalog.

serve: $(venv)/site ## Show the site on 127.0.0.1 and rebuild it with every change.
	$(bin)/mkdocs serve

test: $(venv)/dev $(venv)/sources ## Run the tests, in a real browser where it takes one.
	.ci/browser
	.ci/checker vnu
	$(bin)/python -m pytest -n auto --dist loadfile -m "not long" $(ARGS)

test-long: $(venv)/dev $(venv)/sources ## Run the tests that take minutes.
	.ci/browser
	.ci/checker lighthouse
	$(bin)/python -m pytest -m long $(ARGS)

fuzz: $(venv)/dev $(venv)/sources ## Look for files that are stumbled over; SECONDS=600 of them.
	$(bin)/pip install --quiet --require-hashes -r .ci/requirements-fuzz.txt
	PYTHONPATH=hooks:tests $(bin)/python tests/fuzz.py -max_total_time=$(or $(SECONDS),600) $(ARGS)

check: $(venv)/dev ## Check format, style, types and workflows.
	.ci/checker actionlint
	$(bin)/ruff format --check
	$(bin)/ruff check
	$(bin)/mypy
	$(bin)/zizmor --quiet --offline --persona pedantic .github
	.ci/checker --run actionlint .github/workflows/*.yml

format: $(venv)/dev ## Format the code.
	$(bin)/ruff format
	$(bin)/ruff check --fix

bench: $(venv)/dev ## Compare the cost of a build with that of plain MkDocs.
	$(bin)/python benchmarks/build.py $(ARGS)

bench-load: $(venv)/dev ## Measure how long pages take to load.
	.ci/browser
	$(bin)/python benchmarks/load.py $(ARGS)

screenshots: $(venv)/dev ## Take the pictures of the documentation again.
	.ci/browser
	$(bin)/python .ci/screenshots.py

rules: $(venv)/dev ## Write the pages of findings and formats; ARGS=FOLDER counts findings anew.
	$(bin)/python .ci/rules.py $(ARGS)

lock: $(venv)/dev ## Pin the newest packages that pyproject.toml allows.
	$(bin)/pip install --quiet uv
	.ci/lock

bench-publish: $(venv)/dev ## Compare the cost of 25 previews with that of the site alone.
	$(bin)/python benchmarks/publish.py $(ARGS)

clean: ## Delete what was built and set up.
	rm -rf $(venv) site

$(venv)/pip:
	.ci/venv $(PYTHON) $(venv)
	@touch $@

$(venv)/site: $(venv)/pip .ci/requirements-site.txt
	$(bin)/pip install --quiet --require-hashes -r .ci/requirements-site.txt
	@touch $@

$(venv)/command: $(venv)/site pyproject.toml
	$(bin)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(venv)/dev: $(venv)/site .ci/requirements.txt pyproject.toml
	$(bin)/pip install --quiet --require-hashes -r .ci/requirements.txt
	$(bin)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(venv)/sources: $(venv)/dev .ci/requirements-sources.txt
	rm -rf $@
	$(bin)/pip download --quiet --no-deps --no-binary :all: --no-build-isolation --require-hashes \
		--dest $@ -r .ci/requirements-sources.txt
