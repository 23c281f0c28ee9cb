// Called by compile.sh: ROOT TOOLS [--check].
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";

const [root, tools, mode] = process.argv.slice(2);
if (mode !== undefined && mode !== "--check") throw new Error(`unknown argument ${mode}`);
const solc = createRequire(path.join(tools, "package.json"))("solc");
const sources = path.join(root, "contracts/solidity");
const artifacts = path.join(root, "contracts/artifacts");
// Verifiers of keys that their constructors refuse: the compiler decides such a check by itself, so that no
// other key can be put into compiled code to see it.
const refused = "contracts/forge/refused/Keys.sol";

// foundry.toml says the same to forge; a test there compares the bytecode. No digest of the metadata is
// appended, so a comment can change without the bytecode.
const settings = {
  optimizer: { enabled: true, runs: 10000 },
  // Through the intermediate language a call is compared with all selectors one by one, which costs isVerified
  // 500 gas more; directly, by halving.
  viaIR: false,
  evmVersion: "cancun",
  metadata: { bytecodeHash: "none" },
};

const input = {
  language: "Solidity",
  sources: Object.fromEntries(
    [
      ...fs.readdirSync(sources).filter((name) => name.endsWith(".sol")).sort().map((name) => `contracts/solidity/${name}`),
      refused,
    ].map((name) => [name, { content: fs.readFileSync(path.join(root, name), "utf8") }]),
  ),
  settings: {
    ...settings,
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
  },
};

// Our own files are all given; what else is imported must lie in an installed package.
function installed(name) {
  const file = path.join(tools, "node_modules", path.normalize(`/${name}`));
  return name.startsWith("@openzeppelin/") && fs.existsSync(file)
    ? { contents: fs.readFileSync(file, "utf8") }
    : { error: `${name} is neither in contracts/solidity nor in an installed package` };
}

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: installed }));
for (const { formattedMessage } of output.errors ?? []) console.error(formattedMessage);
// A warning fails too: code that the compiler doubts is not deployed.
if (output.errors?.length) process.exit(1);

const wanted = new Map();
for (const [source, contracts] of Object.entries(output.contracts)) {
  if (!source.startsWith("contracts/solidity/") && source !== refused) continue;
  for (const [name, { abi, evm }] of Object.entries(contracts)) {
    // Interfaces and abstract contracts have no code to deploy.
    if (evm.bytecode.object === "") continue;
    const artifact = {
      contractName: name,
      sourceName: source,
      compiler: { version: solc.version().replace(/\.Emscripten.*/, ""), settings },
      abi,
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode.object}`,
    };
    wanted.set(`${source === refused ? "refused/" : ""}${name}.json`, `${JSON.stringify(artifact, null, 2)}\n`);
  }
}

fs.mkdirSync(path.join(artifacts, "refused"), { recursive: true });
const present = fs.readdirSync(artifacts, { recursive: true }).filter((name) => name.endsWith(".json"));
const stale = present.filter((name) => !wanted.has(name));
let differ = stale.length;
for (const name of stale) console.error(`contracts/artifacts/${name}: no contract of this name`);
for (const [name, text] of wanted) {
  const file = path.join(artifacts, name);
  const same = present.includes(name) && fs.readFileSync(file, "utf8") === text;
  const size = (JSON.parse(text).deployedBytecode.length - 2) / 2;
  console.log(`${name}: ${size} bytes deployed${same ? "" : mode ? ", DIFFERS" : ", written"}`);
  if (same) continue;
  differ += 1;
  if (!mode) fs.writeFileSync(file, text);
}
if (!mode) for (const name of stale) fs.rmSync(path.join(artifacts, name));
if (mode && differ) {
  console.error("contracts/artifacts is not what contracts/solidity compiles to; run scripts/contracts/compile.sh");
  process.exit(1);
}
