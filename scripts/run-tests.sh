#!/usr/bin/env bash
# Builds every test program of the workspace and runs them side by side, as many as there are cores: by itself Cargo runs
# one after another, and most have one long test. Prints what a program said when it failed.
# Clippy's compiler builds them, so that everything is compiled once; what it or rustc warns of stops the build.
set -euo pipefail
cd "$(dirname "$0")/.."

export RUSTC_WORKSPACE_WRAPPER=clippy-driver
export CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
list=$(mktemp -d)
trap 'rm -rf "$list"' EXIT
cargo test --workspace --locked --no-run --message-format=json-render-diagnostics >"$list/messages"
cargo test --workspace --locked --doc --quiet >"$list/documentation" 2>&1 || { cat "$list/documentation" && exit 1; }
unset RUSTC_WORKSPACE_WRAPPER CLIPPY_ARGS
printf '== built after %s s\n' "$SECONDS"

# One line a program: its package's folder, where Cargo would run it, and itself. The long ones first.
python3 - "$list" >"$list/programs" <<'PYTHON'
import json, os, sys

LONG = ("differential", "laws", "rulebook", "percuta_practice", "failing", "faces", "courses")
programs = []
for line in open(os.path.join(sys.argv[1], "messages"), encoding="utf-8"):
    message = json.loads(line)
    program = message.get("executable")
    if message.get("reason") == "compiler-artifact" and message["profile"]["test"] and program:
        name = message["target"]["name"]
        programs.append((name not in LONG, os.path.dirname(message["manifest_path"]), program))
for _, folder, program in sorted(programs, key=lambda one: one[0]):
    print(folder, program, sep="\t")
PYTHON

# run FOLDER PROGRAM: runs one; its words go to a file and, if it fails, to everybody.
run() {
  local words
  words=$(mktemp -p "$list" words.XXXXXX)
  if (cd "$1" && CARGO_MANIFEST_DIR=$1 "$2") >"$words" 2>&1; then
    return 0
  fi
  printf '\n== failed: %s\n' "$2"
  cat "$words"
  return 1
}
export -f run
export list
failed=no
tr '\n\t' '\0\0' <"$list/programs" | xargs -0 -n 2 -P "$(nproc)" bash -c 'run "$@"' run || failed=yes
programs=$(wc -l <"$list/programs")
tests=$(cat "$list"/words.* | sed -n 's/^test result: .* \([0-9]*\) passed.*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }')
printf '%s tests of %s programs passed\n' "$tests" "$programs"
[ "$failed" = no ]
