#!/usr/bin/env bash
# Both circuits against snarkjs, both ways, with the commands that an auditor has. Needs Node and
# npm; takes some minutes, most of them for a throw-away powers-of-tau file. Ends with a table; any
# disagreement ends it with an error.
#
#   scripts/outsiders/snarkjs.sh [--store]     --store: keeps its verifying keys, proofs and public
#                                              signals in fixtures/vectors/snarkjs for the tests
set -euo pipefail

version=0.7.6
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$root" && cargo build --quiet --release --locked -p humanseal)
circuits() { "${CARGO_TARGET_DIR:-$root/target}/release/humanseal" circuits "$@"; }
cd "$work"

npm install --silent --no-audit --no-fund --no-save --ignore-scripts "snarkjs@$version" >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
snarkjs() {
    node "$work/node_modules/snarkjs/build/cli.cjs" "$@" >snarkjs.log 2>&1 || {
        cat snarkjs.log >&2
        return 1
    }
}
# A control: what must be refused, with a word that the refusal must hold.
refused() {
    local word=$1
    shift
    if "$@" >control.log 2>&1; then
        echo "accepted, which it must not: $*" >&2
        return 1
    fi
    grep -q "$word" control.log || { cat control.log >&2; return 1; }
}

# Throw-away keys: the entropy is public, so nothing made here proves anything to anybody.
snarkjs powersoftau new bn128 14 new.ptau
snarkjs powersoftau contribute new.ptau first.ptau --name=test -e=insecure
snarkjs powersoftau prepare phase2 first.ptau final.ptau

for circuit in enrol present; do
    # Ours to them: constraints, witness, and a proof under the development key.
    circuits export --circuit $circuit --out ours >export.log
    snarkjs wtns check ours/$circuit.r1cs ours/$circuit.wtns
    # `wtns check` reports a wrong witness in words only.
    grep -q 'WITNESS IS CORRECT' snarkjs.log
    ours=ours/$circuit.development-insecure
    snarkjs groth16 verify $ours.vkey.json ours/$circuit.public.json $ours.proof.json

    # Their key for our constraints, and our proof under it.
    snarkjs groth16 setup ours/$circuit.r1cs final.ptau $circuit.setup.zkey
    snarkjs zkey contribute $circuit.setup.zkey $circuit.zkey --name=test -e=insecure
    snarkjs zkey verify ours/$circuit.r1cs final.ptau $circuit.zkey
    snarkjs zkey export verificationkey $circuit.zkey $circuit.vkey.json
    circuits export --circuit $circuit --out under-theirs --zkey $circuit.zkey >export.log
    snarkjs groth16 verify $circuit.vkey.json under-theirs/$circuit.public.json under-theirs/$circuit.proof.json
    snarkjs groth16 verify under-theirs/$circuit.vkey.json under-theirs/$circuit.public.json under-theirs/$circuit.proof.json

    # Their proof from our witness; all of their files under our check.
    snarkjs groth16 prove $circuit.zkey ours/$circuit.wtns $circuit.proof.json $circuit.public.json
    cmp <(node -p "JSON.stringify(JSON.parse(fs.readFileSync('$circuit.public.json')))") \
        <(node -p "JSON.stringify(JSON.parse(fs.readFileSync('ours/$circuit.public.json')))")
    theirs=(--vkey $circuit.vkey.json --proof $circuit.proof.json --public)
    circuits check --circuit $circuit --zkey $circuit.zkey --r1cs ours/$circuit.r1cs --wtns ours/$circuit.wtns \
        "${theirs[@]}" $circuit.public.json --json >check.json
    node -e 'const c = JSON.parse(fs.readFileSync("check.json")); if (!c.passed || c.checks.some(r => r.verdict !== "passed")) { console.error(c); process.exit(1) }'

    if [ "${1:-}" = --store ]; then
        cp $circuit.vkey.json $circuit.proof.json $circuit.public.json "$root/fixtures/vectors/snarkjs"
    fi

    # Controls: another statement is refused on either side, and so is a key without a phase 2.
    node -e 'const p = JSON.parse(fs.readFileSync(process.argv[1])); p[3] = "501"; fs.writeFileSync("other.public.json", JSON.stringify(p))' $circuit.public.json
    refused 'Invalid proof' node "$work/node_modules/snarkjs/build/cli.cjs" groth16 verify $circuit.vkey.json other.public.json under-theirs/$circuit.proof.json
    refused proof_invalid circuits check --circuit $circuit "${theirs[@]}" other.public.json
    refused key_delta_is_gamma circuits check --circuit $circuit --zkey $circuit.setup.zkey
done

# Its verifier contract of its zkey has the constants of ours.
circuits export --solidity --out contract --zkey present.zkey >export.log
snarkjs zkey export solidityverifier present.zkey contract/theirs.sol
constants=$(node -e '
    const constants = (file, pattern) => [...fs.readFileSync(`contract/${file}.sol`, "utf8").matchAll(pattern)]
        .map((found) => BigInt(found[1]));
    const theirs = constants("theirs", /constant (?:alpha|beta|gamma|delta|IC\d+)[xy]\d? *= *(\d+)/g);
    const ours = constants("PresentVerifier", /constant (?:ALPHA|BETA|GAMMA|DELTA|IC\d)_\w+ = (0x\w+)/g);
    const agreed = ours.filter((constant) => theirs.includes(constant)).length;
    console.log(`${theirs.length}\t${agreed}`)')
printf 'constants of the verifier contract of its zkey\tnpm snarkjs %s\t%s\n' "$version" "$constants"

# A disagreement would have ended this; both circuits went through every row.
for row in 'our witness satisfies our R1CS' \
    'our proof under the development key, which it takes' \
    'its zkey from our R1CS, which we load' \
    'our proof under its zkey, which it takes' \
    'its proof from our witness, which we take' \
    'a proof for another statement, refused by both' \
    'its zkey before a contribution, refused by us'; do
    printf '%s, enrol and present\tnpm snarkjs %s\t2\t2\n' "$row" "$version"
done
