# `make help` says what each target does.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$python && exit; done; echo python3)
CORPUS ?= tests/corpus
DEMO_OUT ?= demo-out
FUZZ_SECONDS ?= 20
DOCUMENTS ?= 400
FUZZ_TARGETS ?= $(basename $(notdir $(wildcard core/fuzz/targets/*.rs)))

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
VENV := $(abspath .venv)
BIN := $(VENV)/bin
JS := tests/conformance/js
PACKAGING := tests/packaging
PORTAL := wasm/portal
BENCHES := tests/benches
FUZZ := $(TARGET)/fuzz
COMPONENT := $(TARGET)/component/wasm32-wasip2/component/sealwright_component.wasm
SANDBOX := python/sealwright/sandbox.wasm
# Keeps the paths of this machine out of the module, where panics would name them.
UNNAMED = target.wasm32-unknown-unknown.rustflags = ["--remap-path-prefix=$(or $(CARGO_HOME),$(HOME)/.cargo)=", "--remap-path-prefix=$(CURDIR)=", "-Cstrip=symbols"]
WASM_SOURCES := $(shell find core/src wasm -name '*.rs' -o -name '*.ts' -not -path '*/node_modules/*') Cargo.lock Cargo.toml

export SEALWRIGHT_CCTV := $(TARGET)/cctv
export CARGO_TERM_PROGRESS_WHEN := never

.PHONY: help demo test check bench bench-edge bench-large wasm component python portal edge edge-workerd fuzz fmt clean test-rust test-kernel test-opa test-python test-js test-component test-large test-stores test-notebooks
.DEFAULT_GOAL := help

help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: python wasm $(JS)/node_modules $(PORTAL)/node_modules ## Seals a folder as three people see it, then takes some of it through portal and edge: `make demo CORPUS=some/folder` takes any.
	$(BIN)/python tests/e2e/demo.py "$(CORPUS)" --out "$(DEMO_OUT)"
	$(BIN)/python tests/e2e/round.py "$(CORPUS)"

test: test-rust test-kernel test-python test-js ## Runs every test: Rust, policies, Python, Node, Chromium, workerd.

test-rust: $(SEALWRIGHT_CCTV) ## Runs the Rust tests and the vectors.
	cargo test --package sealwright-cipher --package sealwright-core --package sealwright-tests --all-features --quiet

test-kernel: ## Runs the cipher's tests in WebAssembly, compiled as the npm package is.
	rustup target add wasm32-wasip1 2>/dev/null
	CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings $(CURDIR)/core/cipher/tests/wasi.mjs" \
	cargo test --package sealwright-cipher --features simd128 --target wasm32-wasip1 --profile wasm --quiet -- --nocapture

test-opa: ## Runs OPA's own cases, natively and in WebAssembly, where they lie beside the checkout or `OPA_CASES` says.
	rustup target add wasm32-wasip1 2>/dev/null
	cargo test --package sealwright-tests --test opa --all-features --quiet -- --nocapture
	CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings --stack-size=8000 $(CURDIR)/core/cipher/tests/wasi.mjs" \
	cargo test --package sealwright-tests --test opa --target wasm32-wasip1 --profile wasm --quiet -- --nocapture

test-python: python $(SEALWRIGHT_CCTV) ## Runs the policy library's tests, the Python tests, the attacks, the plain-Python checker and the command line's cases.
	$(BIN)/sealwright policy check policies
	$(BIN)/sealwright policy test policies --coverage 100
	$(BIN)/python tests/corpus/verify.py
	$(BIN)/pytest --config-file python/pyproject.toml -q python/tests tests/conformance/python tests/checker tests/attacks tests/cli

test-js: wasm python $(JS)/node_modules $(PORTAL)/node_modules $(PACKAGING)/node_modules ## Runs the JavaScript tests in Node, Chromium, workerd, Deno and Bun.
	rm -rf $(TARGET)/large
	SEALWRIGHT_LARGE=$(TARGET)/large npm --prefix $(JS) test
	$(BIN)/python tests/e2e/large.py $(TARGET)/large
	npm --prefix $(PACKAGING) test

test-large: wasm python $(JS)/node_modules $(PORTAL)/node_modules ## Has the portal take 2 GB from disk and measures the page's memory. It takes 8 GB and some minutes.
	rm -rf $(TARGET)/portal-large
	node tests/e2e/portal-large.mjs $(TARGET)/portal-large
	$(BIN)/python tests/e2e/large.py $(TARGET)/portal-large
	rm -rf $(TARGET)/portal-large

test-stores: python ## Tries filters in the embedded stores, some 1 GB of packages: `make test-stores DOCUMENTS=100000` takes as many.
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement tests/stores/requirements.txt
	DOCUMENTS=$(DOCUMENTS) $(BIN)/pytest --config-file python/pyproject.toml -q tests/stores

test-component: python wasm component $(JS)/node_modules ## Builds the component of WASI 0.2 and its host, an engine, and runs the edge's suite on them.
	cd wasm/component && CARGO_TARGET_DIR=$(TARGET)/component cargo build --locked --quiet --package sealwright-host
	cd $(JS) && SEALWRIGHT_HOST=$(TARGET)/component/debug/sealwright-host \
	SEALWRIGHT_COMPONENT=$(COMPONENT) node --test component.test.mjs

test-notebooks: python wasm $(PORTAL)/node_modules ## Runs the notebooks, with an edge: some 400 MB of packages.
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement python/requirements-notebooks.txt
	$(BIN)/pytest --config-file python/pyproject.toml -q -W default tests/notebooks

check: python wasm $(JS)/node_modules $(PORTAL)/node_modules ## Lints: rustfmt, clippy, mypy, stubtest, tsc.
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features --quiet -- -D warnings
	cd python && $(BIN)/mypy && $(BIN)/stubtest --mypy-config-file pyproject.toml sealwright
	wasm/js/node_modules/.bin/tsc --project $(PORTAL)

bench: python wasm $(JS)/node_modules $(BENCHES)/node_modules ## Measures beside the peers, as ratios in one run.
	-grep -v '^#' tests/benches/requirements.txt | xargs -n 1 $(BIN)/pip install --quiet --disable-pip-version-check
	$(BIN)/python tests/benches/bench.py

bench-large: wasm $(JS)/node_modules ## Seals and opens 5 GB from disk in Chromium: its time and the page's memory. It takes 10 GB and some minutes.
	mkdir -p $(TARGET)/large
	node $(BENCHES)/large.mjs $(TARGET)/large >$(TARGET)/large.json
	tee $(BENCHES)/large.json <$(TARGET)/large.json

bench-edge: python wasm component $(JS)/node_modules ## Measures an edge on Node, workerd and wasmtime: releases a second, latency, start.
	cd wasm/component && CARGO_TARGET_DIR=$(TARGET)/component cargo build --locked --quiet --release --package sealwright-host
	SEALWRIGHT_HOST=$(TARGET)/component/release/sealwright-host SEALWRIGHT_COMPONENT=$(COMPONENT) node $(BENCHES)/edge.mjs >$(TARGET)/edge.json
	tee $(BENCHES)/edge.json <$(TARGET)/edge.json

fuzz: $(FUZZ)/bin/cargo-fuzz $(VENV)/requirements ## Fuzzes every parser: `make fuzz FUZZ_SECONDS=600 FUZZ_TARGETS="header json"`.
	$(BIN)/python core/fuzz/seeds.py $(FUZZ)/corpus
	@for target in $(FUZZ_TARGETS); do \
		mkdir -p $(FUZZ)/corpus/$$target $(FUZZ)/crashes/$$target; \
		RUSTUP_TOOLCHAIN=nightly $(FUZZ)/bin/cargo-fuzz fuzz run --fuzz-dir core/fuzz --target-dir $(FUZZ)/build \
			--sanitizer none $$target $(FUZZ)/corpus/$$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=20 \
			-artifact_prefix=$(FUZZ)/crashes/$$target/ -print_final_stats=1 >$(FUZZ)/$$target.log 2>&1 \
			|| { tail -n 40 $(FUZZ)/$$target.log; exit 1; }; \
		echo "$$target: $$(sed -n 's/^stat::number_of_executed_units: *//p' $(FUZZ)/$$target.log) inputs"; \
	done

wasm: wasm/js/dist/index.js ## Builds the npm package: two modules and their TypeScript.

python: $(VENV)/installed ## Builds the Python package into .venv.

component: ## Builds the component of WASI 0.2.
	rustup target add wasm32-wasip2 2>/dev/null
	cd wasm/component && CARGO_TARGET_DIR=$(TARGET)/component cargo build --locked --quiet --profile component --package sealwright-component --target wasm32-wasip2

portal: wasm python $(PORTAL)/node_modules ## Starts the portal with an edge and an identity provider, on keys of this run.
	@node $(PORTAL)/demo/start.js

edge: wasm python ## Serves an edge with demo keys on Node, with a folder of objects below `target/edge`.
	node wasm/edge/demo.js --folder $(TARGET)/edge

edge-workerd: wasm python $(JS)/node_modules ## Serves the same edge on workerd, with R2.
	node wasm/edge/demo.js --folder $(TARGET)/edge --host workerd

fmt: ## Formats the Rust code.
	cargo fmt --all

clean: ## Removes everything that was built.
	cargo clean
	rm -rf $(VENV) $(DEMO_OUT) python/sealwright/sandbox.*wasm wasm/js/dist wasm/js/node_modules $(JS)/node_modules $(PACKAGING)/node_modules \
		$(PORTAL)/node_modules $(BENCHES)/node_modules

$(VENV)/requirements: python/requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: set PYTHON")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement python/requirements-dev.txt
	touch $@

$(SANDBOX): $(shell find core/src core/cipher wasm/sandbox -name '*.rs' -o -name '*.toml') core/Cargo.toml Cargo.lock Cargo.toml
	rustup target add wasm32-unknown-unknown 2>/dev/null
	cargo build --locked --package sealwright-sandbox --target wasm32-unknown-unknown --profile wasm --quiet --config '$(UNNAMED)'
	install -m 644 $(TARGET)/wasm32-unknown-unknown/wasm/sealwright_sandbox.wasm $@

$(VENV)/installed: $(VENV)/requirements $(SANDBOX) $(shell find core/src python -name '*.rs' -o -name '*.py' -o -name '*.pyi' -o -name '*.toml') Cargo.lock Cargo.toml
	cd python && VIRTUAL_ENV=$(VENV) $(BIN)/maturin develop --release --quiet
	$(BIN)/python -c "from sealwright.sandbox import compile_ahead; compile_ahead()"
	touch $@

wasm/js/dist/index.js: wasm/js/node_modules $(WASM_SOURCES)
	rustup target add wasm32-unknown-unknown 2>/dev/null
	npm --prefix wasm/js run build
	touch $@

wasm/js/node_modules: wasm/js/package-lock.json
	npm --prefix wasm/js ci --no-audit --no-fund
	touch $@

$(JS)/node_modules: $(JS)/package-lock.json
	npm --prefix $(JS) ci --no-audit --no-fund
	touch $@

$(PORTAL)/node_modules: $(PORTAL)/package-lock.json
	npm --prefix $(PORTAL) ci --no-audit --no-fund
	touch $@

$(PACKAGING)/node_modules: $(PACKAGING)/package-lock.json
	npm --prefix $(PACKAGING) ci --no-audit --no-fund
	touch $@

$(BENCHES)/node_modules: $(BENCHES)/package-lock.json
	npm --prefix $(BENCHES) ci --no-audit --no-fund
	touch $@

$(FUZZ)/bin/cargo-fuzz:
	cargo install cargo-fuzz --version 0.13.2 --locked --quiet --root $(FUZZ)

$(SEALWRIGHT_CCTV): $(JS)/node_modules
	cd $(JS) && node export-cctv.mjs $@
	touch $@
