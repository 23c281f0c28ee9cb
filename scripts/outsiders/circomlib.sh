#!/usr/bin/env bash
# Poseidon and EdDSA over Baby Jubjub against circomlibjs: the stored vectors are made again and must
# be the same, our signatures are made again and must be taken by it. Prints rows.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$root"/scripts/vectors/{circomlib.mjs,package.json} "$work"
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts >&2

node circomlib.mjs make >made.json
(cd "$root" && cargo build --quiet --release --locked --workspace --example issuer_signatures)
"${CARGO_TARGET_DIR:-$root/target}/release/examples/issuer_signatures" >ours.json
node circomlib.mjs check ours.json >checked.json

python3 - "$root/fixtures/vectors" <<'PY'
import json, pathlib, sys
stored = pathlib.Path(sys.argv[1])
load = lambda path: json.loads(pathlib.Path(path).read_text())
made, kept = load("made.json"), load(stored / "circomlib.json")
version = load("node_modules/circomlibjs/package.json")["version"]
def row(what, new, old):
    agreed = sum(a == b for a, b in zip(new, old, strict=True))
    print(what, f"npm circomlibjs {version}", len(old), agreed, sep="\t")
row("Poseidon, 1 to 12 inputs", made["poseidon"], kept["poseidon"])
row("its EdDSA signatures, which we take", made["eddsa"], kept["eddsa"])
ours, kept = load("ours.json")["signatures"], load(stored / "issuer-signatures.json")["signatures"]
row("our EdDSA signatures, made again", ours, kept)
checked = load("checked.json")
print("our EdDSA signatures, which it takes", f"npm circomlibjs {version}", checked["signatures"], checked["accepted"], sep="\t")
PY
