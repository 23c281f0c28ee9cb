#!/usr/bin/env bash
# Runs forge, offline and with the pinned compiler, on contracts/forge. Needs Node and npm.
#
#   scripts/contracts/forge.sh test [--match-contract NAME] [--match-test NAME] [-vvv]
#   scripts/contracts/forge.sh fmt [--check]
set -euo pipefail
. "$(dirname "$0")/tools.sh"
forge="$(foundry forge)"
cd "$root"
command="${1:?name a command of forge, such as test}"
shift
export FOUNDRY_CONFIG=contracts/forge/foundry.toml
# The formatter compiles nothing and must not look into target.
if [ "$command" = fmt ]; then exec "$forge" fmt --root . "$@" contracts/solidity contracts/forge; fi
exec "$forge" "$command" --root . --offline --use scripts/contracts/solc.mjs "$@"
