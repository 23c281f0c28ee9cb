// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim} from "../../solidity/IPresentVerifier.sol";
import {Cause, IProviderRegistry, Refusal, Settings} from "../../solidity/IProviderRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// The life of a place: registered, renewed, moved, revoked, banned, lapsed.
contract RegistryPlacesTest is RegistryFixture {
    function test_a_registration_stands_for_its_term() public {
        Claim memory claim = proved(HUMAN, ALICE);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Registered(HUMAN, ALICE, uint40(START + 30 days), 0, 0);
        registry.register(claim, ISSUER, issuedAt);
        checkVerified(ALICE);
        (uint200 place, uint40 expiresAt, uint8 issuer, uint8 key) = registry.registrationOf(ALICE);
        check(place == uint200(HUMAN) && expiresAt == START + 30 days && issuer == 0 && key == 0, "stored");
        (address account, uint40 since, uint24 banned) = registry.placeOf(HUMAN);
        check(account == ALICE && since == START && banned == 0 && registry.proofCount(HUMAN) == 1, "place");

        pass(30 days - 1);
        checkVerified(ALICE);
        pass(1);
        checkNotVerified(ALICE);
    }

    function test_a_registration_ends_with_the_epoch() public {
        registry = deploy(uint40(START + 10 days));
        post(ROOT, START - 1 hours);
        register(HUMAN, ALICE);
        (, uint40 expiresAt,,) = registry.registrationOf(ALICE);
        check(expiresAt == START + 10 days, "the epoch's end");
        pass(10 days - 1);
        checkVerified(ALICE);
        postNow();
        Claim memory claim = proved(OTHER, BOB);
        pass(1);
        checkNotVerified(ALICE);
        expectError(IProviderRegistry.EpochOver.selector);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_a_nullifier_reused_by_another_account() public {
        register(HUMAN, ALICE);
        pass(3 days);
        postNow();
        Claim memory claim = proved(HUMAN, BOB);
        expectRefused(Refusal.Registered);
        registry.register(claim, ISSUER, issuedAt);
        expectRefused(Refusal.OtherAccount);
        registry.renew(claim, ISSUER, issuedAt);
    }

    function test_a_proof_registered_twice() public {
        Claim memory claim = proved(HUMAN, ALICE);
        registry.register(claim, ISSUER, issuedAt);
        // Any other proof of the same inputs is the same to the registry.
        claim.proof[0] = 1;
        expectRefused(Refusal.Registered);
        registry.register(claim, ISSUER, issuedAt);
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.renew(claim, ISSUER, issuedAt);
    }

    function test_of_two_proofs_made_at_once_the_second_is_stale() public {
        register(HUMAN, ALICE);
        Claim memory first = proved(HUMAN, ALICE);
        Claim memory second = proved(HUMAN, ALICE);
        registry.renew(first, ISSUER, issuedAt);
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.renew(second, ISSUER, issuedAt);
    }

    function test_a_false_proof_leaves_nothing() public {
        Claim memory claim = proved(HUMAN, ALICE);
        claim.today = packed(clock / 1 days - 1);
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(claim, ISSUER, issuedAt);
        check(registry.proofCount(HUMAN) == 0, "count");
        checkNotVerified(ALICE);
    }

    function test_the_account_of_a_proof_cannot_be_exchanged() public {
        Claim memory claim = proved(HUMAN, ALICE);
        claim.account = BOB;
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_the_address_0_is_nobody() public {
        Claim memory claim = proved(HUMAN, address(0));
        expectRefused(Refusal.NoAccount);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_today_is_today_or_yesterday() public {
        uint256 day = clock / 1 days;
        Claim memory claim = provedFor(HUMAN, ALICE, 0, day + 1);
        expectRefused(Refusal.Day);
        registry.register(claim, ISSUER, issuedAt);
        claim = provedFor(HUMAN, ALICE, 0, day - 2);
        expectRefused(Refusal.Day);
        registry.register(claim, ISSUER, issuedAt);
        claim = provedFor(HUMAN, ALICE, 0, day - 1);
        registry.register(claim, ISSUER, issuedAt);
        checkVerified(ALICE);
    }

    function test_a_day_that_does_not_belong_to_its_date() public {
        uint256 day = clock / 1 days;
        uint256[5] memory inputs = [ROOT, ISSUER_ID, defaults().policy, 0, SCOPE];
        // Another date beside today, another day beside the date, and one bit beyond both.
        uint256[4] memory lies = [packed(day) + 1, packed(day) - 1, day << 25 | 20260101, packed(day) | 1 << 41];
        for (uint256 i = 0; i < lies.length; ++i) {
            verifier.list(inputs, HUMAN, bindingOf(ALICE, 0), lies[i]);
            Claim memory claim = Claim(proved(HUMAN, ALICE).proof, HUMAN, ALICE, lies[i]);
            expectRefused(Refusal.Day);
            registry.register(claim, ISSUER, issuedAt);
        }
    }

    function test_renewal_keeps_the_cool_down_and_extends_the_term() public {
        register(HUMAN, ALICE);
        pass(20 days);
        postNow();
        renew(HUMAN, ALICE);
        (, uint40 since,) = registry.placeOf(HUMAN);
        (, uint40 expiresAt,,) = registry.registrationOf(ALICE);
        check(since == START && expiresAt == START + 50 days && registry.proofCount(HUMAN) == 2, "renewed");
        move(HUMAN, BOB);
        checkVerified(BOB);
    }

    function test_what_has_no_live_registration_is_neither_renewed_nor_moved() public {
        Claim memory claim = proved(HUMAN, ALICE);
        expectRefused(Refusal.NotRegistered);
        registry.renew(claim, ISSUER, issuedAt);
        expectRefused(Refusal.NotRegistered);
        registry.move(claim, ISSUER, issuedAt);
        registry.register(claim, ISSUER, issuedAt);
        pass(30 days);
        postNow();
        claim = proved(HUMAN, ALICE);
        expectRefused(Refusal.NotRegistered);
        registry.renew(claim, ISSUER, issuedAt);
        expectRefused(Refusal.NotRegistered);
        registry.move(claim, ISSUER, issuedAt);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_a_move_ends_the_old_account() public {
        register(HUMAN, ALICE);
        pass(48 hours);
        Claim memory claim = proved(HUMAN, BOB);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Ended(uint200(HUMAN), ALICE, Cause.Moved);
        registry.move(claim, ISSUER, issuedAt);
        checkVerified(BOB);
        checkNotVerified(ALICE);
        claim = proved(HUMAN, BOB);
        expectRefused(Refusal.OtherAccount);
        registry.move(claim, ISSUER, issuedAt);
    }

    function test_a_move_waits_for_the_cool_down() public {
        register(HUMAN, ALICE);
        pass(48 hours - 1);
        Claim memory claim = proved(HUMAN, BOB);
        expectRefused(Refusal.CoolingDown);
        registry.move(claim, ISSUER, issuedAt);
        pass(1);
        registry.move(claim, ISSUER, issuedAt);
        // It runs from the last move, too.
        postNow();
        claim = proved(HUMAN, ALICE);
        expectRefused(Refusal.CoolingDown);
        registry.move(claim, ISSUER, issuedAt);
    }

    function test_a_proof_replayed_after_a_move() public {
        Claim memory first = proved(HUMAN, ALICE);
        registry.register(first, ISSUER, issuedAt);
        pass(48 hours);
        move(HUMAN, BOB);
        first.today = packed(clock / 1 days);
        verifier.list([ROOT, ISSUER_ID, defaults().policy, 0, SCOPE], HUMAN, bindingOf(ALICE, 0), first.today);
        pass(20 hours);
        expectRefused(Refusal.Registered);
        registry.register(first, ISSUER, issuedAt);
        vm.prank(BOB);
        registry.revokeRegistration();
        pass(29 hours);
        post(ROOT, clock);
        first.today = packed(clock / 1 days);
        verifier.list([ROOT, ISSUER_ID, defaults().policy, 0, SCOPE], HUMAN, bindingOf(ALICE, 0), first.today);
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(first, ISSUER, issuedAt);
    }

    function test_a_proof_replayed_after_revocation() public {
        register(HUMAN, ALICE);
        Claim memory renewal = proved(HUMAN, ALICE);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Ended(uint200(HUMAN), ALICE, Cause.Revoked);
        vm.prank(ALICE);
        registry.revokeRegistration();
        checkNotVerified(ALICE);
        check(registry.proofCount(HUMAN) == 2, "raised");
        // It was made before the revocation, for the count of then.
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(renewal, ISSUER, issuedAt);
        register(HUMAN, ALICE);
    }

    function test_only_a_live_registration_is_revoked_and_only_by_its_account() public {
        expectRefused(Refusal.NotRegistered);
        vm.prank(BOB);
        registry.revokeRegistration();
        register(HUMAN, ALICE);
        pass(48 hours);
        move(HUMAN, BOB);
        // The old account has no say over the place any more.
        expectRefused(Refusal.NotRegistered);
        vm.prank(ALICE);
        registry.revokeRegistration();
        check(registry.proofCount(HUMAN) == 2, "count");
    }

    function test_revocation_and_a_lapse_are_no_way_around_the_cool_down() public {
        register(HUMAN, ALICE);
        vm.prank(ALICE);
        registry.revokeRegistration();
        Claim memory claim = proved(HUMAN, BOB);
        expectRefused(Refusal.CoolingDown);
        registry.register(claim, ISSUER, issuedAt);
        pass(48 hours);
        claim = proved(HUMAN, BOB);
        registry.register(claim, ISSUER, issuedAt);

        // A cool-down that grew longer than the time to the lapse.
        Settings memory next = defaults();
        next.coolDownHours = 30 * 24;
        change(next);
        pass(30 days - 1);
        postNow();
        claim = proved(HUMAN, ALICE);
        expectRefused(Refusal.CoolingDown);
        registry.move(claim, ISSUER, issuedAt);
    }

    function test_a_ban_ends_and_bars_until_its_day() public {
        register(HUMAN, ALICE);
        uint24 today = uint24(clock / 1 days);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Banned(HUMAN, today + 10);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Ended(uint200(HUMAN), ALICE, Cause.Banned);
        byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, today + 10)));
        checkNotVerified(ALICE);

        warpTo((uint256(today) + 10) * 1 days - 1);
        postNow();
        Claim memory claim = proved(HUMAN, ALICE);
        expectRefused(Refusal.Banned);
        registry.register(claim, ISSUER, issuedAt);
        pass(1);
        registry.register(claim, ISSUER, issuedAt);
        (,, uint24 banned) = registry.placeOf(HUMAN);
        check(banned == today + 10, "kept, and over");
    }

    function test_a_ban_outlives_revocation_and_registration_anew() public {
        register(HUMAN, ALICE);
        vm.prank(ALICE);
        registry.revokeRegistration();
        uint24 today = uint24(clock / 1 days);
        byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, today + 1)));
        pass(1 days);
        register(HUMAN, ALICE);
        byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, today + 5)));
        pass(1 days);
        Claim memory claim = proved(HUMAN, ALICE);
        expectRefused(Refusal.Banned);
        registry.register(claim, ISSUER, issuedAt);
        check(registry.proofCount(HUMAN) == 3, "a ban resets no count");
    }

    function test_a_ban_is_bounded_and_only_extended() public {
        uint24 today = uint24(clock / 1 days);
        uint24[3] memory wrong = [today, today + 31, type(uint24).max];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectError(IProviderRegistry.BanInvalid.selector);
            byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, wrong[i])));
        }
        byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, today + 20)));
        expectError(IProviderRegistry.BanInvalid.selector);
        byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, today + 20)));
        byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, today + 30)));
    }

    function test_a_ban_leaves_the_next_owner_of_the_account_alone() public {
        register(HUMAN, ALICE);
        Claim memory claim = proved(OTHER, ALICE);
        vm.prank(ALICE);
        registry.register(claim, ISSUER, issuedAt);
        // HUMAN had ALICE last, but OTHER has it now.
        byOwner(abi.encodeCall(IProviderRegistry.ban, (HUMAN, uint24(clock / 1 days + 5))));
        checkVerified(ALICE);
    }

    function test_on_another_chain_the_registry_admits_nobody() public {
        Claim memory claim = proved(HUMAN, ALICE);
        vm.chainId(31_338);
        expectError(IProviderRegistry.ChainIdChanged.selector);
        registry.register(claim, ISSUER, issuedAt);
    }

    function testFuzz_of_a_nullifier_only_low_bits_name_the_place(uint256 nullifier, address account) public {
        vm.assume(account != address(0));
        register(nullifier, account);
        (uint200 place,,,) = registry.registrationOf(account);
        check(place == uint200(nullifier), "low 200 bits");
        checkVerified(account);
        check(registry.proofCount(nullifier ^ 1 << 199) == 0, "another place");
    }
}
