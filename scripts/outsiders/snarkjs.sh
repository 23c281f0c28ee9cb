#!/usr/bin/env bash
# Circuit `enrol` against snarkjs, both ways. Needs Node and npm; takes some minutes, most of them
# for a throw-away powers-of-tau file. Ends with a table; any disagreement ends it with an error.
set -euo pipefail

version=0.7.6
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund --no-save --ignore-scripts "snarkjs@$version" >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
snarkjs() {
    node "$work/node_modules/snarkjs/build/cli.cjs" "$@" >snarkjs.log 2>&1 || {
        cat snarkjs.log >&2
        return 1
    }
}
ours() {
    (cd "$root" && cargo run --quiet --release --locked -p humanseal-zk-credentials --example snarkjs -- "$1" "$work")
}

ours export
# `wtns check` reports a wrong witness in words only.
snarkjs wtns check enrol.r1cs enrol.wtns
grep -q 'WITNESS IS CORRECT' snarkjs.log

# Throw-away keys: the entropy is public, so nothing made here proves anything to anybody.
snarkjs powersoftau new bn128 14 new.ptau
snarkjs powersoftau contribute new.ptau first.ptau --name=test -e=insecure
snarkjs powersoftau prepare phase2 first.ptau final.ptau
snarkjs groth16 setup enrol.r1cs final.ptau setup.zkey
snarkjs zkey contribute setup.zkey enrol.zkey --name=test -e=insecure
snarkjs zkey export verificationkey enrol.zkey vkey.json

ours prove
snarkjs groth16 verify vkey.json ours.public.json ours.proof.json
snarkjs groth16 verify ours.vkey.json ours.public.json ours.proof.json

snarkjs groth16 prove enrol.zkey enrol.wtns theirs.proof.json theirs.public.json
ours verify

# Control: snarkjs refuses our proof for another threshold.
node -e 'const fs = require("fs"); const p = JSON.parse(fs.readFileSync("ours.public.json")); p[3] = "501"; fs.writeFileSync("other.public.json", JSON.stringify(p))'
if snarkjs groth16 verify vkey.json other.public.json ours.proof.json 2>/dev/null; then
    echo 'snarkjs accepted a proof for another statement' >&2
    exit 1
fi

printf '%-52s %s\n' \
    'what, against snarkjs' 'agreed' \
    'our witness satisfies our R1CS' 'yes' \
    'a zkey that it made from our R1CS loads here' 'yes' \
    'it accepts our proof under that zkey' 'yes' \
    'we accept its proof from our witness' 'yes' \
    'it refuses our proof for another threshold' 'yes'
