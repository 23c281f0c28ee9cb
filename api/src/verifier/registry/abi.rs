//! The part of contracts/solidity/IProviderRegistry.sol that the service reads.

#![allow(missing_docs)]

use alloy::sol;

sol! {
    enum Cause {
        Moved,
        Revoked,
        Banned,
        Displaced
    }

    interface IProviderRegistry {
        event Registered(
            uint256 indexed nullifier, address indexed account, uint40 expiresAt, uint8 issuer, uint8 key
        );
        event Ended(uint200 indexed place, address indexed account, Cause cause);
        event IssuerAdmitted(uint8 indexed issuer, uint256 id, address rootSigner);
        event IssuerDistrusted(uint8 indexed issuer);
        event KeyAdmitted(uint8 indexed key, address verifier, bytes32 vkHash);
        event KeyDistrusted(uint8 indexed key);

        struct Issuer {
            uint256 id;
            address rootSigner;
        }

        function scope() external view returns (uint256);
        function epochEnd() external view returns (uint40);
        function verifier() external view returns (address);
        function issuers() external view returns (Issuer[] memory);
        function issuerTrusted(uint8 issuer) external view returns (bool);
        function newestRoot(uint8 issuer) external view returns (uint256 root, uint40 issuedAt);
        function postRoot(uint8 issuer, uint256 root, uint64 issuedAt, bytes32 previous, bytes calldata signature) external;
    }

    interface IPresentVerifier {
        function vkHash() external view returns (bytes32);
    }
}
