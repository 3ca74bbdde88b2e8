# Two commands matter: `make run` and `make test`. Both work on a machine that has Python 3.11, git, make and a package index.
PYTHON  ?= python3.11
MARKET  ?= demo
UV      := .venv/bin/uv
BIN     := .venv/bin
READY   := .venv/.ready
UV_PIN  := 0.13.8
CODE    := include dags plugins scripts
SLICE   := include/nightshift $(addprefix tests/,alerts assay columns contracts gates golden labels proof quality release report sentinel sources spine splits watch)

# Every file of tests stays in one process, so that what its tests share is made once.
PYTEST  := $(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile

# Waiting OpenMP threads sleep instead of spinning: a second busy process no longer costs ten times the time.
export OMP_WAIT_POLICY ?= PASSIVE

.DEFAULT_GOAL := help
.PHONY: help setup run test static house hooks coverage test-full truth up check lint types contracts clean lock benchmarks mutations assay damage doctor

help:               ## what can be made
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

setup: $(READY)     ## the environment, exactly as locked

$(READY): uv.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(UV) || $(BIN)/python -m pip install --quiet uv==$(UV_PIN)
	$(UV) sync --frozen --quiet --compile-bytecode
	$(BIN)/python -m compileall -q $(CODE)
	@touch $@

run: $(READY)       ## one whole night of the demo market through `airflow dags test` (MARKET=… for another)
	@MARKET=$(MARKET) scripts/first-night

# With MEASURED=1, as in CI, the tests of SLICE run under coverage; no test runs twice.
test: static $(if $(MEASURED),coverage)  ## every test but the long ones, and every check
	$(PYTEST) -m "not slow" $(if $(MEASURED),$(SLICE:%=--ignore=%))

coverage: $(READY)  ## what the tests of the quick rooms run of the library, with a floor; tracing makes them half as long again
	@rm -rf .coverage && mkdir .coverage
	$(BIN)/coverage run -m pytest -n logical --maxprocesses 4 --dist loadfile -m "not slow" $(SLICE)
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

static: $(READY)    ## every check that runs no test: style, types, directions, declared packages, dead code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry $(CODE)
	$(BIN)/deptry $(CODE) tests benchmarks --non-dev-dependency-groups dev
	$(BIN)/python scripts/dead_code.py

house: $(READY)     ## the figures of the house: circles, rooms, loose modules, bare dicts, long files (scripts/house.py --all names them)
	@$(BIN)/python scripts/house.py

hooks: $(READY)     ## the same checks before every commit of this clone; nothing is downloaded
	$(BIN)/pre-commit install

test-full: $(READY) ## the long tests too: full-size truth tests, planted defects, faults at full count
	$(BIN)/pytest

truth: $(READY)     ## every family at full size on markets whose truth is known: finds what is planted, and nothing in noise
	$(BIN)/pytest tests/truth -m slow -s

mutations: $(READY) ## plant known defects one at a time; each must fail the suite
	$(BIN)/pytest tests/mutations -m slow

up: $(READY)        ## the Airflow UI and scheduler, and MLflow's page, on 127.0.0.1
	@scripts/up

check: test         ## the same as test

lint: $(READY)      ## format and lint, mending what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(READY)     ## the type checker
	$(BIN)/mypy

contracts: $(READY) ## write docs/contracts.md from the records, and the tables of docs/policy.md from metrics and comparisons
	@$(BIN)/python scripts/write_contracts.py
	@$(BIN)/python scripts/write_policy_tables.py

lock: $(READY)      ## lock again after a change of pyproject.toml, and export requirements.txt
	$(UV) lock
	$(UV) export --frozen --no-dev --no-emit-project --quiet --output-file requirements.txt

benchmarks: $(READY) ## the races against peers; each prints a ratio
	@for race in benchmarks/bench_*.py; do echo "== $$race"; $(BIN)/python $$race || exit 1; done

assay: $(READY)     ## how often every shipped policy is wrong: a thousand made markets a case, and the README's table; resumable
	$(BIN)/python scripts/write_assays.py

damage: $(READY)    ## every file format of a release damaged 180 times: what is refused, and by whom; the table of docs/figures.md
	$(BIN)/python scripts/write_damage.py

doctor: $(READY)    ## check this machine, the markets and what is served
	$(BIN)/nightshift doctor

clean:              ## remove what was built and run; releases and the ledger in .nightshift stay
	rm -rf .venv .airflow .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
