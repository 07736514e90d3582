# Short names for `python3 manage.py …`; nothing here is needed to run Tradepost.
PYTHON ?= python3
UV = .venv/bin/python -m uv

.DEFAULT_GOAL := help
.PHONY: help up test lint bench requirements messages

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## start everything on this machine
	$(PYTHON) manage.py up $(ARGS)

test: ## run the tests (ARGS="-k stock")
	$(PYTHON) manage.py test $(ARGS)

lint: ## ruff and mypy
	$(PYTHON) manage.py lint

bench: ## run the benchmarks
	$(PYTHON) manage.py bench $(ARGS)

requirements: ## compile requirements*.in into pinned, hashed files
	$(UV) pip compile --generate-hashes --python-version 3.11 --universal requirements.in -o requirements.txt
	$(UV) pip compile --generate-hashes --python-version 3.11 --universal requirements-dev.in -o requirements-dev.txt

messages: ## compile the Arabic texts (needs gettext's msgfmt)
	msgfmt --check-format -o locale/ar/LC_MESSAGES/django.mo locale/ar/LC_MESSAGES/django.po
