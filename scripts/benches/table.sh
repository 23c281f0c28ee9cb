#!/usr/bin/env bash
# Prints the table of docs/performance.md: what proofs and faces cost here, and against what others
# make, on this machine and in this run. Needs Node, npm, taskset and Python 3 with venv.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --quiet --release --locked
humanseal=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/release/humanseal

printf '%s, %s cores, load %s before; %s, Node %s\n\n' \
    "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" "$(nproc)" \
    "$(cut -d' ' -f1 /proc/loadavg)" "$(rustc --version | cut -d' ' -f1,2)" "$(node --version)"
echo '| step | ours, ms: median (fastest–slowest) | against | its ms | ours / its |'
echo '| --- | --- | --- | --- | --- |'
zk-credentials/benches/semaphore.sh
biometric/benches/onnxruntime.sh
rows() {
    python3 -c '
import json, sys
bench = json.load(sys.stdin)
for step in sys.argv[1:]:
    key, name = step.split("=")
    ms = bench["ms"][key]
    print("| {}, {} threads | {median:.1f} ({fastest:.1f}–{slowest:.1f}) | | | |".format(name, bench["threads"], **ms))' "$@"
}
RAYON_NUM_THREADS=2 "$humanseal" circuits bench --json |
    rows 'enrol_prove=`enrol` proof, witness included' 'enrol_verify=one `enrol` verified' \
        'present_verify=one `present` verified' 'present_verify_batch=64 `present` verified as a batch'
"$humanseal" face bench --json | rows 'decode=PNG of 512 pixels decoded' 'mesh=face mesh' 'frame=all gates of one frame'
python3 biometric/benches/programs.py "$humanseal"
