// Vectors of Poseidon and of EdDSA over Baby Jubjub, made by circomlibjs, which this project did
// not write; and its verdict on our own signatures.
//
//   npm install && node circomlib.mjs make  > ../../fixtures/vectors/circomlib.json
//   node circomlib.mjs check ../../fixtures/vectors/issuer-signatures.json
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { buildEddsa, buildPoseidon } from "circomlibjs";

const poseidon = await buildPoseidon();
const eddsa = await buildEddsa();
const F = poseidon.F;
const curve = eddsa.babyJub;
const text = (element) => F.toObject(element).toString();
// Field elements that anyone can make again: SHA-256 of a label, reduced.
const element = (label) =>
  BigInt("0x" + createHash("sha256").update(label).digest("hex")) % F.p;

function make() {
  const hashes = [];
  for (let n = 1; n <= 12; n++) {
    for (const kind of ["small", "large"]) {
      const inputs = [...Array(n).keys()].map((i) =>
        kind === "small" ? BigInt(i) : element(`poseidon ${n} ${i}`));
      hashes.push({ inputs: inputs.map(String), hash: text(poseidon(inputs)) });
    }
  }
  const signatures = [];
  for (let i = 0; i < 8; i++) {
    const key = createHash("sha256").update(`eddsa key ${i}`).digest();
    const message = i === 0 ? 0n : i === 1 ? F.p - 1n : element(`eddsa message ${i}`);
    const [ax, ay] = eddsa.prv2pub(key);
    const signature = eddsa.signPoseidon(key, F.e(message));
    signatures.push({
      ax: text(ax), ay: text(ay), message: message.toString(),
      r8x: text(signature.R8[0]), r8y: text(signature.R8[1]), s: signature.S.toString(),
    });
  }
  return {
    origin: "npm circomlibjs 0.1.7 under node " + process.version + ", scripts/vectors/circomlib.mjs make",
    base: [text(curve.Base8[0]), text(curve.Base8[1])],
    subgroup_order: curve.subOrder.toString(),
    poseidon: hashes,
    eddsa: signatures,
  };
}

function check(file) {
  const { signatures } = JSON.parse(readFileSync(file, "utf8"));
  for (const { ax, ay, message, r8x, r8y, s } of signatures) {
    const e = (number) => F.e(BigInt(number));
    const signature = { R8: [e(r8x), e(r8y)], S: BigInt(s) };
    if (!eddsa.verifyPoseidon(e(message), signature, [e(ax), e(ay)])) throw new Error("refused: " + ax);
    if (eddsa.verifyPoseidon(e(BigInt(message) + 1n), signature, [e(ax), e(ay)])) throw new Error("taken: " + ax);
  }
  return { checked_by: "npm circomlibjs 0.1.7", signatures: signatures.length, accepted: signatures.length };
}

const [mode, file] = process.argv.slice(2);
process.stdout.write(JSON.stringify(mode === "check" ? check(file) : make(), null, 1) + "\n");
