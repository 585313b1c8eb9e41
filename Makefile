PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test pictures bench bench-listening chaos lint up clean

demo: $(READY)
	$(BIN)/crisis demo $(if $(AUTO),--auto)

up: $(READY)
	$(BIN)/crisis up

test: $(READY) lint
	$(BIN)/python -m pytest tests -n 2 --dist loadgroup
	STORIES_ON=postgresql $(BIN)/python -m pytest tests/stories -m both_stores

pictures: $(READY)
	PICTURES=1 $(BIN)/python -m pytest tests/stories/test_browser.py tests/reports/test_picture.py

bench: $(READY)
	$(BIN)/python -m bench

bench-listening: $(READY)
	$(BIN)/python -m bench.listening $(SERIES)

chaos: $(READY)
	$(BIN)/python -m tests.chaos.chaos

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Crisis Playbook stands on (about a minute, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --config-settings editable_mode=compat -e '.[dev]'
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q -j 0 $(VENV)/lib || true
	@touch $(READY)

clean:
	rm -rf $(VENV) .crisis build *.egg-info
