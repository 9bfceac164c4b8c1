#!/bin/sh
# Measures screening beside its peers and prints the tables of the README.
#
#   bench/screening/run.sh
#
# Needs python3 with venv, node with npm, and cargo; fetches the peers by name into target/, which git does not see. A
# peer that cannot be had is left out, and said so. Leaves with 1 when an engine counts differently from the plain
# evaluator of gen.py, or when ours cannot be built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$here/target
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-$work/cargo}
mkdir -p "$work/job" "$work/node"

echo 'Fetching the peers.' >&2
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
for peer in json-logic-qubit jsonlogic-rs zen-engine datalogic-py; do
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$peer" || echo "$peer: not to be had" >&2
done
(cd "$work/node" && npm install --silent --no-fund --no-audit json-logic-js cql-execution) || echo 'npm peers: not to be had' >&2

echo 'Building.' >&2
# Ours with the versions that are shipped.
cp "$here/../../Cargo.lock" "$here/ours/Cargo.lock"
"$cargo" build --quiet --release --target-dir "$target" --manifest-path "$here/ours/Cargo.toml"
"$cargo" build --quiet --release --target-dir "$target" --manifest-path "$here/peers/regorus/Cargo.toml" || echo 'regorus: not to be had' >&2
regorus=$(grep -A1 'name = "regorus"' "$here/peers/regorus/Cargo.lock" | sed -n 's/version = "\(.*\)"/\1/p')

echo 'Measuring.' >&2
cd "$work/job"
python3 "$here/gen.py"
{
    "$target/release/screening-bench" "$here/../../casebook/screening.json"
    "$target/release/screening-peer-regorus" "$regorus" || echo 'regorus: left out' >&2
    "$work/venv/bin/python" "$here/peers/peers.py" || echo 'Python peers: left out' >&2
    node "$here/peers/json_logic.mjs" "$work/node" || echo 'json-logic-js: left out' >&2
    node "$here/peers/cql.cjs" "$work/node" || echo 'cql-execution: left out' >&2
} > lines.jsonl
python3 "$here/table.py" truth.json lines.jsonl
