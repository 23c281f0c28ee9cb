// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Cheating} from "../Vm.sol";
import {dateOfDay} from "../../solidity/Dates.sol";
import {Claim, Entry} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Issuer, Settings} from "../../solidity/IProviderRegistry.sol";
import {ProviderRegistry} from "../../solidity/ProviderRegistry.sol";
import {ListedProofs} from "./ListedProofs.sol";

/// What holders, accounts, issuers and the owner do to a registry, in any order, with few of each so that they meet.
/// It keeps a record of its own of what went through, from which the invariants are told.
contract RegistryHandler is Cheating {
    uint256 public constant PLACES = 4;
    uint256 public constant ACCOUNTS = 4;
    uint256 private constant SIGNER_KEY = 0x516e5;
    uint256 private constant ISSUER_ID = 0x155e5;
    uint256 private constant START = 1_795_608_000;

    ProviderRegistry public immutable registry;
    ListedProofs public immutable verifier;
    uint40 public immutable epochEnd = uint40(START + 40 days);
    uint256 public clock = START;

    /// By place: the greatest count seen, how many proofs and revocations went through, the last change of account.
    mapping(uint256 place => uint256) public acceptedOf;
    mapping(uint256 place => address) public accountOf;
    mapping(uint256 place => uint256) public sinceOf;
    mapping(uint256 place => uint256) public bannedUntilOf;
    uint256 public broken;
    uint256 private calls;
    uint256 public registrations;

    constructor() {
        vm.warp(clock);
        verifier = new ListedProofs("the key");
        Issuer[] memory first = new Issuer[](2);
        first[0] = Issuer(ISSUER_ID, vm.addr(SIGNER_KEY));
        first[1] = Issuer(ISSUER_ID + 1, vm.addr(SIGNER_KEY));
        registry = new ProviderRegistry(1, epochEnd, 1 days, settingsOf(18, 10, 48), verifier, first, address(this));
        postRoot(0);
        postRoot(1);
    }

    function settingsOf(uint256 minAge, uint16 termDays, uint16 coolDownHours) private pure returns (Settings memory) {
        uint256 policy = minAge | 2 << 20 | 65_535 << 28 | 34 << 44;
        return Settings(policy, 0, 72, termDays, 20, coolDownHours);
    }

    function nullifierOf(uint256 place) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(place % PLACES))) >> 8;
    }

    function account(uint256 i) public pure returns (address) {
        return address(uint160(0xacc0001 + i % ACCOUNTS));
    }

    /// forge forgets a warp from one call to the next.
    modifier atClock() {
        vm.warp(clock);
        _;
    }

    // Time and roots.

    /// forge likes small numbers and repeats them: of a hash every bit varies.
    function mixed(uint256 seed) private returns (uint256) {
        return uint256(keccak256(abi.encode(seed, ++calls)));
    }

    /// Issuers publish as time goes by, though not always.
    function pass(uint256 time) external atClock {
        time = mixed(time);
        clock += time % 2 days;
        vm.warp(clock);
        if (time >> 128 & 7 != 0) postRoot(0);
        if (time >> 136 & 7 != 0) postRoot(1);
    }

    function postRoot(uint256 issuer) public {
        issuer %= 2;
        uint256 root = uint256(keccak256(abi.encode(clock, issuer))) >> 8;
        bytes32 domain = keccak256(
            abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Humanseal"), keccak256("1"))
        );
        bytes32 kind = keccak256("StatusRoot(uint256 issuer,uint256 root,uint64 issuedAt,bytes32 previous)");
        bytes32 message = keccak256(abi.encode(kind, ISSUER_ID + issuer, root, clock, bytes32(0)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SIGNER_KEY, keccak256(abi.encodePacked(hex"1901", domain, message)));
        (bool done,) = address(registry)
            .call(
                abi.encodeCall(
                    IProviderRegistry.postRoot, (uint8(issuer), root, uint64(clock), 0, abi.encodePacked(r, s, v))
                )
            );
        done;
    }

    // Holders. `seed` picks who, where, for which day and count, and by whose hand.

    function register(uint256 seed) external atClock {
        admit(IProviderRegistry.register.selector, mixed(seed));
    }

    function renew(uint256 seed) external atClock {
        admit(IProviderRegistry.renew.selector, mixed(seed));
    }

    function move(uint256 seed) external atClock {
        admit(IProviderRegistry.move.selector, mixed(seed));
    }

    function registerBatch(uint256 seed) external atClock {
        seed = mixed(seed);
        uint8 issuer = uint8((seed >> 128) % 2);
        (, uint40 issuedAt) = registry.newestRoot(issuer);
        Entry[] memory entries = new Entry[](3);
        for (uint256 i = 0; i < 3; ++i) {
            (Claim memory claim, uint256 nonce) = proved(uint256(keccak256(abi.encode(seed, i))), issuer);
            entries[i] = Entry(claim, nonce);
        }
        (bool done,) =
            address(registry).call(abi.encodeCall(IProviderRegistry.registerBatch, (entries, issuer, issuedAt)));
        // All were made for counts of before, so of one place at most one entry was taken.
        for (uint256 i = 0; i < 3; ++i) {
            Claim memory claim = entries[i].claim;
            if (registry.proofCount(claim.nullifier) == acceptedOf[uint200(claim.nullifier)]) continue;
            if (!done) broken = 1;
            (address last,,) = registry.placeOf(claim.nullifier);
            if (last == claim.account) record(claim, issuer, false);
        }
    }

    function admit(bytes4 selector, uint256 seed) private {
        uint256 issuer = (seed >> 128) % 2;
        (Claim memory claim,) = proved(seed, issuer);
        (, uint40 issuedAt) = registry.newestRoot(uint8(issuer));
        bool liveBefore = registry.isVerified(claim.account);
        (uint200 placeBefore,,,) = registry.registrationOf(claim.account);
        bool ownCall = seed >> 64 & 3 == 0;
        if (ownCall) vm.prank(claim.account);
        (bool done,) = address(registry).call(abi.encodeWithSelector(selector, claim, issuer, issuedAt));
        if (!done) return;
        // Another place's live registration is displaced by its account alone.
        if (liveBefore && placeBefore != uint200(claim.nullifier) && !ownCall) broken = 2;
        record(claim, issuer, selector == IProviderRegistry.renew.selector);
    }

    function record(Claim memory claim, uint256 issuer, bool renewal) private {
        uint256 place = uint200(claim.nullifier);
        if (clock / 1 days < bannedUntilOf[place]) broken = 3;
        if (clock >= epochEnd) broken = 4;
        if (!registry.issuerTrusted(uint8(issuer))) broken = 5;
        if (accountOf[place] != claim.account && accountOf[place] != address(0)) {
            if (clock < sinceOf[place] + uint256(registry.settings().coolDownHours) * 1 hours) broken = 6;
        }
        (address last, uint40 since,) = registry.placeOf(claim.nullifier);
        if (last != claim.account || since > clock) broken = 7;
        if (renewal && since != sinceOf[place]) broken = 8;
        accountOf[place] = claim.account;
        sinceOf[place] = since;
        acceptedOf[place] += 1;
        registrations += 1;
    }

    /// Mostly for the present count and day, sometimes for others; listed as true in each case.
    function proved(uint256 seed, uint256 issuer) private returns (Claim memory claim, uint256 nonce) {
        issuer %= 2;
        claim.nullifier = nullifierOf(seed);
        claim.account = account(seed >> 8);
        nonce = registry.proofCount(claim.nullifier);
        if (seed >> 16 & 7 == 0 && nonce != 0) nonce -= 1;
        uint256 day = clock / 1 days + 1 - (seed >> 24) % 3;
        if (seed >> 32 & 7 != 0) day = clock / 1 days;
        claim.today = day << 25 | dateOfDay(day);
        (uint256 root,) = registry.newestRoot(uint8(issuer));
        bytes32 chain = keccak256(abi.encodePacked("eip155:", vm.toString(block.chainid)));
        bytes memory words =
            abi.encode(keccak256("humanseal/v1/binding"), chain, claim.account, address(registry), nonce);
        verifier.list(
            [root, ISSUER_ID + issuer, registry.settings().policy, 0, 1],
            claim.nullifier,
            uint256(keccak256(words)) >> 8,
            claim.today
        );
    }

    // Accounts.

    function revokeRegistration(uint256 i) external atClock {
        (uint200 place,,,) = registry.registrationOf(account(i));
        vm.prank(account(i));
        (bool done,) = address(registry).call(abi.encodeCall(IProviderRegistry.revokeRegistration, ()));
        if (done) acceptedOf[place] += 1;
    }

    // The owner, who is this contract.

    function ban(uint256 seed) external atClock {
        uint256 until = clock / 1 days + seed % 25;
        (bool done,) =
            address(registry).call(abi.encodeCall(IProviderRegistry.ban, (nullifierOf(seed >> 8), uint24(until))));
        if (!done) return;
        if (until > clock / 1 days + 20) broken = 9;
        bannedUntilOf[uint200(nullifierOf(seed >> 8))] = until;
    }

    function distrustIssuer(uint256 seed) external atClock {
        // Seldom: nothing comes after it for that issuer.
        if (seed % 8 == 0 && registry.issuerTrusted(1)) registry.distrustIssuer(1);
    }

    function tighten(uint256 seed) external atClock {
        Settings memory now_ = registry.settings();
        Settings memory next = settingsOf(18 + seed % 4, uint16(4 + (seed >> 8) % 7), uint16(48 + (seed >> 16) % 49));
        (bool done,) = address(registry).call(abi.encodeCall(IProviderRegistry.change, (next)));
        if (!done) return;
        // Nothing was announced.
        if (next.policy & 255 < now_.policy & 255 || next.termDays > now_.termDays) broken = 10;
        if (next.coolDownHours < now_.coolDownHours) broken = 11;
    }
}
