// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim, IPresentVerifier} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Issuer, Settings} from "../../solidity/IProviderRegistry.sol";
import {ListedProofs} from "./ListedProofs.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// Status roots: who posts them, which count, and that no cached point outlives what it was made of.
contract RegistryRootsTest is RegistryFixture {
    uint256 private constant OTHER_SIGNER = 0x05e;
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function postSigned(uint256 key, uint256 id, uint256 time) private returns (bool done) {
        bytes memory signature = signed(key, rootDigest(id, ROOT, time));
        (done,) = address(registry)
            .call(abi.encodeCall(IProviderRegistry.postRoot, (ISSUER, ROOT, uint64(time), 0, signature)));
    }

    function test_a_root_with_an_older_or_equal_issue_time() public {
        bytes memory signature = signed(SIGNER_KEY, rootDigest(ISSUER_ID, ROOT, issuedAt - 1));
        expectError(IProviderRegistry.RootNotNewer.selector);
        registry.postRoot(ISSUER, ROOT, issuedAt - 1, 0, signature);
        // Another root of the same second would meet the cached point of the first.
        signature = signed(SIGNER_KEY, rootDigest(ISSUER_ID, ROOT + 1, issuedAt));
        expectError(IProviderRegistry.RootNotNewer.selector);
        registry.postRoot(ISSUER, ROOT + 1, issuedAt, 0, signature);
    }

    function test_a_root_of_the_future() public {
        uint64[3] memory times = [uint64(clock) + 1, uint64(clock) + (1 << 40), type(uint64).max];
        for (uint256 i = 0; i < times.length; ++i) {
            bytes memory signature = signed(SIGNER_KEY, rootDigest(ISSUER_ID, ROOT, times[i]));
            expectError(IProviderRegistry.RootNotNewer.selector);
            registry.postRoot(ISSUER, ROOT, times[i], 0, signature);
        }
    }

    function test_a_root_signed_by_nobody_or_by_somebody_else() public {
        bytes memory right = signed(SIGNER_KEY, rootDigest(ISSUER_ID, ROOT, clock));
        bytes memory highS = new bytes(65);
        bytes memory compact = new bytes(64);
        for (uint256 i = 0; i < 65; ++i) {
            highS[i] = right[i];
            if (i < 64) compact[i] = right[i];
        }
        // The second signature of the same key over the same digest.
        uint256 s;
        assembly ("memory-safe") {
            s := sub(CURVE_ORDER, mload(add(right, 0x40)))
            mstore(add(highS, 0x40), s)
        }
        highS[64] = right[64] == 0x1b ? bytes1(0x1c) : bytes1(0x1b);
        bytes[6] memory wrong = [
            bytes(""),
            new bytes(65),
            compact,
            highS,
            signed(OTHER_SIGNER, rootDigest(ISSUER_ID, ROOT, clock)),
            signed(SIGNER_KEY, rootDigest(ISSUER_ID + 1, ROOT, clock))
        ];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectError(IProviderRegistry.RootSignature.selector);
            registry.postRoot(ISSUER, ROOT, uint64(clock), 0, wrong[i]);
        }
        expectError(IProviderRegistry.RootSignature.selector);
        registry.postRoot(ISSUER, ROOT, uint64(clock), bytes32(uint256(1)), right);
        registry.postRoot(ISSUER, ROOT, uint64(clock), 0, right);
    }

    function test_a_root_signer_speaks_for_its_own_issuer_only() public {
        Issuer memory second = Issuer(0x2d155, vm.addr(OTHER_SIGNER));
        afterDelay(abi.encodeCall(IProviderRegistry.admitIssuer, (second)));
        check(!postSigned(OTHER_SIGNER, ISSUER_ID, clock), "the first issuer's id under the second's key");
        check(!postSigned(OTHER_SIGNER, second.id, clock), "the second issuer's root in the first's name");
        bytes memory own = signed(OTHER_SIGNER, rootDigest(second.id, ROOT, clock));
        registry.postRoot(1, ROOT, uint64(clock), 0, own);
        // A proof under the first issuer's root is none under the second's, of the same root and moment.
        postNow();
        Claim memory claim = proved(HUMAN, ALICE);
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(claim, 1, uint40(clock));
        registry.register(claim, 0, uint40(clock));
    }

    function test_a_root_counts_within_the_window() public {
        pass(71 hours);
        register(HUMAN, ALICE);
        Claim memory claim = proved(OTHER, BOB);
        pass(1);
        expectError(IProviderRegistry.RootOutsideWindow.selector);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_a_root_outside_the_window_is_neither_posted_nor_refreshed() public {
        pass(73 hours);
        check(!postSigned(SIGNER_KEY, ISSUER_ID, clock - 72 hours - 1), "posted");
        expectError(IProviderRegistry.RootOutsideWindow.selector);
        registry.refreshRoot(ISSUER);
        check(postSigned(SIGNER_KEY, ISSUER_ID, clock - 72 hours), "at the edge");
    }

    /// The credential is revoked in the second root. The proof that its owner kept is under the first.
    function test_a_revoked_credential_under_an_old_root() public {
        Claim memory kept = proved(HUMAN, ALICE);
        uint40 before = issuedAt;
        postNow();
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(kept, ISSUER, issuedAt);
        // The window is what a revocation takes at most.
        registry.register(kept, ISSUER, before);

        pass(71 hours + 1);
        uint256 day = clock / 1 days;
        verifier.list([ROOT, ISSUER_ID, defaults().policy, 0, SCOPE], OTHER, bindingOf(BOB, 0), packed(day));
        Claim memory late = Claim(kept.proof, OTHER, BOB, packed(day));
        expectError(IProviderRegistry.RootOutsideWindow.selector);
        registry.register(late, ISSUER, before);
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(late, ISSUER, issuedAt);
    }

    function test_a_root_that_was_never_posted() public {
        Claim memory claim = proved(HUMAN, ALICE);
        uint40[3] memory times = [issuedAt - 1, issuedAt + 1, type(uint40).max];
        for (uint256 i = 0; i < times.length; ++i) {
            expectError(IProviderRegistry.RootUnknown.selector);
            registry.register(claim, ISSUER, times[i]);
        }
        expectError(IProviderRegistry.RootOutsideWindow.selector);
        registry.register(claim, ISSUER, 0);
    }

    function test_an_issuer_that_was_never_admitted() public {
        Claim memory claim = proved(HUMAN, ALICE);
        // Beyond the list, beyond the bitmap, and where other parts of the word have bits.
        uint8[5] memory indices = [1, 31, 32, 40, 255];
        for (uint256 i = 0; i < indices.length; ++i) {
            expectError(IProviderRegistry.IssuerUntrusted.selector);
            registry.register(claim, indices[i], issuedAt);
            expectError(IProviderRegistry.IssuerUntrusted.selector);
            registry.postRoot(indices[i], ROOT, uint64(clock), 0, "");
            expectError(IProviderRegistry.IssuerUntrusted.selector);
            registry.refreshRoot(indices[i]);
        }
    }

    // A stale cache: each member of a cached point changes, and the point that was made before is not found.

    function test_no_point_outlives_its_policy_or_mask() public {
        Settings memory older = defaults();
        older.policy = policyOf(21, 2, 34);
        Settings memory excluding = defaults();
        excluding.policy = older.policy;
        excluding.excluded = 1 << 252;
        Settings[2] memory steps = [older, excluding];
        for (uint256 i = 0; i < steps.length; ++i) {
            Claim memory before = proved(HUMAN, ALICE);
            change(steps[i]);
            expectError(IProviderRegistry.ProofInvalid.selector);
            registry.register(before, ISSUER, issuedAt);
            // Cached anew by the change itself: a proof for what is demanded now goes through.
            Claim memory now_ = proved(uint256(keccak256(abi.encode(i))) >> 8, address(uint160(i + 1)));
            registry.register(now_, ISSUER, issuedAt);
        }
    }

    function test_no_point_outlives_its_verifying_key() public {
        Claim memory before = proved(HUMAN, ALICE);
        ListedProofs next = new ListedProofs("second key");
        // Were the old point asked for, this one would hold.
        next.list([ROOT, ISSUER_ID, defaults().policy, 0, SCOPE], HUMAN, bindingOf(ALICE, 0), before.today);
        afterDelay(abi.encodeCall(IProviderRegistry.admitKey, (next, address(next).codehash)));
        before.today = packed(clock / 1 days);
        verifier.list([ROOT, ISSUER_ID, defaults().policy, 0, SCOPE], HUMAN, bindingOf(ALICE, 0), before.today);
        expectError(IProviderRegistry.ProofInvalid.selector);
        registry.register(before, ISSUER, issuedAt);
        register(HUMAN, ALICE);
        (,,, uint8 key) = registry.registrationOf(ALICE);
        check(key == 1, "the new key");
    }

    function test_of_older_roots_no_point_is_left_after_a_change() public {
        Claim memory claim = proved(HUMAN, ALICE);
        uint40 before = issuedAt;
        postNow();
        Settings memory next = defaults();
        next.policy = policyOf(21, 2, 34);
        change(next);
        expectError(IProviderRegistry.RootUnknown.selector);
        registry.register(claim, ISSUER, before);
    }

    function test_of_older_roots_no_point_is_left_after_a_new_key() public {
        uint40 before = issuedAt;
        postNow();
        ListedProofs next = new ListedProofs("second key");
        afterDelay(abi.encodeCall(IProviderRegistry.admitKey, (next, address(next).codehash)));
        Claim memory claim = proved(HUMAN, ALICE);
        // Within the window still, but its point was made by the old key.
        expectError(IProviderRegistry.RootUnknown.selector);
        registry.register(claim, ISSUER, before);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_a_change_back_finds_no_point_of_before() public {
        Claim memory before = proved(HUMAN, ALICE);
        before.today = packed((clock + DELAY) / 1 days);
        verifier.list([ROOT, ISSUER_ID, defaults().policy, 0, SCOPE], HUMAN, bindingOf(ALICE, 0), before.today);
        Settings memory older = defaults();
        older.policy = policyOf(21, 2, 34);
        uint40 first = issuedAt;
        change(older);
        postNow();
        afterDelay(abi.encodeCall(IProviderRegistry.change, (defaults())));
        // The policy is what it was, but the version is not: only the newest root was cached again.
        expectError(IProviderRegistry.RootUnknown.selector);
        registry.register(before, ISSUER, first);
    }

    function test_anybody_refreshes_and_nothing_changes() public {
        vm.prank(BOB);
        registry.refreshRoot(ISSUER);
        register(HUMAN, ALICE);
        checkVerified(ALICE);
    }

    function test_a_change_meets_a_root_that_left_the_window() public {
        pass(80 hours);
        Settings memory next = defaults();
        next.policy = policyOf(21, 2, 34);
        change(next);
        expectError(IProviderRegistry.RootOutsideWindow.selector);
        registry.refreshRoot(ISSUER);
        postNow();
        register(HUMAN, ALICE);
    }

    function test_an_issuer_without_a_root_has_nothing_to_refresh() public {
        afterDelay(abi.encodeCall(IProviderRegistry.admitIssuer, (Issuer(7, ALICE))));
        expectError(IProviderRegistry.RootUnknown.selector);
        registry.refreshRoot(1);
    }
}
