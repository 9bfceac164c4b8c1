#!/usr/bin/env bash
# The browser tests of the pages, in Debian's Chromium.
# PERCUTA_BIN names the binary, CHROMIUM the browser; SHOTS names a folder for pictures, and without it none are taken.
# Further arguments go to `node --test`, such as one file.
set -euo pipefail
if [ -n "${PERCUTA_BIN:-}" ]; then PERCUTA_BIN=$(realpath -- "$PERCUTA_BIN"); fi
if [ -n "${SHOTS:-}" ]; then SHOTS=$(realpath -m -- "$SHOTS"); export SHOTS; fi
cd "$(dirname "$0")"
export PERCUTA_BIN=${PERCUTA_BIN:-$(realpath -m ../../target/release/percuta)}
export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
[ -x "$PERCUTA_BIN" ] || { echo "no binary at $PERCUTA_BIN: build one with \`cargo build --release -p percuta\`" >&2; exit 2; }
[ -x "$CHROMIUM" ] || { echo "no Chromium at $CHROMIUM" >&2; exit 2; }
npm ci --no-audit --no-fund
# Every file starts a demo and a browser of its own; more than two at once only stand in each other's way on two cores.
exec node --test --test-concurrency=2 --test-reporter=spec "$@"
