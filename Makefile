# One set of flags for everything in debug: other flags would build every library again. The index store stays on: SwiftPM
# looks up the tests in it.
FLAGS = -Xswiftc -gnone -Xcc -g0

help: ## Say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 16

run: ## Build a release, make a data folder and a first user, and serve (MARTLET_DATA, MARTLET_LISTEN)
	@scripts/run

build: ## Build the server and every library, for debugging
	scripts/setup build && swift build $(FLAGS)

test: ## Install what is missing, build, and run every test
	scripts/setup test && FLAGS="$(FLAGS)" scripts/test

compat: ## Let foreign clients and suites loose on the server: litmus, rclone, davfs2, vdirsyncer, khal, python-caldav and more; and kill -9
	scripts/setup build compat && swift build --product martlet $(FLAGS) && compat/all

nightly: ## The long forms: a million simulated steps for each back-end, an hour of fuzzing, hundreds of crashes
	scripts/setup test compat && FLAGS="$(FLAGS)" scripts/nightly

bench: ## Build a release and print the table of figures (LARGE=1: with a 10 GB file)
	scripts/setup bench && Benchmarks/run

format: ## Format every Swift file as .swift-format says
	swift format -i -r -p Package.swift Sources Tests Examples Benchmarks

docs: ## Build the documentation of the DAV library into .build/docs
	scripts/setup docs && scripts/docs

clean: ## Remove what was built; the data folder stays
	rm -rf .build Examples/.build Benchmarks/.build

.PHONY: help run build test compat nightly bench format docs clean
