#!/usr/bin/env bash
# Detection, embedding and passive liveness against onnxruntime, interleaved, one thread each. Needs
# Python 3 with venv. Prints rows of the table in docs/performance.md.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Built together with the command line, so that both share their compiled dependencies.
cd "$root"
cargo build --quiet --release --locked -p humanseal -p humanseal-biometric --example frame_on_demand
python3 -m venv "$work"
"$work/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.32.0 numpy==2.4.6 pillow==13.0.0
program=$(cargo metadata --format-version 1 --no-deps --locked |
    "$work/bin/python" -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/release/examples/frame_on_demand

RAYON_NUM_THREADS=1 "$work/bin/python" biometric/benches/compare.py "$program"
