#!/usr/bin/env bash
# Compiles contracts/solidity with the pinned compiler into contracts/artifacts, a file for each contract: its
# interface, its bytecode, and the compiler's version and settings. Needs Node and npm.
#
#   scripts/contracts/compile.sh            writes the artifacts
#   scripts/contracts/compile.sh --check    writes nothing and fails where one would differ by a byte
set -euo pipefail
. "$(dirname "$0")/tools.sh"
exec node "$root/scripts/contracts/compile.mjs" "$root" "$tools" "$@"
