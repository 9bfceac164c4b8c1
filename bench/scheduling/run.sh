#!/bin/sh
# Measures the search for starts beside its peers, and how days are packed, and prints one line of JSON for each.
#
#   bench/scheduling/run.sh [SEED]
#
# Needs python3 with venv, and cargo; fetches the peers by name into target/, which git does not see. Leaves with 1 when
# a search counts other starts than ours. A peer that cannot be had is left out, and said so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seed=${1:-1}
work=$here/target
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-$work/cargo}
mkdir -p "$work/job"

echo 'Fetching the peers.' >&2
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ortools || echo 'ortools: not to be had' >&2

echo 'Building.' >&2
# Ours with the versions that are shipped.
cp "$here/../../Cargo.lock" "$here/ours/Cargo.lock"
"$cargo" build --quiet --release --target-dir "$target" --manifest-path "$here/ours/Cargo.toml"
"$cargo" build --quiet --release --target-dir "$target" --manifest-path "$here/peers/rustref/Cargo.toml"

cd "$work/job"
for size in small medium large; do
    echo "Searching: $size." >&2
    python3 "$here/gen.py" "$size" "$seed" > "$size.json"
    "$target/release/scheduling-bench" "$size.json" > ours.jsonl
    "$target/release/rustref" "$size.json" > peers.jsonl
    python3 "$here/peers/search_py.py" "$size.json" bigint >> peers.jsonl
    cat ours.jsonl peers.jsonl
    python3 "$here/agree.py" ours.jsonl peers.jsonl
done
for day in '12 3' '30 5' '60 8'; do
    set -- $day
    echo "Packing: $1 visits, $2 practitioners." >&2
    python3 "$here/day.py" "$1" "$2" 1 > day.json
    "$target/release/scheduling-bench" pack day.json
    "$work/venv/bin/python" "$here/peers/pack.py" "$1" greedy "$2" 1 1
    "$work/venv/bin/python" "$here/peers/pack.py" "$1" cpsat "$2" 1 25 || echo 'cpsat: left out' >&2
done
