#!/usr/bin/env bash
# Hashes and typed data of chains against ethers: the stored vectors, which the tests of
# humanseal-zk-credentials read, are made again and must be the same. Prints rows.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# The script reads the toy key by a path from its own place.
mkdir -p "$work/scripts/vectors" "$work/fixtures/vectors"
cp "$root"/scripts/vectors/{ethereum.mjs,package.json} "$work/scripts/vectors"
cp -r "$root/fixtures/vectors/snarkjs" "$work/fixtures/vectors"
cd "$work/scripts/vectors"
npm install --silent --no-audit --no-fund --ignore-scripts >&2
node ethereum.mjs >made.json

python3 - "$root/fixtures/vectors/ethereum.json" <<'PY'
import json, sys
made, kept = (json.load(open(path)) for path in ("made.json", sys.argv[1]))
version = json.load(open("node_modules/ethers/package.json"))["version"]
def row(what, *members):
    pairs = [pair for member in members for pair in zip(made[member], kept[member], strict=True)]
    print(what, f"npm ethers {version}", len(pairs), sum(a == b for a, b in pairs), sep="\t")
row("tags, model ids and contexts (H248)", "tags", "models", "contexts")
row("status roots, EIP-712 digest and signature", "roots")
print("hash of a verifying key in EVM order", f"npm ethers {version}", 1, int(made["toy_vk_hash"] == kept["toy_vk_hash"]), sep="\t")
PY
