// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Entry, IPresentVerifier, Point} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Refusal} from "../../solidity/IProviderRegistry.sol";
import {Vector} from "../Vectors.sol";
import {RegistryWorld} from "../RegistryWorld.sol";

/// Attacks on batches with real proofs.
contract RegistryProofBatchesTest is RegistryWorld {
    function nobodyIsRegistered(Entry[] memory entries) private view {
        for (uint256 i = 0; i < entries.length; ++i) {
            check(!registry.isVerified(entries[i].claim.account), "registered");
            check(registry.proofCount(entries[i].claim.nullifier) == 0, "counted");
        }
    }

    function invalidBatch(Entry[] memory entries) private {
        (bool done, bytes memory answer) = postBatch(entries);
        check(!done && isError(answer, IProviderRegistry.ProofInvalid.selector), "invalid");
        nobodyIsRegistered(entries);
    }

    function test_32_providers_in_one_transaction() public {
        Entry[] memory entries = batch(32);
        (bool done,) = postBatch(entries);
        check(done, "a batch of real proofs");
        for (uint256 i = 0; i < 32; ++i) {
            check(registry.isVerified(entries[i].claim.account), "registered");
        }
    }

    function test_an_empty_batch() public {
        (bool done, bytes memory answer) = postBatch(new Entry[](0));
        check(!done && isError(answer, IProviderRegistry.BatchSize.selector), "empty");
    }

    function test_a_batch_with_one_false_proof() public {
        Entry[] memory entries = batch(4);
        // A good proof, but of somebody else.
        entries[2].claim.proof = entries[1].claim.proof;
        invalidBatch(entries);
    }

    function test_a_malformed_entry_is_named_after_the_skipped() public {
        Entry[] memory entries = batch(5);
        registry.register(entries[0].claim, ISSUER, uint40(_root("first").issuedAt));
        entries[3].claim.proof[0] += 1;
        (bool done, bytes memory answer) = postBatch(entries);
        bytes memory named = abi.encodeWithSelector(IPresentVerifier.MalformedEntry.selector, 3);
        check(!done && keccak256(answer) == keccak256(named), "off the curve, named");
        entries = batch(5);
        uint256[] memory twist = _twist();
        for (uint256 j = 0; j < 4; ++j) {
            entries[4].claim.proof[2 + j] = twist[j];
        }
        (done, answer) = postBatch(entries);
        named = abi.encodeWithSelector(IPresentVerifier.MalformedEntry.selector, 4);
        check(!done && keccak256(answer) == keccak256(named), "outside the subgroup, named");
        entries = batch(5);
        entries[2].claim.nullifier += R;
        (done, answer) = postBatch(entries);
        named = abi.encodeWithSelector(IPresentVerifier.MalformedEntry.selector, 2);
        check(!done && keccak256(answer) == keccak256(named), "not below r, named");
    }

    function test_a_nullifier_twice_in_one_batch() public {
        Entry[] memory entries = new Entry[](3);
        Vector[3] memory vectors = [_claim("alice_alice_0"), _claim("rerandomised"), _claim("bob_bob_0")];
        for (uint256 i = 0; i < 3; ++i) {
            entries[i] = Entry(vectors[i].claim, 0);
        }
        uint40 time = uint40(_root("first").issuedAt);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Skipped(1, Refusal.Stale);
        registry.registerBatch(entries, ISSUER, time);
        check(registry.proofCount(entries[0].claim.nullifier) == 1, "once");
        check(registry.isVerified(_account("bob")), "the rest");
    }

    function test_one_entry_submitted_before_its_batch() public {
        Entry[] memory entries = batch(4);
        uint40 time = uint40(_root("first").issuedAt);
        registry.register(entries[2].claim, ISSUER, time);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Skipped(2, Refusal.Stale);
        registry.registerBatch(entries, ISSUER, time);
        for (uint256 i = 0; i < 4; ++i) {
            check(registry.isVerified(entries[i].claim.account), "registered");
            check(registry.proofCount(entries[i].claim.nullifier) == 1, "once");
        }
    }

    function test_crafted_proofs_that_cancel_in_a_sum() public {
        Entry[] memory entries = batch(2);
        // C1 + G and C2 − G: unweighted, their sum is as before.
        (entries[0].claim.proof[6], entries[0].claim.proof[7]) =
            _sum(entries[0].claim.proof[6], entries[0].claim.proof[7], 1, 2);
        uint256 minusTwo = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45;
        (entries[1].claim.proof[6], entries[1].claim.proof[7]) =
            _sum(entries[1].claim.proof[6], entries[1].claim.proof[7], 1, minusTwo);
        invalidBatch(entries);
    }

    function test_inputs_that_are_shifted_against_each_other() public {
        Entry[] memory entries = batch(2);
        entries[0].claim.nullifier = addmod(entries[0].claim.nullifier, 5, R);
        entries[1].claim.nullifier = addmod(entries[1].claim.nullifier, R - 5, R);
        invalidBatch(entries);
    }

    function test_accounts_exchanged_within_a_batch() public {
        Entry[] memory entries = batch(2);
        (entries[0].claim.account, entries[1].claim.account) = (entries[1].claim.account, entries[0].claim.account);
        invalidBatch(entries);
    }

    function _sum(uint256 x1, uint256 y1, uint256 x2, uint256 y2) private view returns (uint256, uint256) {
        (bool done, bytes memory sum) = address(6).staticcall(abi.encode(x1, y1, x2, y2));
        require(done, "two points");
        return abi.decode(sum, (uint256, uint256));
    }
}
