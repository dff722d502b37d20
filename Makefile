# What everybody who runs Selfsame types. Each target installs what it needs on a Debian machine.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The distribution's newer Rust where rustup's is missing; scripts/provision installs it.
CARGO ?= cargo
STEP := scripts/step
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
export CARGO_TARGET_DIR := $(TARGET)

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Show a factor check answered for the person and refused to another (CI=1 exits by itself)
	@$(STEP) "install what is missing" scripts/provision demo
	@$(STEP) "build" $(MAKE) --no-print-directory programs
	@$(STEP) "demonstration" node tests/demo/demo.mjs

.PHONY: test
test: ## Everything that a change must pass
	@$(STEP) "install what is missing" scripts/provision test
	@$(STEP) "check" $(MAKE) --no-print-directory check
	@$(STEP) "the generic back end" $(MAKE) --no-print-directory generic
	@$(STEP) "build" $(MAKE) --no-print-directory programs
	@$(STEP) "tests of the crates" $(CARGO) test --workspace --locked
	@$(STEP) "end to end, in real browsers and displays" $(MAKE) --no-print-directory e2e
	@$(STEP) "the demonstration, with generated people" env CI=1 SELFSAME_RECORDING=generated node tests/demo/demo.mjs

.PHONY: test-full
test-full: test ## The same and the long runs: 20 times the properties' cases, recorded people, a kernel of its own
	@$(STEP) "properties at length" env PROPTEST_CASES=5000 $(CARGO) test --workspace --locked
	@$(STEP) "the demonstration, with recorded people" env CI=1 node tests/demo/demo.mjs
	@$(MAKE) --no-print-directory test-guest

.PHONY: test-guest
test-guest: ## The reader of input devices in a machine with a kernel and a keyboard of its own (QEMU)
	@$(STEP) "install what is missing" scripts/provision test-guest
	@$(STEP) "build" $(CARGO) build --workspace --locked --bin selfsame --bin selfsame-input
	@$(STEP) "on a kernel of its own" node --test --test-concurrency=1 tests/guest/*.test.mjs

.PHONY: programs
programs: ## Build the programs, and the agent once more as a demonstration build
	$(CARGO) build --workspace --locked
	$(CARGO) build --workspace --locked --features selfsame/demo --bin selfsame-demo

.PHONY: generic
generic: ## The generic capture back end on a display; leaves the programs built with it
	$(CARGO) test --workspace --locked --features selfsame/rdev --test senses generic::

.PHONY: e2e
e2e: ## The end-to-end tests alone, on programs that are already built
	node --test --test-concurrency=1 tests/e2e/*.test.mjs

# Built by the distribution's own Rust, which comes with the sources of the standard library: no rustup target.
WINDOWS := x86_64-pc-windows-gnu
WINDOWS_CARGO := env RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc /usr/bin/cargo
WINDOWS_FLAGS := -Zbuild-std=std,panic_abort,panic_unwind --target $(WINDOWS) --locked --package selfsame

.PHONY: windows
windows: ## Build the agent for Windows; the program is target/x86_64-pc-windows-gnu/release/selfsame.exe
	@$(STEP) "install what is missing" scripts/provision windows
	@$(STEP) "build" $(WINDOWS_CARGO) build --release $(WINDOWS_FLAGS)

.PHONY: test-windows
test-windows: ## The agent for Windows under Wine: commands, capture, tray
	@$(STEP) "install what is missing" scripts/provision test-windows
	@$(STEP) "build" $(WINDOWS_CARGO) build $(WINDOWS_FLAGS)
	@$(STEP) "build for the demonstration" $(WINDOWS_CARGO) build $(WINDOWS_FLAGS) --features demo --bin selfsame-demo
	@$(STEP) "under Wine" node --test --test-concurrency=1 tests/windows/*.test.mjs

.PHONY: check
check: ## The quick gate: format, lints, documentation, spelling, shell, architecture
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked --quiet --features selfsame/rdev -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --workspace --no-deps --locked --quiet
	codespell
	npm run --prefix extension --silent check
	shellcheck scripts/* .ci/run installer/linux/build installer/linux/verify installer/linux/*.p* tests/e2e/polkit-stage tests/guest/init
	$(CARGO) test --locked --quiet --package selfsame-tests --test architecture

.PHONY: extension
extension: ## The browser extension for one identity provider (IDP_ORIGIN=https://...), into target/extension
	@$(STEP) "install what is missing" scripts/provision extension
	@$(STEP) "check" npm run --prefix extension --silent check
	@$(STEP) "build" node extension/build.mjs --origin "$(IDP_ORIGIN)" $(if $(KEY),--key "$(KEY)")

SEEDS ?= 1000000

.PHONY: simulate
simulate: ## The simulation of the whole protocol over a million seeds (SEEDS); `make test` runs ten thousand
	SELFSAME_SEEDS=$(SEEDS) $(CARGO) test --release --locked --package selfsame-tests --test simulation -- --nocapture each_approval

.PHONY: fuzz
fuzz: ## Each fuzz target for 10 minutes (FUZZ_SECONDS); `make test` replays their corpora
	scripts/fuzz

.PHONY: packages
packages: ## The deb and rpm packages, checksums and bill of materials, into target/packages
	@$(STEP) "install what is missing" scripts/provision packages
	@$(STEP) "build and pack" env CARGO="$(CARGO)" installer/linux/build
	@$(STEP) "install, run and purge in a fresh Debian" installer/linux/verify

.PHONY: bench
bench: ## Every figure of docs/performance.md, each beside its limit or peer, into target/bench/report.json
	@$(STEP) "install what is missing" scripts/provision bench
	@$(STEP) "build" $(MAKE) --no-print-directory bench-programs
	@$(STEP) "benchmark" env CARGO="$(CARGO)" SELFSAME_PROFILE=release node tests/bench/bench.mjs

.PHONY: bench-programs
bench-programs:
	$(CARGO) build --release --locked --bins --benches --package selfsame --package selfsame-behaviour --package selfsame-idp --package selfsame-saml --package selfsame-tests
	$(CARGO) build --release --locked --package selfsame --features demo --bin selfsame-demo

PRIOR := crates/behaviour/src/typing/population/shipped.rs

.PHONY: prior
prior: ## What the shipped model believes of people in general, from published summaries, without recordings
	$(CARGO) run --quiet --locked --package selfsame-lab -- prior >$(TARGET)/prior.rs
	mv $(TARGET)/prior.rs $(PRIOR)

.PHONY: accuracy
accuracy: ## Every figure of docs/accuracy, from recordings in $$SELFSAME_DATA (default ../shared/data)
	$(CARGO) build --release --locked --package selfsame-lab
	scripts/accuracy
