// node compare.mjs PROVER: interleaves one `present` proof of PROVER with one of Semaphore's, both
// warm, and prints one row of a Markdown table. The first rounds only warm both up.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Group } from "@semaphore-protocol/group";
import { Identity } from "@semaphore-protocol/identity";
import { generateProof, verifyProof } from "@semaphore-protocol/proof";

const WARM_UP = 3;
const ROUNDS = 15;
const DEPTH = 20;

const prover = spawn(process.argv[2], { stdio: ["pipe", "pipe", "inherit"] });
const ended = once(prover, "exit");
const answers = createInterface({ input: prover.stdout })[Symbol.asyncIterator]();
async function ours() {
    prover.stdin.write("\n");
    const { value, done } = await answers.next();
    if (done) throw new Error("our prover ended");
    return Number(value);
}

const artifact = (end) =>
    fileURLToPath(import.meta.resolve(`@zk-kit/semaphore-artifacts/semaphore-${DEPTH}.${end}`));
const files = { wasm: artifact("wasm"), zkey: artifact("zkey") };
const identity = new Identity("a made-up member");
const others = Array.from({ length: 99 }, (_, i) => new Identity(`member ${i}`).commitment);
const group = new Group([identity.commitment, ...others]);
const path = group.generateMerkleProof(0);
let proof;
async function theirs() {
    const start = performance.now();
    // The path is copied, since generateProof pads it in place.
    proof = await generateProof(identity, structuredClone(path), "message", "scope", DEPTH, files);
    return performance.now() - start;
}

const times = { ours: [], theirs: [] };
for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const pair = [await ours(), await theirs()];
    if (round < WARM_UP) continue;
    times.ours.push(pair[0]);
    times.theirs.push(pair[1]);
}
if (!(await verifyProof(proof))) throw new Error("Semaphore's proof does not verify");
prover.stdin.end();
const [code] = await ended;
if (code !== 0) throw new Error("our proof does not verify");

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => {
    const s = sorted(list);
    return (s[(s.length - 1) >> 1] + s[s.length >> 1]) / 2;
};
const cell = (list) => {
    const s = sorted(list);
    return `${median(s).toFixed(0)} (${s[0].toFixed(0)}–${s.at(-1).toFixed(0)})`;
};
const ratio = median(times.ours) / median(times.theirs);
const each = sorted(times.ours.map((ms, i) => ms / times.theirs[i]));
console.log(
    `| \`present\` proof, witness included, 2 threads | ${cell(times.ours)} ` +
        `| Semaphore v4 \`generateProof\`, depth ${DEPTH}, Node | ${cell(times.theirs)} ` +
        `| ${ratio.toFixed(2)} (${each[0].toFixed(2)}–${each.at(-1).toFixed(2)}) |`,
);
process.exit(0);
