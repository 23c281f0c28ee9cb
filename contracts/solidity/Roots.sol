// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Gate, MAX_ISSUERS} from "./Gate.sol";
import {IPresentVerifier, Point} from "./IPresentVerifier.sol";
import {IProviderRegistry, Issuer} from "./IProviderRegistry.sol";
import {FIELD_ORDER} from "./Rules.sol";

/// An issuer and the newest root of its status list.
struct Source {
    uint256 id;
    address rootSigner;
    uint40 issuedAt;
    uint256 root;
}

/// Trusted issuers, their status roots, and for each root the part of the proofs' equation that all proofs under
/// it share.
///
/// A cached point can never be stale: its key names the version, which every change of policy, excluded mask or
/// verifying key raises for good; the issuer's index, whose id never changes; and the issue time, which has one
/// root, as issue times only rise. The scope is immutable.
abstract contract Roots is IProviderRegistry {
    /// Of name and version only: one signature serves all chains (docs/protocol.md section 6).
    bytes32 private constant ROOT_DOMAIN = keccak256(
        abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Humanseal"), keccak256("1"))
    );
    bytes32 private constant ROOT_TYPE =
        keccak256("StatusRoot(uint256 issuer,uint256 root,uint64 issuedAt,bytes32 previous)");

    uint256 public immutable scope;

    Gate internal _gate;
    uint256 internal _excluded;
    uint64 internal _policy;
    Source[] internal _sources;
    mapping(uint256 versionIssuerTime => Point) internal _points;

    constructor(uint256 scope_) {
        if (scope_ >= FIELD_ORDER) revert SettingsInvalid();
        scope = scope_;
    }

    function postRoot(uint8 issuer, uint256 root, uint64 issuedAt, bytes32 previous, bytes calldata signature)
        external
    {
        Gate gate = _gate;
        if (!gate.trustsIssuer(issuer)) revert IssuerUntrusted();
        Source storage source = _sources[issuer];
        if (issuedAt <= source.issuedAt || issuedAt > block.timestamp) revert RootNotNewer();
        bytes32 digest = MessageHashUtils.toTypedDataHash(
            ROOT_DOMAIN, keccak256(abi.encode(ROOT_TYPE, source.id, root, issuedAt, previous))
        );
        // A key, never a contract: it signs for all chains, and a contract may differ between them.
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure != ECDSA.RecoverError.NoError || signer != source.rootSigner) revert RootSignature();

        // It is not later than the block's time, which fits.
        source.issuedAt = uint40(issuedAt);
        source.root = root;
        _cache(gate, issuer);
        emit RootPosted(issuer, root, uint40(issuedAt));
    }

    function refreshRoot(uint8 issuer) external {
        Gate gate = _gate;
        if (!gate.trustsIssuer(issuer)) revert IssuerUntrusted();
        if (_sources[issuer].issuedAt == 0) revert RootUnknown();
        _cache(gate, issuer);
    }

    function issuers() external view returns (Issuer[] memory list) {
        list = new Issuer[](_sources.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = Issuer(_sources[i].id, _sources[i].rootSigner);
        }
    }

    function issuerTrusted(uint8 issuer) external view returns (bool) {
        return _gate.trustsIssuer(issuer);
    }

    function keyTrusted(uint8 key) external view returns (bool) {
        return _gate.trustsKey(key);
    }

    function verifier() external view returns (IPresentVerifier) {
        return _gate.verifier();
    }

    function newestRoot(uint8 issuer) external view returns (uint256 root, uint40 issuedAt) {
        return (_sources[issuer].root, _sources[issuer].issuedAt);
    }

    /// Where the point of a root that counts now is cached, if it is; whoever reads it refuses an empty one.
    function _pointOf(Gate gate, uint8 issuer, uint40 issuedAt) internal view returns (Point storage point) {
        if (!gate.trusts(issuer, gate.key())) {
            if (gate.trustsIssuer(issuer)) revert KeyUntrusted();
            revert IssuerUntrusted();
        }
        unchecked {
            if (block.timestamp > issuedAt + gate.windowSeconds()) revert RootOutsideWindow();
        }
        point = _points[_cacheKey(gate, issuer, issuedAt)];
    }

    function _admitIssuer(Gate gate, Issuer memory issuer) internal returns (Gate) {
        if (issuer.id == 0 || issuer.id >= FIELD_ORDER || issuer.rootSigner == address(0)) revert SettingsInvalid();
        uint256 index = _sources.length;
        if (index == MAX_ISSUERS) revert Full();
        _sources.push(Source(issuer.id, issuer.rootSigner, 0, 0));
        emit IssuerAdmitted(uint8(index), issuer.id, issuer.rootSigner);
        return gate.withIssuer(index);
    }

    /// Caches the newest root of every trusted issuer, as far as it counts still.
    function _cacheAll(Gate gate) internal {
        if (!gate.trustsKey(gate.key())) return;
        for (uint256 i = 0; i < _sources.length; ++i) {
            uint40 issuedAt = _sources[i].issuedAt;
            bool counts = issuedAt != 0 && block.timestamp <= issuedAt + gate.windowSeconds();
            if (counts && gate.trustsIssuer(i)) _cache(gate, i);
        }
    }

    function _cache(Gate gate, uint256 issuer) private {
        if (!gate.trustsKey(gate.key())) revert KeyUntrusted();
        Source storage source = _sources[issuer];
        if (block.timestamp > source.issuedAt + gate.windowSeconds()) revert RootOutsideWindow();
        _points[_cacheKey(gate, issuer, source.issuedAt)] =
            gate.verifier().constantPoint(source.root, source.id, _policy, _excluded, scope);
    }

    function _cacheKey(Gate gate, uint256 issuer, uint40 issuedAt) private pure returns (uint256) {
        return uint256(gate.version()) << 48 | issuer << 40 | issuedAt;
    }
}
