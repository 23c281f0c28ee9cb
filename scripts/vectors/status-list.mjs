// Vectors of status lists, made by libraries that this project did not write: circomlibjs hashes the
// tree, multiformats names bytes, node's zlib packs a published list.
//
//   npm install && node status-list.mjs make > ../../fixtures/vectors/status-list.json
//   node status-list.mjs check    makes them again, compares, and prints how many agree
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { deflateSync } from "node:zlib";
import { buildPoseidon } from "circomlibjs";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { sha256 } from "multiformats/hashes/sha2";

const poseidon = await buildPoseidon();
const F = poseidon.F;
const version = (name) => {
  const at = createRequire(import.meta.url).resolve.paths(name)[0];
  return JSON.parse(readFileSync(`${at}/${name}/package.json`, "utf8")).version;
};
const FILE = new URL("../../fixtures/vectors/status-list.json", import.meta.url);

const LEAVES = 65536, LEAF_BYTES = 31, BITS = 248 * LEAVES;

// The set bits of each list: number i of them is i * i * step, reduced.
const LISTS = [
  { set: 0, step: 1 },
  { set: 1, step: 1 },
  { set: 40, step: 104729 },
  { set: 162529, step: 7919 },
];

function tree({ set, step }) {
  const bytes = new Uint8Array(LEAVES * LEAF_BYTES);
  for (let i = 0; i < set; i++) {
    const bit = (i * i * step) % BITS;
    bytes[bit >> 3] |= 1 << (bit & 7);
  }
  let nodes = [];
  for (let leaf = 0; leaf < LEAVES; leaf++) {
    let value = 0n;
    for (let byte = LEAF_BYTES - 1; byte >= 0; byte--)
      value = (value << 8n) | BigInt(bytes[leaf * LEAF_BYTES + byte]);
    nodes.push(F.e(value));
  }
  // Equal families have equal parents.
  const known = new Map();
  const parent = (family) => {
    const key = family.map((node) => F.toString(node, 16)).join();
    if (!known.has(key)) known.set(key, poseidon(family));
    return known.get(key);
  };
  const levels = [];
  while (nodes.length > 1) {
    const above = [];
    for (let i = 0; i < nodes.length; i += 4) above.push(parent(nodes.slice(i, i + 4)));
    nodes = above;
    levels.push(nodes);
  }
  return { bytes, root: F.toObject(nodes[0]).toString(), published: levels[3] };
}

// docs/protocol.md section 6: the bytes of all leaves, then the 256 nodes of level 4, big-endian.
function packed({ bytes, published }) {
  const nodes = published.map((node) => F.toObject(node).toString(16).padStart(64, "0")).join("");
  return deflateSync(Buffer.concat([bytes, Buffer.from(nodes, "hex")]), { level: 9 });
}

async function vectors() {
  const lists = LISTS.map((list) => ({ ...list, tree: tree(list) }));
  const few = lists[2].tree;
  const published = packed(few);
  const names = [];
  for (const bytes of [Buffer.alloc(0), Buffer.from([0]), Buffer.from("humanseal"), Buffer.alloc(1000, 0xa5), published])
    names.push({
      bytes: bytes.toString("base64"),
      name: CID.createV1(raw.code, await sha256.digest(bytes)).toString(),
    });
  return {
    origin: `npm circomlibjs ${version("circomlibjs")}, multiformats ${version("multiformats")} and node's zlib, scripts/vectors/status-list.mjs`,
    lists: lists.map(({ set, step, tree }) => ({ set, step, root: tree.root })),
    published: { list: 2, bytes: published.toString("base64") },
    names,
  };
}

const made = await vectors();
if (process.argv[2] === "check") {
  const stored = JSON.parse(readFileSync(FILE, "utf8"));
  const row = (what, against, mine, theirs) => {
    const agreed = mine.filter((one, i) => JSON.stringify(one) === JSON.stringify(theirs[i])).length;
    console.log([what, against, theirs.length, agreed].join("\t"));
    if (agreed !== theirs.length || mine.length !== theirs.length) process.exitCode = 1;
  };
  row("stored status list roots", `circomlibjs ${version("circomlibjs")}`, stored.lists, made.lists);
  row("stored names of lists (CID)", `multiformats ${version("multiformats")}`,
    stored.names.slice(0, 4), made.names.slice(0, 4));
} else {
  process.stdout.write(JSON.stringify(made, null, 1) + "\n");
}
