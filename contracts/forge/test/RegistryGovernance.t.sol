// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Claim, IPresentVerifier} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Issuer, Refusal, Settings} from "../../solidity/IProviderRegistry.sol";
import {ListedProofs} from "./ListedProofs.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// The owner: distrust at once, admission after the delay, and nothing else.
contract RegistryGovernanceTest is RegistryFixture {
    function admitting(uint256 id) private pure returns (bytes memory) {
        return abi.encodeCall(IProviderRegistry.admitIssuer, (Issuer(id, BOB)));
    }

    function admittingKey(IPresentVerifier next) private view returns (bytes memory) {
        return abi.encodeCall(IProviderRegistry.admitKey, (next, address(next).codehash));
    }

    /// Whether the call goes through now, without a trace.
    function passes(bytes memory call) private returns (bool done) {
        uint256 state = vm.snapshotState();
        vm.prank(OWNER);
        (done,) = address(registry).call(call);
        vm.revertToState(state);
    }

    // Distrust.

    function test_a_registration_does_not_survive_its_issuers_distrust() public {
        register(HUMAN, ALICE);
        afterDelay(admitting(9));
        checkVerified(ALICE);
        Claim memory claim = proved(OTHER, BOB);
        byOwner(abi.encodeCall(IProviderRegistry.distrustIssuer, (ISSUER)));
        checkNotVerified(ALICE);
        expectError(IProviderRegistry.IssuerUntrusted.selector);
        registry.register(claim, ISSUER, issuedAt);
        bytes memory signature = signed(SIGNER_KEY, rootDigest(ISSUER_ID, ROOT, clock));
        expectError(IProviderRegistry.IssuerUntrusted.selector);
        registry.postRoot(ISSUER, ROOT, uint64(clock), 0, signature);
        expectError(IProviderRegistry.IssuerUntrusted.selector);
        byOwner(abi.encodeCall(IProviderRegistry.distrustIssuer, (ISSUER)));
    }

    function test_an_issuer_admitted_again_revives_nothing() public {
        register(HUMAN, ALICE);
        byOwner(abi.encodeCall(IProviderRegistry.distrustIssuer, (ISSUER)));
        afterDelay(abi.encodeCall(IProviderRegistry.admitIssuer, (Issuer(ISSUER_ID, vm.addr(SIGNER_KEY)))));
        checkNotVerified(ALICE);
        check(!registry.issuerTrusted(0) && registry.issuerTrusted(1), "a new index");
        bytes memory signature = signed(SIGNER_KEY, rootDigest(ISSUER_ID, ROOT, clock));
        registry.postRoot(1, ROOT, uint64(clock), 0, signature);
        // What is distrusted blocks neither its account nor its place.
        Claim memory claim = proved(HUMAN, ALICE);
        verifier.list([ROOT, ISSUER_ID, defaults().policy, 0, SCOPE], HUMAN, bindingOf(ALICE, 1), claim.today);
        expectRefused(Refusal.NotRegistered);
        registry.renew(claim, 1, uint40(clock));
        registry.register(claim, 1, uint40(clock));
        checkVerified(ALICE);
    }

    function test_what_is_distrusted_occupies_nothing() public {
        register(OTHER, ALICE);
        byOwner(abi.encodeCall(IProviderRegistry.distrustIssuer, (ISSUER)));
        expectRefused(Refusal.NotRegistered);
        vm.prank(ALICE);
        registry.revokeRegistration();
        afterDelay(abi.encodeCall(IProviderRegistry.admitIssuer, (Issuer(ISSUER_ID, vm.addr(SIGNER_KEY)))));
        bytes memory signature = signed(SIGNER_KEY, rootDigest(ISSUER_ID, ROOT, clock));
        registry.postRoot(1, ROOT, uint64(clock), 0, signature);
        Claim memory claim = proved(HUMAN, ALICE);
        registry.register(claim, 1, uint40(clock));
        (uint200 place,,,) = registry.registrationOf(ALICE);
        check(place == uint200(HUMAN), "taken");
    }

    function test_an_old_keys_registrations_live_until_it_is_distrusted() public {
        register(HUMAN, ALICE);
        afterDelay(admittingKey(new ListedProofs("second key")));
        checkVerified(ALICE);
        register(OTHER, BOB);
        byOwner(abi.encodeCall(IProviderRegistry.distrustKey, (0)));
        checkNotVerified(ALICE);
        checkVerified(BOB);
        check(!registry.keyTrusted(0) && registry.keyTrusted(1), "one of two");
        // A renewal is under the new key.
        register(HUMAN, ALICE);
        checkVerified(ALICE);
    }

    function test_distrust_of_the_newest_key_halts_registration() public {
        Claim memory claim = proved(HUMAN, ALICE);
        byOwner(abi.encodeCall(IProviderRegistry.distrustKey, (0)));
        expectError(IProviderRegistry.KeyUntrusted.selector);
        registry.register(claim, ISSUER, issuedAt);
        expectError(IProviderRegistry.KeyUntrusted.selector);
        registry.refreshRoot(ISSUER);
        expectError(IProviderRegistry.KeyUntrusted.selector);
        byOwner(abi.encodeCall(IProviderRegistry.distrustKey, (0)));
        // Tightening goes on meanwhile.
        Settings memory next = defaults();
        next.policy = policyOf(21, 2, 34);
        change(next);
        afterDelay(admittingKey(new ListedProofs("second key")));
        register(HUMAN, ALICE);
        checkVerified(ALICE);
    }

    // The timelock.

    function test_nothing_that_admits_acts_before_the_delay() public {
        Settings memory looser = defaults();
        looser.termDays = 31;
        looser.policy = policyOf(18, 2, 35);
        bytes[3] memory calls = [
            admitting(9),
            admittingKey(new ListedProofs("second key")),
            abi.encodeCall(IProviderRegistry.change, (looser))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 start = clock;
            expectError(IProviderRegistry.NotAnnounced.selector);
            byOwner(calls[i]);
            byOwner(abi.encodeCall(IProviderRegistry.announce, (calls[i])));
            uint40 ready = registry.readyAt(keccak256(calls[i]));
            check(ready == start + DELAY, "ready");
            warpTo(ready - 1);
            vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.TooEarly.selector, ready));
            byOwner(calls[i]);
            warpTo(ready);
            check(passes(calls[i]), "in time");
            warpTo(ready + 14 days - 1);
            check(passes(calls[i]), "in time still");
            warpTo(ready + 14 days);
            expectError(IProviderRegistry.NotAnnounced.selector);
            byOwner(calls[i]);
        }
    }

    function test_an_announcement_is_for_one_call_once() public {
        byOwner(abi.encodeCall(IProviderRegistry.announce, (admitting(9))));
        pass(DELAY);
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(admitting(10));
        // The same arguments with a byte more are another call.
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(abi.encodePacked(admitting(9), hex"00"));
        byOwner(admitting(9));
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(admitting(9));
    }

    function test_an_announcement_for_another_function_helps_nothing() public {
        bytes memory admission = admitting(9);
        bytes memory disguised = abi.encodeWithSelector(IProviderRegistry.withdraw.selector, Issuer(9, BOB));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (disguised)));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (abi.encodeCall(IProviderRegistry.announce, (admission)))));
        pass(DELAY);
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(admission);
    }

    function test_announced_again_a_call_waits_again() public {
        bytes memory call = admitting(9);
        byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        pass(DELAY);
        byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.TooEarly.selector, uint40(clock + DELAY)));
        byOwner(call);
    }

    function test_a_withdrawn_call() public {
        bytes memory call = admitting(9);
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(abi.encodeCall(IProviderRegistry.withdraw, (keccak256(call))));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        pass(DELAY);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Withdrawn(keccak256(call));
        byOwner(abi.encodeCall(IProviderRegistry.withdraw, (keccak256(call))));
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(call);
    }

    function test_a_stranger_is_no_owner() public {
        bytes[8] memory calls = [
            abi.encodeCall(IProviderRegistry.distrustIssuer, (ISSUER)),
            abi.encodeCall(IProviderRegistry.distrustKey, (0)),
            abi.encodeCall(IProviderRegistry.ban, (HUMAN, uint24(clock / 1 days + 1))),
            abi.encodeCall(IProviderRegistry.announce, (admitting(9))),
            abi.encodeCall(IProviderRegistry.withdraw, (0)),
            abi.encodeCall(IProviderRegistry.change, (defaults())),
            admitting(9),
            admittingKey(verifier)
        ];
        byOwner(abi.encodeCall(IProviderRegistry.announce, (admitting(9))));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (admittingKey(verifier))));
        pass(DELAY);
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, BOB));
            vm.prank(BOB);
            (bool done,) = address(registry).call(calls[i]);
            check(done, "expected to revert");
        }
    }

    function test_the_owner_hands_over_in_two_steps_and_never_leaves() public {
        vm.prank(OWNER);
        registry.transferOwnership(BOB);
        check(registry.owner() == OWNER, "not yet");
        expectError(IProviderRegistry.RenouncingRefused.selector);
        vm.prank(OWNER);
        registry.renounceOwnership();
        vm.prank(BOB);
        registry.acceptOwnership();
        check(registry.owner() == BOB, "handed over");
    }

    function test_a_key_whose_code_is_not_what_was_announced() public {
        // Announced while nothing was there: the code hash names what must come.
        address place = address(0xc0de);
        bytes memory code = address(new ListedProofs("second key")).code;
        bytes memory call = abi.encodeCall(IProviderRegistry.admitKey, (IPresentVerifier(place), keccak256(code)));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        pass(DELAY);
        vm.etch(place, address(new ListedProofs("a key that admits its maker")).code);
        expectError(IProviderRegistry.CodeMismatch.selector);
        byOwner(call);
        vm.etch(place, code);
        byOwner(call);
        check(address(registry.verifier()) == place, "admitted");
    }

    function test_indices_are_used_up() public {
        for (uint256 i = 1; i < 32; ++i) {
            if (i % 10 == 0) byOwner(abi.encodeCall(IProviderRegistry.distrustIssuer, (uint8(i - 1))));
            afterDelay(admitting(100 + i));
        }
        check(registry.issuers().length == 32 && registry.issuerTrusted(31) && !registry.issuerTrusted(9), "32");
        byOwner(abi.encodeCall(IProviderRegistry.announce, (admitting(200))));
        pass(DELAY);
        expectError(IProviderRegistry.Full.selector);
        byOwner(admitting(200));
        for (uint256 i = 1; i < 8; ++i) {
            afterDelay(admittingKey(new ListedProofs(bytes32(i))));
        }
        check(registry.keyTrusted(7) && !registry.keyTrusted(8), "8");
        bytes memory ninth = admittingKey(new ListedProofs("ninth"));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (ninth)));
        pass(DELAY);
        expectError(IProviderRegistry.Full.selector);
        byOwner(ninth);
    }
}
