#!/usr/bin/env bash
# Holds what we write and read of iCalendar against programs of others: the Python libraries `icalendar` and
# `recurring-ical-events`, and the calendar server Radicale on a loopback port.
# The libraries are kept in the target folder, and installed again when `requirements.txt` changes.
set -euo pipefail
if [ -d "$HOME/.cargo/bin" ]; then PATH="$HOME/.cargo/bin:$PATH"; fi
target=$(realpath -m "${CARGO_TARGET_DIR:-$(dirname "$0")/../../target}")
cd "$(dirname "$0")"
libraries=$target/calendar-libraries
if ! cmp -s requirements.txt "$libraries/installed-from" || ! "$libraries/bin/python" -c '' 2>/dev/null; then
  python3 -c 'import ensurepip' 2>/dev/null || {
    echo "Python cannot make a folder of libraries: install python3-venv, or let \`scripts/setup.sh test\` do it" >&2
    exit 2
  }
  rm -rf "$libraries"
  python3 -m venv "$libraries"
  "$libraries/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
  cp requirements.txt "$libraries/installed-from"
fi
# Where every test was run just before, both are there; to build them apart would mean other features and all of it again.
if [ -z "${TESTS_ARE_BUILT:-}" ]; then
  cargo build --quiet --locked -p percuta-calendar-codec --examples --target-dir "$target"
  cargo build --quiet --locked -p percuta --target-dir "$target"
fi
PYTHONDONTWRITEBYTECODE=1 exec "$libraries/bin/python" strangers.py "$target/debug/examples"
