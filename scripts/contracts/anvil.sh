#!/usr/bin/env bash
# Tells the demo with its act on the chain on anvil: a node, its JSON-RPC and its unlocked accounts, under the rules
# of Osaka. It listens on a free port of this machine and is stopped in any case. Needs Node and npm.
#
#   scripts/contracts/anvil.sh [--json]
set -euo pipefail
. "$(dirname "$0")/tools.sh"
anvil="$(foundry anvil)"
log="$(mktemp)"
"$anvil" --host 127.0.0.1 --port 0 --hardfork osaka --enable-tx-gas-limit >"$log" 2>&1 &
node=$!
stop() {
  kill "$node" 2>/dev/null || true
  wait "$node" 2>/dev/null || true
  rm -f "$log"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
address=
for _ in $(seq 300); do
  address="$(sed -n 's/^Listening on //p' "$log")"
  if [ -n "$address" ]; then break; fi
  if ! kill -0 "$node" 2>/dev/null; then break; fi
  sleep 0.1
done
if [ -z "$address" ]; then
  cat "$log" >&2
  echo 'anvil did not start' >&2
  exit 3
fi
cd "$root"
cargo run --release --locked -- demo --rpc "http://$address" "$@"
