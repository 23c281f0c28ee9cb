// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim, Entry, IPresentVerifier, Point} from "./IPresentVerifier.sol";
import {IProviderRegistry} from "./IProviderRegistry.sol";

// The two calls of the verifier, encoded by hand, so that a proof is copied once, from call data to call data.
// Words of a Claim: A, B, C (8), nullifier, account, today; an Entry adds the nonce.
uint256 constant CLAIM_PROOF_AND_NULLIFIER = 9 * 32;
uint256 constant CLAIM_TODAY = 10 * 32;
uint256 constant ENTRY = 12 * 32;

/// `IPresentVerifier.verify`. Whatever goes wrong in the call, the proof does not hold. Where no point is cached
/// nothing is asked: `RootUnknown`.
function proofHolds(IPresentVerifier verifier, Point storage point, Claim calldata claim, uint256 binding)
    view
    returns (bool holds)
{
    bytes4 selector = IPresentVerifier.verify.selector;
    bytes4 unknown = IProviderRegistry.RootUnknown.selector;
    assembly ("memory-safe") {
        let x := sload(point.slot)
        let y := sload(add(point.slot, 1))
        if iszero(or(x, y)) {
            mstore(0x00, unknown)
            revert(0x00, 0x04)
        }
        let data := mload(0x40)
        mstore(data, selector)
        mstore(add(data, 0x04), x)
        mstore(add(data, 0x24), y)
        calldatacopy(add(data, 0x44), claim, CLAIM_PROOF_AND_NULLIFIER)
        mstore(add(data, 0x164), binding)
        calldatacopy(add(data, 0x184), add(claim, CLAIM_TODAY), 0x20)
        // The answer goes to scratch space and counts where it is one whole word, 1; no code answers nothing.
        let answered := staticcall(gas(), verifier, data, 0x1a4, 0x00, 0x20)
        holds := and(and(answered, gt(returndatasize(), 0x1f)), eq(mload(0x00), 1))
    }
}

/// `IPresentVerifier.verifyBatch` of those entries whose indices are in `kept`; reverts unless all hold, or
/// where no point is cached.
function demandAllHold(
    IPresentVerifier verifier,
    Point storage point,
    Entry[] calldata entries,
    uint256[] memory kept,
    uint256[] memory bindings
) view {
    if (point.x == 0 && point.y == 0) revert IProviderRegistry.RootUnknown();
    bytes4 selector = IPresentVerifier.verifyBatch.selector;
    bool holds;
    bytes4 problem;
    uint256 index;
    assembly ("memory-safe") {
        // selector, point, offsets of both arrays, entries with their number, bindings with theirs.
        let data := mload(0x40)
        let size := mload(kept)
        let entriesBytes := mul(size, ENTRY)
        let bindingsBytes := mul(add(size, 1), 0x20)
        mstore(data, selector)
        mstore(add(data, 0x04), sload(point.slot))
        mstore(add(data, 0x24), sload(add(point.slot, 1)))
        mstore(add(data, 0x44), 0x80)
        mstore(add(data, 0x64), add(0xa0, entriesBytes))
        mstore(add(data, 0x84), size)
        let to := add(data, 0xa4)
        for { let i := 0x20 } lt(i, bindingsBytes) { i := add(i, 0x20) } {
            calldatacopy(to, add(entries.offset, mul(mload(add(kept, i)), ENTRY)), ENTRY)
            to := add(to, ENTRY)
        }
        mcopy(to, bindings, bindingsBytes)
        to := add(to, bindingsBytes)
        let answered := staticcall(gas(), verifier, data, sub(to, data), 0x00, 0x24)
        holds := and(and(answered, gt(returndatasize(), 0x1f)), eq(mload(0x00), 1))
        if and(iszero(answered), eq(returndatasize(), 0x24)) {
            problem := and(mload(0x00), shl(224, 0xffffffff))
            index := mload(0x04)
        }
    }
    // The verifier counts what it was given; the caller knows its own entries.
    if (problem == IPresentVerifier.MalformedEntry.selector) revert IPresentVerifier.MalformedEntry(kept[index]);
    if (!holds) revert IProviderRegistry.ProofInvalid();
}
