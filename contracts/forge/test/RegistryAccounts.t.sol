// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim} from "../../solidity/IPresentVerifier.sol";
import {Cause, IProviderRegistry, Refusal} from "../../solidity/IProviderRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {SpecimenReentrantWallet} from "../../solidity/SpecimenReentrantWallet.sol";
import {ConsentingWallet} from "./Wallets.sol";

/// Who may put a place on an account that another place occupies: the account, by its call or its consent.
contract RegistryAccountsTest is RegistryFixture {
    uint256 private constant CAROL_KEY = 0xca501;
    address private carol;

    function setUp() public override {
        super.setUp();
        carol = vm.addr(CAROL_KEY);
    }

    function consent(uint256 nullifier, uint256 nonce) private view returns (bytes memory) {
        return signed(CAROL_KEY, consentDigest(carol, nullifier, nonce, packed(clock / 1 days) & 0x1ffffff));
    }

    function test_a_stranger_cannot_displace_a_live_registration() public {
        register(HUMAN, carol);
        Claim memory claim = proved(OTHER, carol);
        expectRefused(Refusal.AccountOccupied);
        registry.register(claim, ISSUER, issuedAt);
        checkVerified(carol);
    }

    function test_a_squatted_account_frees_itself_by_its_own_call() public {
        register(OTHER, carol);
        Claim memory claim = proved(HUMAN, carol);
        expectRefused(Refusal.AccountOccupied);
        registry.register(claim, ISSUER, issuedAt);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Ended(uint200(OTHER), carol, Cause.Displaced);
        vm.prank(carol);
        registry.register(claim, ISSUER, issuedAt);
        (uint200 place,,,) = registry.registrationOf(carol);
        check(place == uint200(HUMAN), "its own");
        // And holds against the squatter from then on.
        pass(3 days);
        postNow();
        claim = proved(OTHER, carol);
        expectRefused(Refusal.AccountOccupied);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_a_squatted_account_frees_itself_by_consent() public {
        register(OTHER, carol);
        Claim memory claim = proved(HUMAN, carol);
        registry.registerWithConsent(claim, ISSUER, issuedAt, consent(HUMAN, 0));
        (uint200 place,,,) = registry.registrationOf(carol);
        check(place == uint200(HUMAN), "displaced");
    }

    function test_a_squatted_account_frees_itself_by_revocation() public {
        register(OTHER, carol);
        vm.prank(carol);
        registry.revokeRegistration();
        register(HUMAN, carol);
        checkVerified(carol);
    }

    function test_griefing_of_move_by_a_squatter_on_its_target() public {
        register(HUMAN, ALICE);
        pass(48 hours);
        // The squatter saw the move coming and took the account first.
        register(OTHER, carol);
        Claim memory claim = proved(HUMAN, carol);
        expectRefused(Refusal.AccountOccupied);
        registry.move(claim, ISSUER, issuedAt);
        // The very same proof goes through with consent, and the squatter's place is the one that waits.
        registry.moveWithConsent(claim, ISSUER, issuedAt, consent(HUMAN, 1));
        (uint200 place,,,) = registry.registrationOf(carol);
        check(place == uint200(HUMAN), "moved");
        checkNotVerified(ALICE);
        claim = proved(OTHER, BOB);
        expectRefused(Refusal.CoolingDown);
        registry.register(claim, ISSUER, issuedAt);
    }

    function test_griefing_of_move_by_raising_the_count() public {
        register(HUMAN, ALICE);
        pass(48 hours);
        Claim memory claim = proved(HUMAN, BOB);
        // Nobody but the account and a holder of the secret can make the proof stale.
        address[3] memory strangers = [BOB, carol, OWNER];
        for (uint256 i = 0; i < strangers.length; ++i) {
            expectRefused(Refusal.NotRegistered);
            vm.prank(strangers[i]);
            registry.revokeRegistration();
        }
        registry.move(claim, ISSUER, issuedAt);
        checkVerified(BOB);
    }

    function test_a_displaced_place_waits_and_then_takes_another_account() public {
        register(OTHER, carol);
        Claim memory claim = proved(HUMAN, carol);
        registry.registerWithConsent(claim, ISSUER, issuedAt, consent(HUMAN, 0));
        claim = proved(OTHER, carol);
        expectRefused(Refusal.NotRegistered);
        registry.renew(claim, ISSUER, issuedAt);
        claim = proved(OTHER, BOB);
        expectRefused(Refusal.CoolingDown);
        registry.register(claim, ISSUER, issuedAt);
        pass(48 hours);
        register(OTHER, BOB);
        checkVerified(BOB);
        checkVerified(carol);
    }

    function test_what_has_lapsed_occupies_nothing() public {
        register(OTHER, carol);
        pass(30 days);
        postNow();
        register(HUMAN, carol);
        (uint200 place,,,) = registry.registrationOf(carol);
        check(place == uint200(HUMAN), "taken");
    }

    function test_a_consent_is_for_one_nullifier_count_account_and_day() public {
        register(OTHER, carol);
        Claim memory claim = proved(HUMAN, carol);
        uint256 date = packed(clock / 1 days) & 0x1ffffff;
        bytes[5] memory wrong = [
            signed(CAROL_KEY, consentDigest(carol, OTHER, 0, date)),
            signed(CAROL_KEY, consentDigest(carol, HUMAN, 1, date)),
            signed(CAROL_KEY, consentDigest(ALICE, HUMAN, 0, date)),
            signed(CAROL_KEY, consentDigest(carol, HUMAN, 0, date + 1)),
            signed(SIGNER_KEY, consentDigest(carol, HUMAN, 0, date))
        ];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectError(IProviderRegistry.ConsentInvalid.selector);
            registry.registerWithConsent(claim, ISSUER, issuedAt, wrong[i]);
        }
        expectError(IProviderRegistry.ConsentInvalid.selector);
        registry.registerWithConsent(claim, ISSUER, issuedAt, "");
    }

    function test_a_consent_of_another_registry_or_chain() public {
        bytes memory here = consent(HUMAN, 0);
        registry = deploy(0);
        post(ROOT, START - 1 hours);
        register(OTHER, carol);
        Claim memory claim = proved(HUMAN, carol);
        expectError(IProviderRegistry.ConsentInvalid.selector);
        registry.registerWithConsent(claim, ISSUER, issuedAt, here);
        vm.chainId(1);
        bytes memory elsewhere = consent(HUMAN, 0);
        vm.chainId(31_337);
        expectError(IProviderRegistry.ConsentInvalid.selector);
        registry.registerWithConsent(claim, ISSUER, issuedAt, elsewhere);
    }

    function test_a_consent_replayed() public {
        register(OTHER, carol);
        bytes memory once = consent(HUMAN, 0);
        Claim memory claim = proved(HUMAN, carol);
        registry.registerWithConsent(claim, ISSUER, issuedAt, once);
        Claim memory back = proved(OTHER, carol);
        vm.prank(carol);
        registry.register(back, ISSUER, issuedAt);
        claim = proved(HUMAN, carol);
        expectError(IProviderRegistry.ConsentInvalid.selector);
        registry.registerWithConsent(claim, ISSUER, issuedAt, once);
    }

    function test_an_unused_consent_ends_with_the_day_after_its_own() public {
        register(OTHER, carol);
        bytes memory kept = consent(HUMAN, 0);
        Claim memory claim = proved(HUMAN, carol);
        pass(2 days);
        expectRefused(Refusal.Day);
        registry.registerWithConsent(claim, ISSUER, issuedAt, kept);
        claim = proved(HUMAN, carol);
        expectError(IProviderRegistry.ConsentInvalid.selector);
        registry.registerWithConsent(claim, ISSUER, issuedAt, kept);
    }

    function test_a_contract_wallet_consents() public {
        address wallet = address(0x3a11e7);
        uint256 date = packed(clock / 1 days) & 0x1ffffff;
        vm.etch(wallet, address(new ConsentingWallet(consentDigest(wallet, HUMAN, 0, date))).code);
        register(OTHER, wallet);
        Claim memory claim = proved(OTHER, wallet);
        expectError(IProviderRegistry.ConsentInvalid.selector);
        registry.registerWithConsent(claim, ISSUER, issuedAt, "");
        claim = proved(HUMAN, wallet);
        registry.registerWithConsent(claim, ISSUER, issuedAt, "");
        (uint200 place,,,) = registry.registrationOf(wallet);
        check(place == uint200(HUMAN), "displaced");
    }

    function test_reentrancy_where_a_consent_is_asked() public {
        SpecimenReentrantWallet wallet = new SpecimenReentrantWallet(address(registry));
        register(OTHER, address(wallet));
        Claim memory claim = proved(HUMAN, address(wallet));
        Claim memory inner = proved(HUMAN, BOB);
        bytes[3] memory calls = [
            abi.encodeCall(IProviderRegistry.register, (inner, ISSUER, issuedAt)),
            abi.encodeCall(IProviderRegistry.revokeRegistration, ()),
            abi.encodeCall(IProviderRegistry.refreshRoot, (ISSUER))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            wallet.plan(calls[i]);
            expectError(IProviderRegistry.ConsentInvalid.selector);
            registry.registerWithConsent(claim, ISSUER, issuedAt, "");
        }
        // Reading is all that a wallet can do meanwhile.
        wallet.plan(abi.encodeCall(IProviderRegistry.isVerified, (BOB)));
        registry.registerWithConsent(claim, ISSUER, issuedAt, "");
    }
}
