// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Cheating} from "../Vm.sol";
import {dateOfDay} from "../../solidity/Dates.sol";
import {Claim, Entry, IPresentVerifier} from "../../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Issuer, Refusal, Settings} from "../../solidity/IProviderRegistry.sol";
import {ProviderRegistry} from "../../solidity/ProviderRegistry.sol";
import {ListedProofs} from "./ListedProofs.sol";

/// A registry over `ListedProofs` with one issuer and one root, and what tests of it say often.
///
/// The clock is kept here: the compiler may take `block.timestamp` for constant within a call, and `warp` changes it.
abstract contract RegistryFixture is Cheating {
    // Noon of 2026-11-25, UTC.
    uint256 internal constant START = 1_795_608_000;
    uint256 internal constant SCOPE = 0x5c09e;
    uint256 internal constant ISSUER_ID = 0x155e5;
    uint256 internal constant SIGNER_KEY = 0x516e5;
    uint256 internal constant ROOT = 0x5007;
    uint40 internal constant DELAY = 2 days;
    uint8 internal constant ISSUER = 0;

    address internal constant OWNER = address(0x0143);
    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);
    uint256 internal constant HUMAN = uint256(keccak256("one human's place")) >> 8;
    uint256 internal constant OTHER = uint256(keccak256("another human's place")) >> 8;

    ListedProofs internal verifier;
    ProviderRegistry internal registry;
    uint256 internal clock;
    /// Of the newest root.
    uint40 internal issuedAt;

    function setUp() public virtual {
        warpTo(START);
        verifier = new ListedProofs("first key");
        registry = deploy(0);
        post(ROOT, START - 1 hours);
    }

    function deploy(uint40 epochEnd) internal returns (ProviderRegistry) {
        Issuer[] memory first = new Issuer[](1);
        first[0] = Issuer(ISSUER_ID, vm.addr(SIGNER_KEY));
        return new ProviderRegistry(SCOPE, epochEnd, DELAY, defaults(), verifier, first, OWNER);
    }

    /// 18 years, document 2, device 2, unique 2, one slot, any age of the match, 34 days established.
    function policyOf(uint256 minAge, uint256 maxSlots, uint256 minEstablishedDays) internal pure returns (uint256) {
        return minAge | 2 << 8 | 2 << 12 | 2 << 16 | maxSlots << 20 | 65_535 << 28 | minEstablishedDays << 44;
    }

    function defaults() internal pure returns (Settings memory) {
        return Settings({
            policy: policyOf(18, 2, 34), excluded: 0, windowHours: 72, termDays: 30, maxBanDays: 30, coolDownHours: 48
        });
    }

    // The clock.

    function warpTo(uint256 time) internal {
        clock = time;
        vm.warp(time);
    }

    function pass(uint256 time) internal {
        warpTo(clock + time);
    }

    function packed(uint256 day) internal pure returns (uint256) {
        return day << 25 | dateOfDay(day);
    }

    // Roots.

    function rootDigest(uint256 id, uint256 root, uint256 time) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Humanseal"), keccak256("1"))
        );
        bytes32 kind = keccak256("StatusRoot(uint256 issuer,uint256 root,uint64 issuedAt,bytes32 previous)");
        bytes32 message = keccak256(abi.encode(kind, id, root, time, bytes32(0)));
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function post(uint256 root, uint256 time) internal {
        bytes memory signature = signed(SIGNER_KEY, rootDigest(ISSUER_ID, root, time));
        registry.postRoot(ISSUER, root, uint64(time), 0, signature);
        issuedAt = uint40(time);
    }

    /// A root of this moment, as an issuer publishes them again and again.
    function postNow() internal {
        post(uint256(keccak256(abi.encode(clock))) >> 8, clock);
    }

    // Proofs.

    /// docs/protocol.md section 8, written a second time.
    function bindingOf(address account, uint256 count) internal view returns (uint256) {
        bytes32 chain = keccak256(abi.encodePacked("eip155:", vm.toString(block.chainid)));
        bytes memory words = abi.encodePacked(
            keccak256("humanseal/v1/binding"),
            chain,
            uint256(uint160(account)),
            uint256(uint160(address(registry))),
            count
        );
        return uint256(keccak256(words)) >> 8;
    }

    /// A claim with a proof for what the registry demands now.
    function proved(uint256 nullifier, address account) internal returns (Claim memory) {
        return provedFor(nullifier, account, registry.proofCount(nullifier), clock / 1 days);
    }

    function provedFor(uint256 nullifier, address account, uint256 count, uint256 day)
        internal
        returns (Claim memory claim)
    {
        claim.nullifier = nullifier;
        claim.account = account;
        claim.today = packed(day);
        (uint256 root,) = registry.newestRoot(ISSUER);
        Settings memory now_ = registry.settings();
        ListedProofs(address(registry.verifier()))
            .list(
                [root, ISSUER_ID, now_.policy, now_.excluded, SCOPE], nullifier, bindingOf(account, count), claim.today
            );
    }

    function register(uint256 nullifier, address account) internal {
        Claim memory claim = proved(nullifier, account);
        registry.register(claim, ISSUER, issuedAt);
    }

    function move(uint256 nullifier, address account) internal {
        Claim memory claim = proved(nullifier, account);
        registry.move(claim, ISSUER, issuedAt);
    }

    function renew(uint256 nullifier, address account) internal {
        Claim memory claim = proved(nullifier, account);
        registry.renew(claim, ISSUER, issuedAt);
    }

    function consentDigest(address account, uint256 nullifier, uint256 nonce, uint256 date)
        internal
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Humanseal"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes32 kind = keccak256("Consent(address account,uint256 nullifier,uint256 nonce,uint32 date)");
        return
            keccak256(abi.encodePacked(hex"1901", domain, keccak256(abi.encode(kind, account, nullifier, nonce, date))));
    }

    // Expectations.

    function expectRefused(Refusal why) internal {
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.Refused.selector, why));
    }

    function expectError(bytes4 selector) internal {
        vm.expectRevert(selector);
    }

    function check(bool holds, string memory what) internal pure {
        require(holds, what);
    }

    function checkVerified(address account) internal view {
        require(registry.isVerified(account), "verified");
    }

    function checkNotVerified(address account) internal view {
        require(!registry.isVerified(account), "not verified");
    }

    // The owner.

    function byOwner(bytes memory call) internal {
        vm.prank(OWNER);
        (bool done, bytes memory answer) = address(registry).call(call);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    function afterDelay(bytes memory call) internal {
        byOwner(abi.encodeCall(IProviderRegistry.announce, (call)));
        pass(DELAY);
        byOwner(call);
    }

    function change(Settings memory next) internal {
        byOwner(abi.encodeCall(IProviderRegistry.change, (next)));
    }
}
