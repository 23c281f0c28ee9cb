// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// For tests: a contract wallet that says yes to everything, and meanwhile tries to make calls of its own.
contract SpecimenReentrantWallet {
    address private immutable _registry;
    bytes private _call;

    constructor(address registry) {
        _registry = registry;
    }

    function plan(bytes calldata call) external {
        _call = call;
    }

    /// Whether the call went through decides the answer, so a test sees what the registry let happen.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        (bool done,) = _registry.call(_call);
        return done ? this.isValidSignature.selector : bytes4(0);
    }
}
