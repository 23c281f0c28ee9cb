#!/usr/bin/env bash
# Accounts, bindings, scopes and wallet signatures against ethers, bs58 and bech32: the stored vectors,
# which the tests of humanseal-wallet-link read, are made again and must be the same. Prints rows.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$root"/wallet-link/vectors/{make.mjs,package.json} "$work"
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts >&2
mkdir made
node make.mjs made

python3 - "$root/fixtures/vectors" <<'PY'
import json, pathlib, sys
load = lambda folder, name: json.loads((pathlib.Path(folder) / name).read_text())
version = load("node_modules/ethers", "package.json")["version"]
for name, member, what in [
    ("accounts.json", "accounts", "CAIP-10 accounts as words"),
    ("binding.json", "bindings", "bindings, ABI-encoded and hashed"),
    ("scope.json", "scopes", "scopes, ABI-encoded and hashed"),
    ("sign-in.json", "signatures", "wallet signatures over sign-in messages"),
]:
    new, old = load("made", name)[member], load(sys.argv[1], name)[member]
    agreed = sum(a == b for a, b in zip(new, old, strict=True))
    print(what, f"npm ethers {version}", len(old), agreed, sep="\t")
PY
