// A Solana account with a key of its own. Apple's systems sign by CryptoKit, Linux by the program openssl.

import Foundation
import Humanseal

#if canImport(CryptoKit)
import CryptoKit

struct Ed25519Key {
    private let key = Curve25519.Signing.PrivateKey()
    var publicKey: Data { key.publicKey.rawRepresentation }
    func signature(for message: Data) throws -> Data { try key.signature(for: message) }
}
#else
struct Ed25519Key {
    private let folder: URL
    let publicKey: Data

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let owner: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false, attributes: owner)
        let pem = folder.appendingPathComponent("key").path
        _ = try openssl(["genpkey", "-algorithm", "ed25519", "-out", pem])
        // The key is the last 32 bytes of its encoding.
        publicKey = try openssl(["pkey", "-in", pem, "-pubout", "-outform", "DER"]).suffix(32)
    }

    func signature(for message: Data) throws -> Data {
        let file = folder.appendingPathComponent("message")
        try message.write(to: file)
        let pem = folder.appendingPathComponent("key").path
        return try openssl(["pkeyutl", "-sign", "-rawin", "-inkey", pem, "-in", file.path])
    }
}

private func openssl(_ arguments: [String]) throws -> Data {
    let (program, output) = (Process(), Pipe())
    program.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    program.arguments = arguments
    program.standardOutput = output
    try program.run()
    let written = output.fileHandleForReading.readDataToEndOfFile()
    program.waitUntilExit()
    guard program.terminationStatus == 0 else { throw ProviderError.Failed(reason: "openssl failed") }
    return written
}
#endif

final class Account: AccountSigner {
    private let key: Ed25519Key
    init() throws { key = try Ed25519Key() }

    func account() throws -> String { "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:" + base58(key.publicKey) }
    func sign(message: String) throws -> Data { try key.signature(for: Data(message.utf8)) }
}

func base58(_ bytes: Data) -> String {
    let letters = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    var digits: [Int] = []
    for byte in bytes {
        var carry = Int(byte)
        for index in digits.indices {
            carry += digits[index] << 8
            digits[index] = carry % 58
            carry /= 58
        }
        while carry > 0 {
            digits.append(carry % 58)
            carry /= 58
        }
    }
    let zeros = bytes.prefix { $0 == 0 }.count
    return String(repeating: "1", count: zeros) + String(digits.reversed().map { letters[$0] })
}
