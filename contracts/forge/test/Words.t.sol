// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Gate} from "../../solidity/Gate.sol";
import {IPresentVerifier} from "../../solidity/IPresentVerifier.sol";
import {Place} from "../../solidity/Place.sol";
import {Registration, registrationWord} from "../../solidity/Registration.sol";

/// The words: what is put in one field comes out of it, and out of no other.
contract WordsTest {
    function testFuzz_gate(
        uint256 word,
        address verifier,
        uint8 key,
        uint8 issuer,
        uint8 window,
        uint16 term,
        uint16 cool
    ) public pure {
        key %= 8;
        issuer %= 32;
        term %= 366;
        cool %= 8761;
        Gate before = Gate.wrap(word);
        Gate gate = before.withVerifier(IPresentVerifier(verifier), key);
        require(address(gate.verifier()) == verifier && gate.key() == key && gate.trustsKey(key), "key");
        require(gate.issuers() == before.issuers() && gate.version() == before.version(), "others");
        require(gate.keys() == before.keys() | uint8(1 << key), "keys");
        gate = gate.withIssuer(issuer);
        require(gate.trustsIssuer(issuer) && gate.trusts(issuer, key), "issuer");
        require(gate.issuers() == before.issuers() | uint32(1 << issuer), "issuers");
        gate = gate.withTimes(window, term, cool);
        require(gate.windowSeconds() == uint256(window) * 1 hours, "window");
        require(gate.termSeconds() == uint256(term) * 1 days, "term");
        require(gate.coolDownSeconds() == uint256(cool) * 1 hours, "cool-down");
        require(address(gate.verifier()) == verifier && gate.version() == before.version() && gate.key() == key, "kept");
        require(
            !gate.withoutIssuer(issuer).trusts(issuer, key) && !gate.withoutKey(key).trusts(issuer, key), "distrust"
        );
        require(
            gate.withoutKey(key).issuers() == gate.issuers() && gate.withoutIssuer(issuer).keys() == gate.keys(), "one"
        );
    }

    function testFuzz_an_index_beyond_the_bitmaps_is_trusted_by_nobody(uint256 word, uint8 index) public pure {
        Gate gate = Gate.wrap(word);
        require(index < 32 || (!gate.trustsIssuer(index) && !gate.trusts(index, 0)), "issuer");
        require(index < 8 || (!gate.trustsKey(index) && !gate.trusts(0, index)), "key");
    }

    function test_a_version_never_comes_again() public view {
        Gate last = Gate.wrap(uint256(type(uint16).max) << 200);
        require(last.version() == type(uint16).max, "last");
        try this.next(last) {
            revert("wrapped");
        } catch {}
        Gate one = this.next(Gate.wrap(type(uint256).max ^ uint256(type(uint16).max) << 200));
        require(one.version() == 1 && one.key() == 7 && one.issuers() == type(uint32).max, "only the version");
    }

    function next(Gate gate) external pure returns (Gate) {
        return gate.withNextVersion();
    }

    function testFuzz_place(uint256 word, address by, uint24 day) public view {
        Place before = Place.wrap(word);
        if (before.count() == type(uint32).max) return;
        Place place = before.taken(by);
        require(place.account() == by && place.since() == uint40(block.timestamp), "taken");
        require(place.count() == before.count() + 1 && place.bannedUntilDay() == before.bannedUntilDay(), "a ban stays");
        place = before.counted();
        require(place.account() == before.account() && place.since() == before.since(), "counted");
        require(place.count() == before.count() + 1, "counted");
        require(place.bannedUntilDay() == before.bannedUntilDay(), "counted");
        place = before.withBan(day);
        require(place.bannedUntilDay() == day && place.count() == before.count(), "banned");
        require(place.since() == before.since() && place.account() == before.account(), "banned");
    }

    function test_a_count_never_comes_again() public view {
        Place last = Place.wrap(uint256(type(uint32).max) << 160);
        require(last.count() == type(uint32).max, "last");
        try this.counted(last) {
            revert("wrapped");
        } catch {}
    }

    function counted(Place place) external pure returns (Place) {
        return place.counted();
    }

    function testFuzz_registration(uint200 place, uint40 ends, uint8 issuer, uint8 key) public pure {
        Registration held = registrationWord(uint256(place) | 1 << 200 | 1 << 255, ends, issuer, key);
        require(held.place() == place && held.expiresAt() == ends, "place, end");
        require(held.issuer() == issuer && held.key() == key, "issuer, key");
    }
}
