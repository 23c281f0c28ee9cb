// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IPresentVerifier} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Issuer, Settings} from "../../solidity/IProviderRegistry.sol";
import {ProviderRegistry} from "../../solidity/ProviderRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// What may change at once, what waits, and what is refused altogether.
contract RegistrySettingsTest is RegistryFixture {
    /// Settings with room on both sides of every field.
    function middle() private pure returns (Settings memory) {
        return Settings({
            policy: 18 | 2 << 8 | 2 << 12 | 2 << 16 | 3 << 20 | 360 << 28 | 90 << 44,
            excluded: 1 << 7,
            windowHours: 48,
            termDays: 30,
            maxBanDays: 30,
            coolDownHours: 48
        });
    }

    function setUp() public override {
        super.setUp();
        afterDelay(abi.encodeCall(IProviderRegistry.change, (middle())));
        // The fixture's window is longer, so its demand is held for 30 + 3 + 1 days.
        pass(34 days);
    }

    /// One step in field `i`, tighter or looser; nothing else changes.
    function step(uint256 i, bool tighter) private pure returns (Settings memory next) {
        next = middle();
        uint8[7] memory bits = [0, 8, 12, 16, 20, 28, 44];
        if (i < 7) {
            bool up = tighter != (i == 4 || i == 5);
            next.policy = up ? next.policy + (1 << bits[i]) : next.policy - (1 << bits[i]);
        } else if (i == 7) {
            next.excluded = tighter ? 1 << 7 | 1 : 1;
        } else if (i == 8) {
            next.windowHours = tighter ? 47 : 49;
        } else if (i == 9) {
            next.termDays = tighter ? 29 : 31;
        } else {
            next.coolDownHours = tighter ? 49 : 47;
        }
    }

    function test_each_tighter_setting_acts_at_once_and_each_looser_one_waits() public {
        for (uint256 i = 0; i < 11; ++i) {
            uint256 state = vm.snapshotState();
            change(step(i, true));
            Settings memory now_ = registry.settings();
            check(keccak256(abi.encode(now_)) == keccak256(abi.encode(step(i, true))), "set");
            vm.revertToState(state);

            bytes memory call = abi.encodeCall(IProviderRegistry.change, (step(i, false)));
            expectError(IProviderRegistry.NotAnnounced.selector);
            byOwner(call);
            afterDelay(call);
            now_ = registry.settings();
            check(keccak256(abi.encode(now_)) == keccak256(abi.encode(step(i, false))), "loosened");
            vm.revertToState(state);
        }
    }

    function test_tighter_and_looser_together_wait() public {
        Settings memory next = step(0, true);
        next.termDays = 31;
        expectError(IProviderRegistry.NotAnnounced.selector);
        change(next);
    }

    /// Announced while they are in force they warn nobody; made after a tightening they would open the gate at once.
    function test_settings_that_loosen_nothing_cannot_be_announced() public {
        Settings memory present = middle();
        expectError(IProviderRegistry.NothingLoosened.selector);
        byOwner(abi.encodeCall(IProviderRegistry.announce, (abi.encodeCall(IProviderRegistry.change, (present)))));
        for (uint256 i = 0; i < 11; ++i) {
            bytes memory tighter = abi.encodeCall(IProviderRegistry.change, (step(i, true)));
            expectError(IProviderRegistry.NothingLoosened.selector);
            byOwner(abi.encodeCall(IProviderRegistry.announce, (tighter)));
        }
    }

    /// Of two announced loosenings the lesser is a tightening once the greater was made.
    function test_an_announced_call_that_tightens_by_then_is_used_up() public {
        Settings memory lesser = middle();
        Settings memory greater = middle();
        (lesser.coolDownHours, greater.coolDownHours) = (36, 24);
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory call = abi.encodeCall(IProviderRegistry.change, (i == 0 ? lesser : greater));
            byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        }
        pass(DELAY);
        postNow();
        change(greater);
        change(lesser);
        change(middle());
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(abi.encodeCall(IProviderRegistry.change, (lesser)));
    }

    /// Else each announcement could be made many times over, by bytes that the call itself never reads.
    function test_a_call_with_more_behind_it_is_another_and_is_refused() public {
        Settings memory present = middle();
        bytes memory longer = abi.encodePacked(abi.encodeCall(IProviderRegistry.change, (present)), uint8(1));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (longer)));
        pass(DELAY);
        postNow();
        change(step(0, true));
        expectError(IProviderRegistry.NotAnnounced.selector);
        byOwner(longer);
    }

    function test_the_longest_ban_changes_both_ways() public {
        Settings memory next = middle();
        next.maxBanDays = 60;
        change(next);
        next.maxBanDays = 0;
        change(next);
    }

    function test_bounds() public {
        Settings[12] memory wrong;
        for (uint256 i = 0; i < wrong.length; ++i) {
            wrong[i] = middle();
        }
        wrong[0].policy |= 1 << 60;
        wrong[1].policy |= 1 << 255;
        // No slot at all.
        wrong[2].policy ^= 3 << 20;
        wrong[3].excluded = 1 << 253;
        wrong[4].windowHours = 0;
        wrong[5].windowHours = 169;
        wrong[6].termDays = 0;
        wrong[7].termDays = 366;
        wrong[8].maxBanDays = 3651;
        wrong[9].coolDownHours = 30 * 24 + 1;
        wrong[10].coolDownHours = type(uint16).max;
        wrong[11].termDays = type(uint16).max;
        for (uint256 i = 0; i < wrong.length; ++i) {
            // No demand, so that the rule about it refuses nothing here.
            wrong[i].policy &= ~(uint256(0xffff) << 44);
            bytes memory call = abi.encodeCall(IProviderRegistry.change, (wrong[i]));
            byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
            pass(DELAY);
            expectError(IProviderRegistry.SettingsInvalid.selector);
            byOwner(call);
        }
    }

    function test_a_demand_below_term_ban_and_window_is_refused() public {
        Settings memory next = middle();
        // Term 30, window 2 days, and one more.
        next.policy = policyOf(18, 2, 33);
        afterDelay(abi.encodeCall(IProviderRegistry.change, (next)));
        next.policy = policyOf(18, 2, 32);
        refusedAfterDelay(next);
        // Also when one of the others changes.
        next.policy = policyOf(18, 2, 33);
        next.termDays = 31;
        refusedAfterDelay(next);
        next.termDays = 30;
        next.windowHours = 49;
        refusedAfterDelay(next);
        next.windowHours = 48;
        next.maxBanDays = 31;
        expectError(IProviderRegistry.SettingsInvalid.selector);
        change(next);
        // No demand is a choice of its own.
        next.policy = policyOf(18, 2, 0);
        afterDelay(abi.encodeCall(IProviderRegistry.change, (next)));
    }

    function refusedAfterDelay(Settings memory next) private {
        bytes memory call = abi.encodeCall(IProviderRegistry.change, (next));
        byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        pass(DELAY);
        expectError(IProviderRegistry.SettingsInvalid.selector);
        byOwner(call);
    }

    /// Registrations of a long term live on when the term is shortened; were the demand lowered with it, whoever
    /// recovers a credential had a second place beside the first.
    function test_a_shorter_term_frees_the_demand_only_when_the_longer_has_run_out() public {
        Settings memory next = middle();
        next.termDays = 10;
        next.maxBanDays = 10;
        change(next);
        // Before: 30 + 2 + 1.
        uint256 since = clock;
        (uint16 held, uint40 until) = registry.heldDemand();
        check(held == 33 && until == since + 33 days, "held");
        next.policy = policyOf(18, 3, 32);
        refusedAfterDelay(next);
        // What keeps the rule of before may be set meanwhile.
        next.policy = policyOf(18, 3, 33);
        afterDelay(abi.encodeCall(IProviderRegistry.change, (next)));
        next.policy = policyOf(18, 3, 13);
        bytes memory call = abi.encodeCall(IProviderRegistry.change, (next));
        warpTo(since + 32 days);
        byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        pass(DELAY);
        byOwner(call);
        (held, until) = registry.heldDemand();
        check(held == 0 && until == 0, "free");
    }

    function test_a_second_shortening_does_not_free_the_first() public {
        Settings memory next = middle();
        next.termDays = 20;
        next.maxBanDays = 20;
        change(next);
        uint256 first = clock;
        pass(5 days);
        next.termDays = 10;
        next.maxBanDays = 10;
        change(next);
        (uint16 held, uint40 until) = registry.heldDemand();
        check(held == 33 && until == first + 33 days, "the greater, the later");
    }

    function test_what_a_registry_cannot_begin_with() public {
        Issuer[] memory one = new Issuer[](1);
        one[0] = Issuer(ISSUER_ID, BOB);
        uint256 order = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
        refusesToBegin(order, 0, DELAY, middle(), one);
        refusesToBegin(SCOPE, uint40(clock), DELAY, middle(), one);
        refusesToBegin(SCOPE, 0, 1 days - 1, middle(), one);
        refusesToBegin(SCOPE, 0, 30 days + 1, middle(), one);
        Settings memory lax = middle();
        lax.policy = policyOf(18, 2, 5);
        refusesToBegin(SCOPE, 0, DELAY, lax, one);
        lax.policy = 1 << 60;
        refusesToBegin(SCOPE, 0, DELAY, lax, one);
        one[0] = Issuer(order, BOB);
        refusesToBegin(SCOPE, 0, DELAY, middle(), one);
        one[0] = Issuer(0, BOB);
        refusesToBegin(SCOPE, 0, DELAY, middle(), one);
        one[0] = Issuer(ISSUER_ID, address(0));
        refusesToBegin(SCOPE, 0, DELAY, middle(), one);
    }

    function refusesToBegin(uint256 scope, uint40 epochEnd, uint40 delay, Settings memory first, Issuer[] memory with)
        private
    {
        expectError(IProviderRegistry.SettingsInvalid.selector);
        new ProviderRegistry(scope, epochEnd, delay, first, verifier, with, OWNER);
    }

    function test_a_verifier_without_code_is_none() public {
        Issuer[] memory none = new Issuer[](0);
        vm.expectRevert();
        new ProviderRegistry(SCOPE, 0, DELAY, middle(), IPresentVerifier(address(0xdead)), none, OWNER);
    }

    function testFuzz_whatever_is_at_once_admits_nobody_new(Settings memory next) public {
        next.policy &= (1 << 60) - 1;
        vm.prank(OWNER);
        (bool done,) = address(registry).call(abi.encodeCall(IProviderRegistry.change, (next)));
        if (!done) return;
        Settings memory before = middle();
        // Every credential that meets the new demands meets the old: compared demand by demand, written a second time.
        uint8[7] memory bits = [0, 8, 12, 16, 20, 28, 44];
        uint16[7] memory masks = [255, 15, 15, 15, 255, 65_535, 65_535];
        for (uint256 i = 0; i < 7; ++i) {
            uint256 n = next.policy >> bits[i] & masks[i];
            uint256 b = before.policy >> bits[i] & masks[i];
            check(i == 4 || i == 5 ? n <= b : n >= b, "demand");
        }
        check(before.excluded & ~next.excluded == 0 && next.windowHours <= before.windowHours, "mask, window");
        check(next.termDays <= before.termDays && next.coolDownHours >= before.coolDownHours, "term, cool-down");
    }
}
