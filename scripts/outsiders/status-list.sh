#!/usr/bin/env bash
# The stored vectors of status lists against the libraries that made them: circomlibjs hashes whole
# trees again, multiformats names bytes again. `cargo test -p humanseal-zk-credentials` holds our
# code against the same vectors. Needs Node and npm; prints one row for each comparison.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The script reads the stored vectors beside itself.
mkdir -p "$work/scripts/vectors" "$work/fixtures/vectors"
cp "$root"/scripts/vectors/{package.json,status-list.mjs} "$work/scripts/vectors"
cp "$root/fixtures/vectors/status-list.json" "$work/fixtures/vectors"
cd "$work/scripts/vectors"
npm install --silent --no-audit --no-fund --ignore-scripts >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
node status-list.mjs check
