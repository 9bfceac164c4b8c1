#!/usr/bin/env bash
# Builds every test program of the workspace and runs them side by side, as many as there are cores: by itself Cargo runs
# one after another, and most have one long test. Prints what a program said when it failed.
# Clippy's compiler builds them, so that everything is compiled once; any warning is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

list=$(mktemp -d)
trap 'rm -rf "$list"' EXIT

export RUSTC_WORKSPACE_WRAPPER=clippy-driver
# One line a program: its package's folder, where Cargo would run it, and itself. The long ones first.
cargo test --workspace --locked --no-run --message-format=json | python3 -c '
import json, os, sys

LONG = ("differential", "laws", "rulebook", "percuta_practice", "failing", "faces", "courses")
programs, warned = [], False
for line in sys.stdin:
    message = json.loads(line)
    if message["reason"] == "compiler-message":
        print(message["message"]["rendered"], file=sys.stderr)
        warned = True
    elif message["reason"] == "compiler-artifact" and message["profile"]["test"] and message["executable"]:
        is_short = message["target"]["name"] not in LONG
        programs.append((is_short, os.path.dirname(message["manifest_path"]), message["executable"]))
for _, folder, program in sorted(programs, key=lambda one: one[0]):
    print(folder, program, sep="\t")
sys.exit("the build is not without warnings" if warned else 0)
' >"$list/programs"
unset RUSTC_WORKSPACE_WRAPPER
printf '== built after %s s\n' "$SECONDS"

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
