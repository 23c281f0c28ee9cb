// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry} from "../../solidity/IProviderRegistry.sol";

/// A contract wallet that says yes to one digest (EIP-1271).
contract ConsentingWallet {
    bytes32 private immutable _digest;

    constructor(bytes32 digest) {
        _digest = digest;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == _digest ? this.isValidSignature.selector : bytes4(0);
    }
}

/// A contract wallet that says yes to everything, and meanwhile tries to make calls of its own.
contract ReentrantWallet {
    IProviderRegistry private immutable _registry;
    bytes private _call;

    constructor(IProviderRegistry registry) {
        _registry = registry;
    }

    function plan(bytes calldata call) external {
        _call = call;
    }

    /// Whether the call went through decides the answer, so a test sees what the registry let happen.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        (bool done,) = address(_registry).call(_call);
        return done ? this.isValidSignature.selector : bytes4(0);
    }
}
