# make book     builds the site into _build/html
# make install  prepares .venv with the command metrobook, and builds nothing
# make test     checks everything
# make serve    shows the site on this machine

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: book install test serve texts lock clean
.DEFAULT_GOAL := book

book: $(READY)
	@$(BIN)/python -m metrobook book

install: $(READY)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m metrobook book
	$(BIN)/python -m pytest -n auto

serve: book
	$(BIN)/python -m http.server --directory _build/html

texts: $(READY)
	@$(BIN)/python -m metrobook texts

lock: $(READY)
	uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --upgrade --extra test \
		pyproject.toml --output-file requirements.lock

clean:
	rm -rf _build .snakemake

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
