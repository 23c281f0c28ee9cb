#!/usr/bin/env bash
# One `present` proof against Semaphore v4's generateProof at depth 20, interleaved, on the same two
# cores. Needs Node, npm and taskset. Prints one row of the table in docs/performance.md.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Built together with the command line, so that both share their compiled dependencies.
cd "$root"
cargo build --quiet --release --locked -p humanseal -p humanseal-zk-credentials --example prove_on_demand
prover=$(cargo metadata --format-version 1 --no-deps --locked |
    node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory')/release/examples/prove_on_demand

cp zk-credentials/benches/semaphore/* "$work"
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts >npm.log 2>&1 || { cat npm.log >&2; exit 1; }

# Two threads on the same two cores for each; Node starts a worker for every core that it sees.
RAYON_NUM_THREADS=2 taskset --cpu-list 0,1 node compare.mjs "$prover"
