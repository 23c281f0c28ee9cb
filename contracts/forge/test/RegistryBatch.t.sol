// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim, Entry, IPresentVerifier} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Refusal} from "../../solidity/IProviderRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// Batches: what is skipped, what reverts, what the verifier is asked.
contract RegistryBatchTest is RegistryFixture {
    function nullifierOf(uint256 i) private pure returns (uint256) {
        return uint256(keccak256(abi.encode("human", i))) >> 8;
    }

    function accountOf(uint256 i) private pure returns (address) {
        return address(uint160(0xacc0000 + i));
    }

    function batch(uint256 size) private returns (Entry[] memory entries) {
        entries = new Entry[](size);
        for (uint256 i = 0; i < size; ++i) {
            entries[i] = Entry(proved(nullifierOf(i), accountOf(i)), 0);
        }
    }

    function expectSkipped(uint256 index, Refusal why) private {
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Skipped(index, why);
    }

    function test_a_batch_registers_and_renews() public {
        register(nullifierOf(1), accountOf(1));
        pass(1 days);
        postNow();
        Entry[] memory entries = batch(3);
        entries[1].nonce = 1;
        registry.registerBatch(entries, ISSUER, issuedAt);
        for (uint256 i = 0; i < 3; ++i) {
            (, uint40 expiresAt,,) = registry.registrationOf(accountOf(i));
            check(expiresAt == clock + 30 days, "term");
            (, uint40 since,) = registry.placeOf(nullifierOf(i));
            check(since == (i == 1 ? START : clock), "since");
            check(registry.proofCount(nullifierOf(i)) == (i == 1 ? 2 : 1), "count");
            checkVerified(accountOf(i));
        }
    }

    function test_an_empty_batch_and_one_too_large() public {
        Entry[] memory entries = new Entry[](0);
        expectError(IProviderRegistry.BatchSize.selector);
        registry.registerBatch(entries, ISSUER, issuedAt);
        entries = batch(129);
        expectError(IProviderRegistry.BatchSize.selector);
        registry.registerBatch(entries, ISSUER, issuedAt);
        entries = batch(128);
        registry.registerBatch(entries, ISSUER, issuedAt);
        checkVerified(accountOf(127));
    }

    function test_one_false_proof_registers_nothing() public {
        Entry[] memory entries = batch(4);
        entries[2].claim.account = BOB;
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.registerBatch(entries, ISSUER, issuedAt);
        for (uint256 i = 0; i < 4; ++i) {
            checkNotVerified(accountOf(i));
            check(registry.proofCount(nullifierOf(i)) == 0, "count");
        }
    }

    function test_a_malformed_entry_is_named_by_the_callers_index() public {
        register(nullifierOf(0), accountOf(0));
        Entry[] memory entries = batch(5);
        entries[3].claim.proof[0] = verifier.NO_POINT();
        // Entry 0 is stale and never reaches the verifier, so that counts one less.
        vm.expectRevert(abi.encodeWithSelector(IPresentVerifier.MalformedEntry.selector, 3));
        registry.registerBatch(entries, ISSUER, issuedAt);
    }

    function test_a_nullifier_twice_in_one_batch() public {
        Entry[] memory entries = batch(2);
        entries[1] = Entry(proved(nullifierOf(0), BOB), 0);
        expectSkipped(1, Refusal.Stale);
        registry.registerBatch(entries, ISSUER, issuedAt);
        checkVerified(accountOf(0));
        checkNotVerified(BOB);
        check(registry.proofCount(nullifierOf(0)) == 1, "once");
    }

    function test_an_account_twice_in_one_batch() public {
        Entry[] memory entries = batch(2);
        entries[1] = Entry(proved(nullifierOf(1), accountOf(0)), 0);
        expectSkipped(1, Refusal.AccountOccupied);
        registry.registerBatch(entries, ISSUER, issuedAt);
        (uint200 place,,,) = registry.registrationOf(accountOf(0));
        check(place == uint200(nullifierOf(0)), "the first");
    }

    function test_an_entry_submitted_before_its_batch() public {
        Entry[] memory entries = batch(3);
        registry.register(entries[1].claim, ISSUER, issuedAt);
        expectSkipped(1, Refusal.Stale);
        registry.registerBatch(entries, ISSUER, issuedAt);
        for (uint256 i = 0; i < 3; ++i) {
            checkVerified(accountOf(i));
            check(registry.proofCount(nullifierOf(i)) == 1, "once each");
        }
    }

    function test_what_takes_no_place_is_skipped_with_its_reason() public {
        Entry[] memory entries = batch(7);
        register(OTHER, accountOf(1));
        register(nullifierOf(2), BOB);
        byOwner(abi.encodeCall(IProviderRegistry.ban, (nullifierOf(3), uint24(clock / 1 days + 2))));
        entries[2].nonce = 1;
        entries[4].claim.today = packed(clock / 1 days + 1);
        entries[5] = Entry(proved(nullifierOf(5), address(0)), 0);
        expectSkipped(1, Refusal.AccountOccupied);
        expectSkipped(2, Refusal.Registered);
        expectSkipped(3, Refusal.Banned);
        expectSkipped(4, Refusal.Day);
        expectSkipped(5, Refusal.NoAccount);
        registry.registerBatch(entries, ISSUER, issuedAt);
        checkVerified(accountOf(0));
        checkVerified(accountOf(6));
        for (uint256 i = 1; i < 6; ++i) {
            (uint200 place,,,) = registry.registrationOf(accountOf(i));
            check(place != uint200(nullifierOf(i)), "skipped");
        }
    }

    function test_a_cooling_place_is_skipped() public {
        register(nullifierOf(0), BOB);
        vm.prank(BOB);
        registry.revokeRegistration();
        Entry[] memory entries = batch(2);
        entries[0].nonce = 2;
        expectSkipped(0, Refusal.CoolingDown);
        registry.registerBatch(entries, ISSUER, issuedAt);
        checkVerified(accountOf(1));
    }

    function test_a_batch_of_which_nothing_is_left() public {
        Entry[] memory entries = batch(2);
        registry.registerBatch(entries, ISSUER, issuedAt);
        expectError(IProviderRegistry.NothingRegistered.selector);
        registry.registerBatch(entries, ISSUER, issuedAt);
    }

    function test_a_batch_under_another_root_or_issuer() public {
        Entry[] memory entries = batch(2);
        expectError(IProviderRegistry.RootUnknown.selector);
        registry.registerBatch(entries, ISSUER, issuedAt - 1);
        expectError(IProviderRegistry.IssuerUntrusted.selector);
        registry.registerBatch(entries, 1, issuedAt);
    }

    /// Whoever relays may be a provider too, and reads no entry: sending a batch is no call for an own account.
    function test_a_strangers_entry_does_not_displace_the_relayer() public {
        register(nullifierOf(9), ALICE);
        Entry[] memory entries = batch(2);
        entries[1] = Entry(proved(nullifierOf(8), ALICE), 0);
        expectSkipped(1, Refusal.AccountOccupied);
        vm.prank(ALICE);
        registry.registerBatch(entries, ISSUER, issuedAt);
        (uint200 place,,,) = registry.registrationOf(ALICE);
        check(place == uint200(nullifierOf(9)), "its own");
        // Nor behind the relayer's own renewal.
        entries = new Entry[](2);
        entries[0] = Entry(proved(nullifierOf(9), ALICE), 1);
        entries[1] = Entry(proved(nullifierOf(8), ALICE), 0);
        expectSkipped(1, Refusal.AccountOccupied);
        vm.prank(ALICE);
        registry.registerBatch(entries, ISSUER, issuedAt);
        (place,,,) = registry.registrationOf(ALICE);
        check(place == uint200(nullifierOf(9)), "its own still");
    }
}
