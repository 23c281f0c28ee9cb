// Makes the vectors of accounts, bindings, scopes and sign-in signatures.
// Usage: npm install && node make.mjs ../../fixtures/vectors
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bech32 } from "bech32";
import bs58 from "bs58";
import { AbiCoder, Wallet, concat, getAddress, getBytes, id, keccak256, toBeHex, zeroPadValue } from "ethers";

const folder = process.argv[2];
const require = createRequire(import.meta.url);
const version = (name) => {
  for (let path of require.resolve.paths(name)) {
    try {
      return JSON.parse(readFileSync(join(path, name, "package.json"), "utf8")).version;
    } catch {}
  }
};
const origin = `wallet-link/vectors/make.mjs with ethers ${version("ethers")}, bs58 ${version("bs58")}, bech32 ${version("bech32")}, node ${process.versions.node}`;
const write = (name, document) =>
  writeFileSync(join(folder, name), JSON.stringify({ origin, ...document }, null, 2) + "\n");

// H248(tag, parts...) as Solidity computes it: abi.encode of 32-byte words, Keccak-256, >> 8.
const h248 = (tag, parts) => {
  const types = Array(parts.length + 1).fill("bytes32");
  const encoded = AbiCoder.defaultAbiCoder().encode(types, [id(tag), ...parts]);
  return (BigInt(keccak256(encoded)) >> 8n).toString();
};
const word = (number) => toBeHex(number, 32);
const pad = (bytes) => zeroPadValue(bytes, 32);

// Accounts.
const solanaMain = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";
const key = (byte) => Uint8Array.from({ length: 32 }, (_, i) => (byte + 7 * i) & 255);
const accounts = [];
const account = (chain, written, address, bytes) => {
  accounts.push({
    account: `${chain}:${written}`,
    canonical: `${chain}:${address}`,
    chain,
    chain_word: id(chain),
    account_word: pad(bytes),
  });
  return accounts.at(-1);
};
for (const [chain, address] of [
  ["eip155:1", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
  ["eip155:1", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"],
  ["eip155:8453", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"],
  ["eip155:11155111", "0x0000000000000000000000000000000000000001"],
]) {
  account(chain, address, getAddress(address), address);
}
for (const byte of [1, 200]) {
  const address = bs58.encode(key(byte));
  account(solanaMain, address, address, key(byte));
}
account(solanaMain, "1".repeat(32), "1".repeat(32), new Uint8Array(32));
for (const [chain, prefix, length] of [
  ["cosmos:cosmoshub-4", "cosmos", 20],
  ["cosmos:osmosis-1", "osmo", 32],
]) {
  const bytes = key(length).slice(0, length);
  const address = bech32.encode(prefix, bech32.toWords(bytes));
  account(chain, address, address, bytes);
}
write("accounts.json", { accounts });

// Bindings: audience is the Keccak-256 of a web origin, or a contract's address.
const bindings = [];
const nonces = [word(0), word(1), "0x" + "ab".repeat(32), keccak256("0x")];
for (const [i, each] of accounts.entries()) {
  const origins = ["https://verify.net.example", "https://net.example:8443", "http://localhost:8080"];
  const verifier = origins[i % origins.length];
  const nonce = nonces[i % nonces.length];
  bindings.push({
    account: each.canonical,
    origin: verifier,
    nonce,
    binding: h248("humanseal/v1/binding", [each.chain_word, each.account_word, id(verifier), nonce]),
  });
}
const contract = "0x52908400098527886e0f7030069857d2e4169ee7";
for (const nonce of nonces) {
  const each = accounts[0];
  bindings.push({
    account: each.canonical,
    contract,
    nonce,
    binding: h248("humanseal/v1/binding", [each.chain_word, each.account_word, pad(contract), nonce]),
  });
}
write("binding.json", { bindings });

// Scopes.
const scopes = [];
for (const network of ["net.example", "provider.net.example", "xn--bcher-kva.example"]) {
  for (const action of ["provide", "vote"]) {
    for (const epoch of [0n, 1n, 2n ** 53n - 1n]) {
      const scope = h248("humanseal/v1/scope", [id(network), id(action), word(epoch)]);
      scopes.push({ network, action, epoch: Number(epoch), scope });
    }
  }
}
write("scope.json", { scopes });

// Signatures over sign-in messages, as wallets make them.
const message = (name, address, chain) =>
  [
    `verify.net.example wants you to sign in with your ${name} account:`,
    address,
    "",
    "Join net.example as a provider.",
    "",
    "URI: https://verify.net.example/v1/requests/pr_0a",
    "Version: 1",
    `Chain ID: ${chain}`,
    `Nonce: ${"0b".repeat(32)}`,
    "Issued At: 2030-01-02T03:04:05Z",
    "Expiration Time: 2030-01-02T03:14:05Z",
    "Request ID: pr_0a",
    "Resources:",
    `- urn:humanseal:request:${"0c".repeat(32)}`,
  ].join("\n");
const secret = "0x" + "11".repeat(32);
const wallet = new Wallet(secret);
const evm = message("Ethereum", wallet.address, 1);
// RFC 8410: the PKCS #8 frame of an Ed25519 seed.
const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
const der = concat(["0x302e020100300506032b657004220420", seed]);
const solanaKey = createPrivateKey({ key: Buffer.from(getBytes(der)), format: "der", type: "pkcs8" });
const solanaPublic = Buffer.from(solanaKey.export({ format: "jwk" }).x, "base64url");
const solana = message("Solana", bs58.encode(solanaPublic), solanaMain);
write("sign-in.json", {
  signatures: [
    {
      kind: "eip191",
      secret: secret.slice(2),
      account: `eip155:1:${wallet.address}`,
      message: evm,
      signature: (await wallet.signMessage(evm)).slice(2),
    },
    {
      kind: "ed25519",
      secret: Buffer.from(seed).toString("hex"),
      account: `${solanaMain}:${bs58.encode(solanaPublic)}`,
      message: solana,
      signature: sign(null, Buffer.from(solana), solanaKey).toString("hex"),
    },
  ],
});
