#!/usr/bin/env node
// The compiler of the npm package, with the two faces of the binary that forge calls: --version, and
// --standard-json with the input on standard input. forge gives every source, so nothing is imported here.
import { createRequire } from "node:module";
import fs from "node:fs";

const solc = createRequire(new URL("../../target/contracts/package.json", import.meta.url))("solc");
const given = process.argv.slice(2);
if (given.includes("--version")) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
} else if (given.includes("--standard-json")) {
  fs.writeSync(1, solc.compile(fs.readFileSync(0, "utf8")));
} else {
  console.error("solc.mjs knows --version and --standard-json");
  process.exit(2);
}
