#!/bin/sh
# Lays photographs over one another beside the peers, in one run, and prints what it found as a table.
#
#   bench/imaging/run.sh [METHOD...]
#
# Needs python3 with venv, and cargo; fetches the peers by name into target/, which git does not see. PERCUTA names a program
# that is built already. A peer that cannot be had, or that takes longer than four minutes, is left out, and said so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$here/target
python=$work/venv/bin/python
methods=${*:-none cv_tuned cv_orb_dis cv_sift_dis}
mkdir -p "$work/raw"

echo 'Fetching the peers.' >&2
[ -x "$python" ] || python3 -m venv "$work/venv"
pip() { "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$@"; }
pip numpy opencv-python-headless scikit-image matplotlib
for method in $methods; do
    case $method in
        sitk*) pip SimpleITK || echo 'SimpleITK: not to be had' >&2 ;;
        elx*) pip itk-elastix || echo 'itk-elastix: not to be had' >&2 ;;
        ants*) pip antspyx pandas || echo 'antspyx: not to be had' >&2 ;;
        kornia*) pip torch kornia || echo 'kornia: not to be had' >&2 ;;
    esac
done

if [ ! -f "$work/set/done" ]; then
    echo 'Making the set.' >&2
    "$python" - "$work/raw" <<'PYTHON'
import os, shutil, sys
import matplotlib, skimage
shutil.copy(os.path.join(os.path.dirname(skimage.__file__), "data", "astronaut.png"), sys.argv[1])
shutil.copy(os.path.join(matplotlib.get_data_path(), "sample_data", "grace_hopper.jpg"), sys.argv[1])
PYTHON
    "$python" "$here/make_set.py" "$work/raw" "$work/set" >&2
    touch "$work/set/done"
fi

if [ -z "${PERCUTA:-}" ]; then
    echo 'Building.' >&2
    target=${CARGO_TARGET_DIR:-$here/../../target}
    "${CARGO:-cargo}" build --quiet --release --manifest-path "$here/../../Cargo.toml" -p percuta
    # Elsewhere, so that another build does not change it between two pairs.
    cp "$target/release/percuta" "$work/percuta"
    PERCUTA=$work/percuta
fi

: > "$work/lines.jsonl"
for case in "$work"/set/*/; do
    case=${case%/}
    name=$(basename "$case")
    for method in ours ours_all $methods; do
        echo "$name: $method" >&2
        out=$work/out/$method/$name
        mkdir -p "$out"
        # What the peers answer with: the points and the map. And all that a clinic could want, as files.
        if [ "$method" = ours ]; then
            timeout 240 python3 "$here/ours.py" "$PERCUTA" "$case" "$out" points.csv,change_a_star.png 2> "$out.err" &&
                left=0 || left=$?
        elif [ "$method" = ours_all ]; then
            timeout 240 python3 "$here/ours.py" "$PERCUTA" "$case" "$out" 2> "$out.err" && left=0 || left=$?
        else
            timeout 240 "$python" "$here/peers/reg.py" "$method" "$case" "$out" 2> "$out.err" && left=0 || left=$?
        fi
        if [ "$left" = 0 ] && score=$("$python" "$here/score.py" "$case" "$out"); then
            echo "{\"case\":\"$name\",\"program\":\"$method\",${score#?}" >> "$work/lines.jsonl"
        else
            echo "$name: $method left with $left: $(tail -n 1 "$out.err")" >&2
            echo "{\"case\":\"$name\",\"program\":\"$method\",\"left\":$left}" >> "$work/lines.jsonl"
        fi
    done
done
"$python" "$here/table.py" "$work/lines.jsonl"
