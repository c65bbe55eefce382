# make run      clean the sample corpus; make test: everything that must hold. `make` lists all.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= configs/sample.yaml
OPTIONS ?=
STAGES := fix-encoding strip-boilerplate split-digests detect-language write-parquet

.DEFAULT_GOAL := help
.PHONY: help run $(STAGES) learn-sites report check evaluate explain test lint format bench bench-boilerplate \
  bench-digests bench-invented bench-encoding bench-languages bench-sites bench-speed bench-throughput bench-memory bench-scaling bench-metadata train-boilerplate train-digests \
  train-languages train-titles pins clean clean-all

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  %s\n' 'one stage alone, in this order:' '$(STAGES)'
	@printf '\n  %s\n' 'CORPUS=configs/mine.yaml takes another corpus file,' \
	  "OPTIONS='--workers 1' is handed to the command"

run: $(VENV)/.run ## Set up, clean the sample corpus into processed/, print a summary
	@$(BIN)/pipeline run --corpus $(CORPUS) $(OPTIONS)

$(STAGES): $(VENV)/.run
	@$(BIN)/pipeline $@ --corpus $(CORPUS) $(OPTIONS)

check: $(VENV)/.run ## Check the corpus file, rules and languages; print them resolved
	@$(BIN)/pipeline check --corpus $(CORPUS)

learn-sites: $(VENV)/.run ## Learn what each site repeats, into the file that CORPUS names as sites
	@$(BIN)/pipeline learn-sites --corpus $(CORPUS) $(OPTIONS)

report: run ## Write the sample's report, processed/sample/report.html
	@$(BIN)/pipeline report --corpus $(CORPUS)

evaluate: run ## Hold the sample's run against its gold
	@$(BIN)/pipeline evaluate tests/gold/sample --corpus $(CORPUS) $(OPTIONS)

explain: $(VENV)/.run ## Print FILE=… line by line with label and reason
	@$(BIN)/pipeline explain "$(FILE)" --corpus $(CORPUS) $(OPTIONS)

test: $(VENV)/.dev lint ## Set up and run linter, types, doctests and tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev ## Linter, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: bench-speed bench-throughput bench-metadata bench-digests bench-boilerplate ## Measure on data sets outside the project

bench-boilerplate: $(VENV)/.dev ## Measure strip-boilerplate by folds, and its peers (hours)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	PYTHONPATH=. $(BIN)/python benchmarks/boilerplate.py $(OPTIONS)

bench-digests: $(VENV)/.dev ## Measure split-digests by folds, on text and HTML (forty minutes)
	PYTHONPATH=. $(BIN)/python benchmarks/digests.py $(OPTIONS)

bench-invented: $(VENV)/.dev ## Measure the pipeline on invented listings, and on pages that stay whole (a minute)
	PYTHONPATH=. $(BIN)/python benchmarks/invented.py $(OPTIONS)

bench-encoding: $(VENV)/.dev ## Measure fix-encoding, beside ftfy: UDHR=…/declaration SENTENCES=FILE
	@test -n "$(UDHR)" -a -n "$(SENTENCES)" || { echo "error: name the texts: make bench-encoding UDHR=FOLDER SENTENCES=FILE"; exit 1; }
	PYTHONPATH=. $(BIN)/python benchmarks/encoding.py --udhr $(UDHR) --sentences $(SENTENCES) $(if $(CHARSETS),--charsets $(CHARSETS))

bench-languages: $(VENV)/.dev ## Measure detect-language and its peers: UDHR=…/declaration SENTENCES=FILE
	@test -n "$(UDHR)" -a -n "$(SENTENCES)" || { echo "error: name the texts: make bench-languages UDHR=FOLDER SENTENCES=FILE"; exit 1; }
	PYTHONPATH=. $(BIN)/python benchmarks/languages.py --udhr $(UDHR) --sentences $(SENTENCES)

bench-sites: $(VENV)/.dev ## Measure what is gained by knowing what sites repeat (a quarter of an hour)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	PYTHONPATH=. $(BIN)/python benchmarks/sites.py $(OPTIONS)

