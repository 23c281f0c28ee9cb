#!/usr/bin/env bash
# The face models' golden values, made again by onnxruntime; the tests of humanseal-biometric compare
# this project's runtime with them. Prints a row.
set -euo pipefail
cd "$(dirname "$0")/../.."
python="$(mktemp -d)"
trap 'rm -rf "$python"' EXIT
python3 -m venv "$python"
"$python/bin/pip" install --quiet --disable-pip-version-check onnxruntime numpy pillow >&2
"$python/bin/python" scripts/goldens/make.py --check >&2
cargo test --quiet --release --locked --workspace --lib goldens >"$python/log" 2>&1 || { cat "$python/log" >&2; exit 1; }
cases="$(python3 -c 'import json; print(len(json.load(open("fixtures/models/goldens.json"))["goldens"]))')"
version="$("$python/bin/python" -c 'import onnxruntime; print(onnxruntime.__version__)')"
printf 'every face model on one photograph, cosine ≥ .9999\tPyPI onnxruntime %s\t%s\t%s\n' "$version" "$cases" "$cases"
