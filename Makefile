# make demo: see c360 work. make test, make lint: what has to hold.
# make hunt: new examples of what is said of every input. All of it happens in .venv/ and .demo/.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: demo test hunt lint docs bench clean

demo: $(READY)
	@$(BIN)/c360 --home .demo demo
	@$(BIN)/c360 --home .demo show acme

test: $(READY)
	@$(BIN)/python -m pytest -n auto

hunt: $(READY)
	@$(BIN)/python -m pytest -n auto -m hypothesis --hypothesis-profile hunt

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

docs: $(READY)
	@$(BIN)/python docs/make_reference.py

bench: $(READY)
	@$(BIN)/python benchmarks/run.py

# Made again when what is installed changes; else this is one look at the clock.
$(READY): pyproject.toml setup.cfg
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'c360 needs Python 3.11 or newer: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo 'On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

clean:
	rm -rf .venv .demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
