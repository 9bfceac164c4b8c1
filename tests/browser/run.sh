#!/usr/bin/env bash
# The browser tests of the pages, in Debian's Chromium.
# PERCUTA_BIN names the binary; CHROMIUM the browser, which is else the one without windows where it is installed, because it
# takes two thirds of the time; SHOTS names a folder for pictures, and without it none are taken.
# Further arguments go to `node --test`, such as one file.
set -euo pipefail
if [ -n "${PERCUTA_BIN:-}" ]; then PERCUTA_BIN=$(realpath -- "$PERCUTA_BIN"); fi
if [ -n "${SHOTS:-}" ]; then SHOTS=$(realpath -m -- "$SHOTS"); export SHOTS; fi
cd "$(dirname "$0")"
export PERCUTA_BIN=${PERCUTA_BIN:-$(realpath -m ../../target/release/percuta)}
CHROMIUM=${CHROMIUM:-$(command -v chromium-headless-shell || command -v chromium || true)}
export CHROMIUM
[ -x "$PERCUTA_BIN" ] || { echo "no binary at $PERCUTA_BIN: build one with \`cargo build --release -p percuta\`" >&2; exit 2; }
[ -x "$CHROMIUM" ] || { echo "no Chromium at '$CHROMIUM': install chromium or chromium-headless-shell" >&2; exit 2; }
npm ci --no-audit --no-fund
# The files that only look share a demo, which takes seconds to start; one file alone starts its own.
if [ $# = 0 ]; then
  coproc demo { exec "$PERCUTA_BIN" demo --listen 127.0.0.1:0; }
  trap 'kill "$demo_PID" 2>/dev/null || true' EXIT
  read -r SHARED_DEMO <&"${demo[0]}"
  export SHARED_DEMO
fi
# Every file has a browser of its own; more than two at once only stand in each other's way on two cores.
node --test --test-concurrency=2 --test-reporter=spec "$@"
