// Vectors of H248, of the digest and signature of a status root (EIP-712), and of a verifying
// key's hash, made by ethers, which this project did not write.
//
//   npm install && node ethereum.mjs > ../../fixtures/vectors/ethereum.json
import { readFileSync } from "node:fs";
import { AbiCoder, TypedDataEncoder, Wallet, id, keccak256, toBeHex, version } from "ethers";

const word = (number) => toBeHex(BigInt(number), 32);
const encode = (words) =>
  AbiCoder.defaultAbiCoder().encode(Array(words.length).fill("bytes32"), words);
// docs/protocol.md, preamble: keccak256(abi.encode(keccak256(tag), parts…)) >> 8.
const h248 = (tag, parts) => (BigInt(keccak256(encode([id(tag), ...parts]))) >> 8n).toString();

const tags = ["holder", "nullifier", "template", "credential", "offset"].map((name) => ({
  name, tag: h248(`humanseal/v1/${name}`, []),
}));
const digest = keccak256("0x01");
const models = [{ sha256: digest, model: h248("humanseal/v1/model", [digest]) }];
const contexts = [1, 2, 3, 4].map((kind) => {
  const [nonce, issuer] = [id(`nonce ${kind}`), (BigInt(id(`issuer ${kind}`)) >> 8n).toString()];
  const context = h248("humanseal/v1/enrol", [nonce, word(issuer), word(kind)]);
  return { nonce, issuer, kind, context };
});

const domain = { name: "Humanseal", version: "1" };
const types = {
  StatusRoot: [
    { name: "issuer", type: "uint256" },
    { name: "root", type: "uint256" },
    { name: "issuedAt", type: "uint64" },
    { name: "previous", type: "bytes32" },
  ],
};
const wallet = new Wallet(id("humanseal vector"));
const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const roots = [];
for (const [issuer, root, issuedAt, previous] of [
  [7n, 9n, 1, word(0)],
  [r - 1n, r - 2n, 4294967295, id("previous")],
  [BigInt(id("issuer")) >> 8n, BigInt(id("root")) >> 8n, 1893456000, id("another")],
]) {
  const statement = { issuer, root, issuedAt, previous };
  roots.push({
    issuer: issuer.toString(), root: root.toString(), issued_at: issuedAt, previous,
    digest: TypedDataEncoder.hash(domain, types, statement),
    signature: await wallet.signTypedData(domain, types, statement),
  });
}

// A verifying key in EVM order: x before y, of a G2 coordinate the imaginary part first (EIP-197).
const key = JSON.parse(readFileSync("../../fixtures/vectors/snarkjs/toy.vkey.json", "utf8"));
const g1 = ([x, y]) => [x, y];
const g2 = ([[x0, x1], [y0, y1]]) => [x1, x0, y1, y0];
const words = [
  ...g1(key.vk_alpha_1), ...g2(key.vk_beta_2), ...g2(key.vk_gamma_2), ...g2(key.vk_delta_2),
  ...key.IC.flatMap(g1),
].map(word);

process.stdout.write(JSON.stringify({
  origin: `npm ethers ${version} under node ${process.version}, scripts/vectors/ethereum.mjs`,
  tags, models, contexts,
  wallet: { key: wallet.privateKey, address: wallet.address.toLowerCase() },
  roots,
  toy_vk_hash: keccak256(encode(words)),
}, null, 1) + "\n");
