# The two commands: `make release` and `make test`. Each does all its own set-up, and may be run again at any time.
# Everything after `npm ci` runs on the Node that the lockfile pins (see ./foundry).
SHELL := /bin/sh
STEP := ./tools/step.sh
NODE_MODULES := node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help release test check setup tools lab system-packages clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \2/p' $(MAKEFILE_LIST) | awk '{ printf "  %s %-10s", $$1, $$2; $$1 = $$2 = ""; print }'

release: tools ## Set everything up, then release three images on the lab
	@$(STEP) 'lab: services and the upstream world on loopback' ./foundry lab
	@$(STEP) 'doctor: is everything there' ./foundry doctor
	@$(STEP) 'ingest: resolve, verify and pin what the upstream has' ./foundry ingest
	@$(STEP) 'release: audit, ingest, build twice, self-test, prove, gate, publish' ./foundry release --wait
	@$(STEP) 'addresses' ./foundry status

test: tools ## Set everything up, then pass all checks and tests
	@$(STEP) 'system packages of the tests' ./tools/system-packages.sh test
	@$(STEP) 'check: format, lint, types, unused, architecture, unit tests' npm run --silent check
	@$(STEP) 'system tests: real tools, services and the lab' npm run --silent test:system
	@$(STEP) 'release tests: released, broken, mended, and left alone for days' npm run --silent test:release

check: setup ## Only the fast checks: format, lint, types, unused, architecture, unit tests
	@$(STEP) 'check' npm run --silent check

setup: system-packages $(NODE_MODULES) ## System packages and the npm dependencies of the lockfile

system-packages:
	@$(STEP) 'system packages' ./tools/system-packages.sh

$(NODE_MODULES): package.json package-lock.json
	@$(STEP) 'npm dependencies from the lockfile' npm ci --no-audit --no-fund --loglevel=error
	@touch $@

tools: setup ## Build the pinned toolchain into the cache
	@$(STEP) 'toolchain: the pinned Go tools' npm run --silent tools

lab: tools ## Start the services and the lab, and leave them running
	@$(STEP) 'lab' ./foundry lab

clean: ## Stop the services of the default state folder
	@./foundry down
