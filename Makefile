# Every target says what it does: `make help`.

PYTHON ?= $(shell for v in 3.13 3.12 3.11; do command -v python$$v && break; done || command -v python3)
CORPUS ?= tests/corpus
DEMO_OUT ?= demo-out
TARGET := $(or $(CARGO_TARGET_DIR),target)
VENV := .venv
BIN := $(VENV)/bin
JS := tests/conformance/js
CCTV := $(abspath $(TARGET))/cctv

export SEALWRIGHT_CCTV := $(CCTV)
export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
