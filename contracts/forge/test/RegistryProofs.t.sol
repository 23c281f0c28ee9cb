// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IProviderRegistry, Refusal} from "../../solidity/IProviderRegistry.sol";
import {SignedRoot, Vector} from "../Vectors.sol";
import {RegistryWorld} from "../RegistryWorld.sol";

/// Attacks on the registry with real proofs. Each proof but the attacked part is good, and the same steps without the
/// attack go through.
contract RegistryProofsTest is RegistryWorld {
    bytes4 private constant REGISTER = IProviderRegistry.register.selector;
    bytes4 private constant RENEW = IProviderRegistry.renew.selector;
    bytes4 private constant MOVE = IProviderRegistry.move.selector;

    function test_a_life_of_real_proofs() public {
        register(_claim("alice_alice_0"));
        check(registry.isVerified(_account("alice")), "registered");
        Vector memory renewal = _claim("alice_alice_1");
        registry.renew(renewal.claim, ISSUER, issuedAt(renewal));
        pass(12 hours);
        Vector memory target = _claim("alice_alice2_2");
        registry.move(target.claim, ISSUER, issuedAt(target));
        check(registry.isVerified(_account("alice2")) && !registry.isVerified(_account("alice")), "moved");
        vm.prank(_account("alice2"));
        registry.revokeRegistration();
        check(!registry.isVerified(_account("alice2")) && registry.proofCount(target.claim.nullifier) == 4, "revoked");
    }

    function test_public_inputs_plus_r() public {
        Vector memory vector = _claim("alice_alice_0");
        check(registers(vector), "as it is");
        vector.claim.nullifier += R;
        invalid(REGISTER, vector);
        vector = _claim("alice_alice_0");
        vector.claim.today += R;
        refused(REGISTER, vector, Refusal.Day);
    }

    function test_a_nullifier_reused_by_another_account() public {
        register(_claim("alice_alice_0"));
        refused(REGISTER, _claim("alice_alice2_0"), Refusal.Registered);
        refused(REGISTER, _claim("alice_alice2_1"), Refusal.Registered);
        refused(RENEW, _claim("alice_alice2_1"), Refusal.OtherAccount);
        // The second place that the policy allows is another nullifier.
        check(registers(_claim("alice_alice2_0_slot1")), "slot 1");
    }

    function test_a_rerandomised_proof_registered_twice() public {
        register(_claim("alice_alice_0"));
        refused(REGISTER, _claim("rerandomised"), Refusal.Registered);
        invalid(RENEW, _claim("rerandomised"));
        vm.prank(_account("alice"));
        registry.revokeRegistration();
        invalid(REGISTER, _claim("rerandomised"));
    }

    function test_a_proof_for_another_chain_contract_account_scope_epoch_policy_mask_or_issuer() public {
        string[7] memory names = [
            "other_chain",
            "other_contract",
            "other_scope",
            "other_epoch",
            "other_policy",
            "other_excluded",
            "other_issuer"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            Vector memory vector = _claim(names[i]);
            // That issuer's root is not posted here: the proof is offered under the trusted one's.
            vector.root = "first";
            invalid(REGISTER, vector);
        }
        Vector memory redirected = _claim("alice_alice_0");
        redirected.claim.account = _account("mallory");
        invalid(REGISTER, redirected);
        check(registers(_claim("alice_alice_0")), "as it is");
    }

    function test_on_another_chain_even_its_own_proofs_are_refused() public {
        vm.chainId(1);
        Vector memory vector = _claim("other_chain");
        (bool done, bytes memory answer) =
            address(registry).call(abi.encodeWithSelector(REGISTER, vector.claim, ISSUER, issuedAt(vector)));
        check(!done && isError(answer, IProviderRegistry.ChainIdChanged.selector), "the chain id changed");
    }

    function test_yesterdays_today_holds_and_tomorrows_and_two_days_do_not() public {
        check(registers(_claim("yesterday")), "yesterday");
        refused(REGISTER, _claim("tomorrow"), Refusal.Day);
        refused(REGISTER, _claim("two_days_ago"), Refusal.Day);
        // They were good proofs on their day.
        pass(1 days);
        check(registers(_claim("tomorrow")), "today by now");
        refused(REGISTER, _claim("yesterday"), Refusal.Day);
    }

    function test_a_day_that_does_not_belong_to_its_date() public {
        Vector memory vector = _claim("alice_alice_0");
        // The date of the day before under the day of today, as whoever comes of age tomorrow would like it.
        vector.claim.today = (vector.claim.today >> 25 << 25) | (_claim("yesterday").claim.today & 0x1ffffff);
        refused(REGISTER, vector, Refusal.Day);
    }

    function test_a_proof_replayed_after_a_move() public {
        register(_claim("alice_alice_0"));
        pass(12 hours);
        Vector memory target = _claim("alice_alice2_1");
        registry.move(target.claim, ISSUER, issuedAt(target));
        pass(11 hours);
        // Neither the move again nor the first registration brings the place back.
        refused(MOVE, target, Refusal.OtherAccount);
        invalid(RENEW, target);
        refused(REGISTER, _claim("alice_alice_0"), Refusal.Registered);
        refused(MOVE, _claim("alice_alice_0"), Refusal.CoolingDown);
        vm.prank(_account("alice2"));
        registry.revokeRegistration();
        invalid(REGISTER, target);
    }

    function test_a_proof_replayed_after_revocation() public {
        register(_claim("alice_alice_0"));
        vm.prank(_account("alice"));
        registry.revokeRegistration();
        // Neither the one that was used nor one that was kept for the count of before.
        invalid(REGISTER, _claim("alice_alice_0"));
        invalid(REGISTER, _claim("alice_alice_1"));
        register(_claim("alice_alice_2"));
    }

    function test_a_strangers_nullifier_squatting_an_account() public {
        register(_claim("bob_alice_0"));
        Vector memory own = _claim("alice_alice_0");
        refused(REGISTER, own, Refusal.AccountOccupied);
        vm.prank(_account("alice"));
        register2(own);
        // What is alice's is not squatted again by a relayed proof.
        refused(REGISTER, _claim("bob_alice_1"), Refusal.AccountOccupied);
        refused(RENEW, _claim("bob_alice_1"), Refusal.NotRegistered);
    }

    function register2(Vector memory vector) private {
        bytes memory call = abi.encodeWithSelector(REGISTER, vector.claim, ISSUER, _first());
        (bool done,) = address(registry).call(call);
        check(done, "by its account's call");
    }

    function _first() private pure returns (uint40) {
        // Day D, 00:30; reading the file would use up the prank.
        return 20_700 * 1 days + 30 minutes;
    }

    function test_a_squatted_account_consents_to_its_owner() public {
        register(_claim("bob_alice_0"));
        Vector memory own = _claim("alice_alice_0");
        address alice = _account("alice");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Humanseal"),
                keccak256("1"),
                block.chainid,
                registry
            )
        );
        bytes32 kind = keccak256("Consent(address account,uint256 nullifier,uint256 nonce,uint32 date)");
        bytes32 message = keccak256(abi.encode(kind, alice, own.claim.nullifier, 0, own.claim.today & 0x1ffffff));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(_key("alice"), keccak256(abi.encodePacked(hex"1901", domain, message)));
        registry.registerWithConsent(own.claim, ISSUER, issuedAt(own), abi.encodePacked(r, s, v));
        (uint200 place,,,) = registry.registrationOf(alice);
        check(place == uint200(own.claim.nullifier), "alice's own");
    }

    function test_a_registration_does_not_survive_its_issuers_distrust() public {
        register(_claim("alice_alice_0"));
        vm.prank(OWNER);
        registry.distrustIssuer(ISSUER);
        check(!registry.isVerified(_account("alice")), "distrusted");
        reverts(REGISTER, _claim("bob_bob_0"), abi.encodeWithSelector(IProviderRegistry.IssuerUntrusted.selector));
    }

    function test_a_registration_does_not_survive_its_verifying_keys_distrust() public {
        register(_claim("alice_alice_0"));
        vm.prank(OWNER);
        registry.distrustKey(0);
        check(!registry.isVerified(_account("alice")), "distrusted");
        reverts(REGISTER, _claim("bob_bob_0"), abi.encodeWithSelector(IProviderRegistry.KeyUntrusted.selector));
    }

    function test_a_root_with_an_older_issue_time() public {
        post("second");
        rootRefused(_root("first"), IProviderRegistry.RootNotNewer.selector);
        rootRefused(_root("second"), IProviderRegistry.RootNotNewer.selector);
    }

    function test_a_root_that_its_issuer_did_not_sign() public {
        SignedRoot memory root = _root("second");
        root.root = _root("first").root;
        rootRefused(root, IProviderRegistry.RootSignature.selector);
        root = _root("second");
        root.issuedAt += 1;
        rootRefused(root, IProviderRegistry.RootSignature.selector);
        root = _root("second");
        root.previous = 0;
        rootRefused(root, IProviderRegistry.RootSignature.selector);
        root = _root("second");
        root.signature = "";
        rootRefused(root, IProviderRegistry.RootSignature.selector);
        // Another issuer's root, rightly signed, in this issuer's name.
        warpTo(clock + 1);
        root = _root("other");
        root.issuer = ISSUER;
        root.issuedAt += 1;
        rootRefused(root, IProviderRegistry.RootSignature.selector);
        post("second");
    }

    function rootRefused(SignedRoot memory root, bytes4 expected) private {
        (bool done, bytes memory answer) = address(registry)
            .call(
                abi.encodeCall(
                    IProviderRegistry.postRoot, (root.issuer, root.root, root.issuedAt, root.previous, root.signature)
                )
            );
        check(!done && isError(answer, expected), "the root is refused");
    }

    function test_a_root_outside_the_window() public {
        warpTo(_root("first").issuedAt + 72 hours);
        // Proofs of day D + 2 there are none: what is asked is which check comes first.
        refused(REGISTER, _claim("alice_alice_0"), Refusal.Day);
        pass(1);
        bytes memory outside = abi.encodeWithSelector(IProviderRegistry.RootOutsideWindow.selector);
        reverts(REGISTER, _claim("alice_alice_0"), outside);
    }

    function test_a_revoked_credential_under_an_old_root() public {
        post("second");
        // Within the window the root before the revocation counts still; under the newest there is no proof.
        Vector memory mallory = _claim("mallory_mallory_0");
        check(registers(mallory), "within the window");
        mallory.root = "second";
        invalid(REGISTER, mallory);
        // A month later, with a proof of that day under the root of before.
        warpTo((_number(".day") + 31) * 1 days + 1 hours);
        post("later");
        check(registers(_claim("alice_alice_0_later")), "whoever is not revoked");
        mallory = _claim("mallory_mallory_0");
        bytes memory outside = abi.encodeWithSelector(IProviderRegistry.RootOutsideWindow.selector);
        reverts(REGISTER, mallory, outside);
    }

    function test_a_lapsed_place_comes_back_by_a_fresh_proof_alone() public {
        register(_claim("alice_alice_0"));
        warpTo((_number(".day") + 31) * 1 days + 1 hours);
        post("later");
        check(!registry.isVerified(_account("alice")), "lapsed");
        invalid(REGISTER, _claim("alice_alice_0_later"));
        refused(RENEW, _claim("alice_alice_1_later"), Refusal.NotRegistered);
        register(_claim("alice_alice_1_later"));
    }

    function test_points_at_infinity_and_off_the_curve() public {
        Vector memory vector = _claim("alice_alice_0");
        uint256[8] memory good = _copy(vector.claim.proof);
        uint8[3] memory from = [0, 2, 6];
        uint8[3] memory size = [2, 4, 2];
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < size[i]; ++j) {
                vector.claim.proof[from[i] + j] = 0;
            }
            invalid(REGISTER, vector);
            vector.claim.proof = _copy(good);
            vector.claim.proof[from[i]] += 1;
            invalid(REGISTER, vector);
            vector.claim.proof = _copy(good);
        }
        vector.claim.proof = [uint256(0), 0, 0, 0, 0, 0, 0, 0];
        invalid(REGISTER, vector);
        uint256[] memory twist = _twist();
        vector.claim.proof = _copy(good);
        for (uint256 j = 0; j < 4; ++j) {
            vector.claim.proof[2 + j] = twist[j];
        }
        invalid(REGISTER, vector);
        vector.claim.proof = good;
        check(registers(vector), "as it is");
    }

    function _copy(uint256[8] memory from) private pure returns (uint256[8] memory to) {
        for (uint256 i = 0; i < 8; ++i) {
            to[i] = from[i];
        }
    }

    function test_griefing_of_move() public {
        register(_claim("alice_alice_0"));
        pass(12 hours);
        // Whoever copies the move from the mempool makes the same move.
        Vector memory target = _claim("alice_alice2_1");
        vm.prank(_account("mallory"));
        (bool done,) = address(registry).call(abi.encodeWithSelector(MOVE, target.claim, ISSUER, _first()));
        check(done && registry.isVerified(_account("alice2")), "relayed");
        // And no other account gets anything from it.
        target.claim.account = _account("mallory");
        refused(MOVE, target, Refusal.CoolingDown);
        pass(12 hours);
        invalid(MOVE, target);
    }
}

/// The same registry in an epoch that ends within the hour.
contract RegistryEpochTest is RegistryWorld {
    function epochEnd() internal view override returns (uint40) {
        return uint40(clock + 1 hours);
    }

    function test_a_registration_does_not_survive_its_epoch() public {
        register(_claim("alice_alice_0"));
        check(registry.isVerified(_account("alice")), "within");
        pass(1 hours);
        check(!registry.isVerified(_account("alice")), "over");
        reverts(
            IProviderRegistry.register.selector,
            _claim("bob_bob_0"),
            abi.encodeWithSelector(IProviderRegistry.EpochOver.selector)
        );
    }
}