bench-speed: $(VENV)/.dev ## Measure how fast pages are labelled, beside jusText and trafilatura
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	PYTHONPATH=. $(BIN)/python benchmarks/speed.py
	PYTHONPATH=. $(BIN)/python benchmarks/speed_of_html.py

bench-throughput: $(VENV)/.dev ## Measure JSON lines to Parquet, beside datatrove, stage by stage
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	PYTHONPATH=. $(BIN)/python benchmarks/throughput.py $(OPTIONS)

bench-memory: $(VENV)/.dev ## Measure the memory of runs over more and larger pages
	PYTHONPATH=. $(BIN)/python benchmarks/memory.py $(OPTIONS)

bench-scaling: $(VENV)/.dev ## Measure two workers against one, and Ray against the pool (an hour and a half)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	PYTHONPATH=. $(BIN)/python benchmarks/scaling.py $(OPTIONS)

bench-metadata: $(VENV)/.dev ## Measure title, author and date of HTML, beside trafilatura
	PYTHONPATH=. $(BIN)/python benchmarks/metadata.py

train-boilerplate: $(VENV)/.dev ## Make the line models anew: WCXB=….parquet SILVER=….parquet
	@test -n "$(WCXB)" || { echo "error: name WCXB's pages: make train-boilerplate WCXB=FILE"; exit 1; }
	$(BIN)/python -m training --wcxb $(WCXB) $(if $(SILVER),--silver $(SILVER)) $(OPTIONS)

train-titles: $(VENV)/.dev ## Make the model of titles anew: WCXB=….parquet SILVER=….parquet
	@test -n "$(WCXB)" || { echo "error: name WCXB's pages: make train-titles WCXB=FILE"; exit 1; }
	$(BIN)/python -m training.titles --wcxb $(WCXB) $(if $(SILVER),--silver $(SILVER)) $(OPTIONS)

train-digests: $(VENV)/.dev ## Make the splitters anew: DIGESTS=…/digest WCXB=….parquet SILVER=….parquet
	@test -n "$(DIGESTS)" -a -n "$(WCXB)" || { echo "error: name the listings and WCXB's pages: make train-digests DIGESTS=FOLDER WCXB=FILE"; exit 1; }
	$(BIN)/python -m training.digests --digests $(DIGESTS) --wcxb $(WCXB) $(if $(SILVER),--silver $(SILVER)) $(OPTIONS)

train-languages: $(VENV)/.dev ## Make the guard of languages anew: UDHR=…/declaration SENTENCES=FILE
	@test -n "$(UDHR)" -a -n "$(SENTENCES)" || { echo "error: name the texts: make train-languages UDHR=FOLDER SENTENCES=FILE"; exit 1; }
	$(BIN)/python -m training.languages --udhr $(UDHR) --sentences $(SENTENCES) $(OPTIONS)

pins: ## Make requirements*.txt anew from the newest releases
	rm -rf $(VENV)-pins && $(PYTHON) -m venv $(VENV)-pins
	$(VENV)-pins/bin/pip install --quiet .
	{ sed '/^[^#]/d' requirements.txt; $(VENV)-pins/bin/pip freeze --exclude pipeline; } > $(VENV)-pins/run
	$(VENV)-pins/bin/pip install --quiet '.[dev,train]'
	{ sed '/^[^#]/d' requirements-dev.txt; $(VENV)-pins/bin/pip freeze --exclude pipeline \
	  | grep -vxF -f $(VENV)-pins/run; } > requirements-dev.txt.new
	mv $(VENV)-pins/run requirements.txt && mv requirements-dev.txt.new requirements-dev.txt
	rm -rf $(VENV)-pins

clean: ## Remove what runs wrote
	find processed -mindepth 1 ! -name .gitkeep -delete

clean-all: clean ## Remove the virtual environment and caches too
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "error: $(PYTHON) is older than Python 3.11; name a newer one: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
