# Everything runs in .venv, which the first target that needs it sets up.
# The first of these that runs and is one the course supports.
FITS := import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.12 python3.13 python3.11 python3.10; do \
	$$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# One word of a command, whatever it holds: spaces, brackets, quotes, dollars; ~/ is home.
quoted = $(if $1,'$(subst <>,,$(subst <>~/,'"$$HOME"/',<>$(subst ','\'',$1)))')
# A lesson runs in another folder than make: a relative path would lead elsewhere there.
# ($(abspath) would take a path with spaces for several.)
ifneq ($(value AE_DATA_DIR),)
HERE := $(if $(filter /% ~%,$(firstword $(value AE_DATA_DIR))),,$(CURDIR)/)
override AE_DATA_DIR := $(HERE)$(value AE_DATA_DIR)
export AE_DATA_DIR
endif
# Containers often have no other user, and JupyterLab refuses root unless told.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
.DEFAULT_GOAL := help
.PHONY: help lab update test solutions student grade export site bench lint clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

lab: .venv/.student  ## set up and open the workbook in JupyterLab
	@$(BIN)/python -m helpers fetch mnist --seconds 20 || true
	$(BIN)/python -m jupyterlab $(AS_ROOT) notebooks/00_start_here.ipynb

update: .venv/.student  ## get the new edition with git pull, and take your answers along
	$(BIN)/python -m helpers update --pull
	@$(MAKE) --no-print-directory .venv/.student

test: .venv/.author  ## set up and run the whole suite, all notebooks included
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder

solutions: .venv/.author  ## execute the solutions, all or NB=03 (on the real data, minutes each)
	$(BIN)/python -m helpers solutions $(NB)

student: .venv/.author  ## rebuild the student copies, all or NB=03 (seconds)
	$(BIN)/python -m helpers student $(NB)

grade: .venv/.author  ## grade a class: IN=folder or zip of notebooks, OUT=folder of the results
	$(BIN)/python -m helpers grade $(call quoted,$(value IN)) --out $(call quoted,$(value OUT))

export: .venv/.student  ## make one HTML page of a finished notebook, NB=04, in build/
	$(BIN)/python -m helpers export $(if $(findstring .ipynb,$(value NB)),$(call quoted,$(value NB)),$(NB))

site: .venv/.author  ## make the website in build/site (lessons without answers, no network)
	$(BIN)/python -m helpers site

bench: .venv/.author  ## measure the training loop beside Keras's fit (and PyTorch and JAX, if installed)
	$(BIN)/python -m helpers bench

lint: .venv/.author  ## check the form and the types of the Python code
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

clean:  ## remove the environment and what tools left behind (never notebooks, never data)
	rm -rf .venv .nox build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache && find . -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@$(or $(call quoted,$(PYTHON)),false) -c '$(FITS)' 2>/dev/null || { echo "The course needs Python 3.10 to 3.13, and "$(or $(call quoted,$(PYTHON)),python3)" is none of them. Choose another one: make lab PYTHON=python3.12"; exit 1; }
	@$(call quoted,$(PYTHON)) -m venv .venv || { rm -rf .venv; echo "Python cannot make an environment here. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }

.venv/.student: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[lab]' && touch $@

.venv/.author: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[lab,author]' && touch $@ .venv/.student
