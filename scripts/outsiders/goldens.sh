#!/usr/bin/env bash
# The face models' golden values, made again by onnxruntime; the tests of humanseal-biometric compare
# this project's runtime with them. And a model that is added as an operator's, by what onnxruntime says of it.
# Prints two rows.
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

model=fixtures/models/embed_fr_feature_512.onnx
"$python/bin/python" scripts/faces/onnxruntime_reference.py "$model" --mean 127.5 --divisor 128 --channels bgr \
  --out "$python/reference.json" >&2
cargo run --quiet --release --locked -- face models add --models "$python/own" --name own --onnx "$model" \
  --reference "$python/reference.json" --licence MIT --source "this project's second model" \
  --alignment arcface112 --json >"$python/added.json"
cuts="$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["models"][0]["parity"]["cuts"])' "$python/added.json")"
printf "cuts of a photograph through an operator's model, cosine ≥ .9999\tPyPI onnxruntime %s\t%s\t%s\n" "$version" 5 "$cuts"
