// The keys of an Apple phone for a device: App Attest, and the Secure Enclave for the wallet. iOS 15 or newer.

#if os(iOS)
import CryptoKit
import DeviceCheck
import Foundation
import Security

public final class AppleKeys: KeyProvider, @unchecked Sendable {
    public init() {}

    public func level() throws -> DeviceLevel {
        guard DCAppAttestService.shared.isSupported else { throw failed("this device has no App Attest") }
        return .hardware
    }

    /// A fresh key, so that nothing links two sessions. The attestation is bound to the digest; the key signs nothing more.
    public func attest(digest: Data) throws -> Attestation {
        let service = DCAppAttestService.shared
        let key = try waited { service.generateKey(completionHandler: $0) }
        let object = try waited { service.attestKey(key, clientDataHash: digest, completionHandler: $0) }
        return .appleAppAttest(object: object)
    }

    /// What a key of the Secure Enclave agrees on with its own public key: whoever knows that public key alone cannot compute
    /// it, as would be so with a fixed one whose private key somebody knows.
    public func walletSecret(salt: Data) throws -> Data {
        let key = try enclaveKey()
        let secret = try key.sharedSecretFromKeyAgreement(with: key.publicKey)
        let derived = secret.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: salt, sharedInfo: Data("humanseal/v1/wallet".utf8), outputByteCount: 32)
        return derived.withUnsafeBytes { Data($0) }
    }

    /// Made once. What the keychain keeps is the key wrapped by its enclave; no other device opens it.
    private func enclaveKey() throws -> SecureEnclave.P256.KeyAgreement.PrivateKey {
        let entry: [CFString: Any] = [
            kSecClass: kSecClassGenericPassword, kSecAttrService: "humanseal", kSecAttrAccount: "wallet",
        ]
        var found: CFTypeRef?
        switch SecItemCopyMatching(entry.merging([kSecReturnData: true]) { $1 } as CFDictionary, &found) {
        case errSecSuccess:
            guard let wrapped = found as? Data else { throw failed("the keychain's entry is no key") }
            return try .init(dataRepresentation: wrapped)
        case errSecItemNotFound:
            let key = try SecureEnclave.P256.KeyAgreement.PrivateKey()
            let kept: [CFString: Any] = [
                kSecValueData: key.dataRepresentation, kSecAttrAccessible: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
            ]
            guard SecItemAdd(entry.merging(kept) { $1 } as CFDictionary, nil) == errSecSuccess else {
                throw failed("the keychain took no key")
            }
            return key
        default:
            throw failed("the keychain does not answer")
        }
    }

    private func failed(_ reason: String) -> ProviderError { .Failed(reason: reason) }

    /// The library asks on a thread of its own, which may wait.
    private func waited<T>(_ begin: (@escaping (T?, Error?) -> Void) -> Void) throws -> T {
        let ended = DispatchSemaphore(value: 0)
        var value: T?
        begin {
            value = $0
            _ = $1
            ended.signal()
        }
        // Apple's servers may not answer; a stop by the app's owner is heeded only behind this.
        guard ended.wait(timeout: .now() + 60) == .success, let value else { throw failed("App Attest failed") }
        return value
    }
}
#endif
