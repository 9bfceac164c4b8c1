#!/usr/bin/env bash
# Kills a process that writes with all its might, and looks whether everything that it was told was written is there,
# on SQLite and on PostgreSQL. Not among the everyday tests: it takes a while. Usage: scripts/kill-under-load.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
cargo build --locked -p percuta-store --example load
load="${CARGO_TARGET_DIR:-target}/debug/examples/load"
folder=$(mktemp -d "${TMPDIR:-/tmp}/percuta-kill.XXXXXX")
cp "$load" "$folder/load"
load="$folder/load"

exec {keep}> >(:) # a descriptor that is replaced below, so that cleanup may always close it
cleanup() {
  exec {keep}>&- || true
  rm -rf "$folder"
}
trap cleanup EXIT

# kill_rounds NAME DATABASE
kill_rounds() {
  local name=$1 database=$2 round writer
  : >"$folder/$name.acknowledged"
  for round in $(seq 1 "$rounds"); do
    "$load" write "$database" "$folder/$name-blobs" "$round" >>"$folder/$name.acknowledged" &
    writer=$!
    sleep "1.$((RANDOM % 900 + 100))"
    kill -9 "$writer"
    wait "$writer" 2>/dev/null || true
    # A line that was cut in two was not yet told to anyone.
    [ -z "$(tail -c 1 "$folder/$name.acknowledged")" ] || sed -i '$d' "$folder/$name.acknowledged"
    printf '%s, killed %s times: ' "$name" "$round"
    "$load" check "$database" "$folder/$name-blobs" "$folder/$name.acknowledged"
  done
}

kill_rounds SQLite "$folder/store.sqlite"

mkfifo "$folder/hold" "$folder/address"
scripts/throwaway-postgres.sh <"$folder/hold" >"$folder/address" &
exec {keep}>"$folder/hold"
read -r address <"$folder/address"
kill_rounds PostgreSQL "$address dbname=postgres"
printf 'nothing that was acknowledged was lost\n'
