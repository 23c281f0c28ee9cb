#!/usr/bin/env bash
# Runs the service's tests that read a chain against anvil: a node of another make than the EVM that they have in
# their own process. Each test starts and stops a node of its own. Needs Node and npm.
set -euo pipefail
. "$(dirname "$0")/tools.sh"
HUMANSEAL_ANVIL="$(foundry anvil)"
export HUMANSEAL_ANVIL
cd "$root"
exec cargo test --release --workspace --locked --test service -- registry contract_wallets post_root
