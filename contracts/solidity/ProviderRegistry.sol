// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {dayOfBlock, isPresent} from "./Dates.sol";
import {Gate, ISSUERS_AT, KEYS_AT} from "./Gate.sol";
import {Governance} from "./Governance.sol";
import {Claim, Entry, IPresentVerifier, Point} from "./IPresentVerifier.sol";
import {Cause, Issuer, Refusal, Settings} from "./IProviderRegistry.sol";
import {Place, placeId} from "./Place.sol";
import {EXPIRES_AT, ISSUER_AT, KEY_AT, Registration, registrationWord} from "./Registration.sol";
import {Roots} from "./Roots.sol";
import {Timelock} from "./Timelock.sol";
import {demandAllHold, proofHolds} from "./VerifierCall.sol";

// A word behind a pointer, so that its place in storage is hashed once.
struct PlaceSlot {
    Place word;
}

struct RegistrationSlot {
    Registration word;
}

// Where a place is live, as seen from a claim's account; as bits, so that a step says in one word where it may be.
uint256 constant NOWHERE = 1;
uint256 constant HERE = 2;
uint256 constant ELSEWHERE = 4;
// And whether the claim's account agreed that what is live there goes.
uint256 constant CONSENTED = 8;

/// One active place of one human for `scope`; docs/on-chain.md.
///
/// A place is live where its account's registration names it, has not expired, and issuer and key that admitted it
/// are trusted. State is written before the proof is checked: the check is a static call, and its failure reverts.
contract ProviderRegistry is Governance, EIP712 {
    uint256 public constant MAX_BATCH = 128;

    uint256 private constant ANY_NONCE = type(uint256).max;
    bytes32 private constant BINDING_TAG = keccak256("humanseal/v1/binding");
    bytes32 private constant CONSENT_TYPE =
        keccak256("Consent(address account,uint256 nullifier,uint256 nonce,uint32 date)");

    uint40 public immutable epochEnd;
    uint256 private immutable _chainId;
    /// keccak256 of the CAIP-2 id.
    bytes32 private immutable _chainWord;

    /// `epochEnd`, and the end of all times where there is none.
    uint40 private immutable _end;

    mapping(uint200 placeId => PlaceSlot) private _places;
    mapping(address account => RegistrationSlot) private _registrations;

    constructor(
        uint256 scope_,
        uint40 epochEnd_,
        uint40 delay_,
        Settings memory settings_,
        IPresentVerifier verifier_,
        Issuer[] memory issuers_,
        address owner_
    ) Roots(scope_) Timelock(owner_, delay_) Governance(settings_, verifier_, issuers_) EIP712("Humanseal", "1") {
        if (epochEnd_ != 0 && epochEnd_ <= block.timestamp) revert SettingsInvalid();
        epochEnd = epochEnd_;
        _end = epochEnd_ == 0 ? type(uint40).max : epochEnd_;
        _chainId = block.chainid;
        _chainWord = keccak256(abi.encodePacked("eip155:", Strings.toString(block.chainid)));
    }

    function register(Claim calldata claim, uint8 issuer, uint40 issuedAt) external {
        _admit(NOWHERE, claim, issuer, issuedAt);
    }

    function renew(Claim calldata claim, uint8 issuer, uint40 issuedAt) external {
        _admit(HERE, claim, issuer, issuedAt);
    }

    function move(Claim calldata claim, uint8 issuer, uint40 issuedAt) external {
        _admit(ELSEWHERE, claim, issuer, issuedAt);
    }

    function registerWithConsent(Claim calldata claim, uint8 issuer, uint40 issuedAt, bytes calldata consent) external {
        _checkConsent(claim, consent);
        _admit(NOWHERE | CONSENTED, claim, issuer, issuedAt);
    }

    function moveWithConsent(Claim calldata claim, uint8 issuer, uint40 issuedAt, bytes calldata consent) external {
        _checkConsent(claim, consent);
        _admit(ELSEWHERE | CONSENTED, claim, issuer, issuedAt);
    }

    function registerBatch(Entry[] calldata entries, uint8 issuer, uint40 issuedAt) external {
        if (entries.length == 0 || entries.length > MAX_BATCH) revert BatchSize();
        (Gate gate, Point storage point) = _open(issuer, issuedAt);
        uint256[] memory kept = new uint256[](entries.length);
        uint256[] memory bindings = new uint256[](entries.length);
        uint256 size = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            (uint256 binding, Refusal refusal) = _take(NOWHERE | HERE, entries[i].claim, entries[i].nonce, gate, issuer);
            if (binding == 0) {
                emit Skipped(i, refusal);
                continue;
            }
            kept[size] = i;
            bindings[size++] = binding;
        }
        if (size == 0) revert NothingRegistered();
        assembly ("memory-safe") {
            mstore(kept, size)
            mstore(bindings, size)
        }
        demandAllHold(gate.verifier(), point, entries, kept, bindings);
    }

    function revokeRegistration() external {
        Registration held = _registrations[msg.sender].word;
        if (!held.isLive(_gate)) revert Refused(Refusal.NotRegistered);
        PlaceSlot storage slot = _places[held.place()];
        slot.word = slot.word.counted();
        _finish(held.place(), msg.sender, Cause.Revoked);
    }

    function ban(uint256 nullifier, uint24 untilDay) external onlyOwner {
        uint200 id = placeId(nullifier);
        Place place = _places[id].word;
        uint256 today = dayOfBlock();
        if (untilDay <= today || untilDay <= place.bannedUntilDay() || untilDay > today + _maxBanDays) {
            revert BanInvalid();
        }
        _places[id].word = place.withBan(untilDay);
        emit Banned(nullifier, untilDay);
        Registration held = _registrations[place.account()].word;
        if (held.place() == id && held.isLive(_gate)) _finish(id, place.account(), Cause.Banned);
    }

    /// `Registration.isLive` by hand: every contract that gates something pays for this. Two storage reads.
    function isVerified(address account) external view returns (bool) {
        assembly ("memory-safe") {
            mstore(0x00, account)
            mstore(0x20, _registrations.slot)
            let held := sload(keccak256(0x00, 0x40))
            let gate := sload(_gate.slot)
            // Each bitmap is cut out before it is shifted: beyond its end nobody is trusted.
            let issuerBits := shr(and(shr(ISSUER_AT, held), 0xff), and(shr(ISSUERS_AT, gate), 0xffffffff))
            let keyBits := shr(shr(KEY_AT, held), and(shr(KEYS_AT, gate), 0xff))
            let inTime := gt(and(shr(EXPIRES_AT, held), 0xffffffffff), timestamp())
            mstore(0x00, and(and(issuerBits, keyBits), inTime))
            return(0x00, 0x20)
        }
    }

    function registrationOf(address account)
        external
        view
        returns (uint200 place, uint40 expiresAt, uint8 issuer, uint8 key)
    {
        Registration held = _registrations[account].word;
        return (held.place(), held.expiresAt(), held.issuer(), held.key());
    }

    function proofCount(uint256 nullifier) external view returns (uint32) {
        return _places[placeId(nullifier)].word.count();
    }

    function placeOf(uint256 nullifier) external view returns (address account, uint40 since, uint24 bannedUntilDay) {
        Place place = _places[placeId(nullifier)].word;
        return (place.account(), place.since(), place.bannedUntilDay());
    }

    function _admit(uint256 allowed, Claim calldata claim, uint8 issuer, uint40 issuedAt) private {
        (Gate gate, Point storage point) = _open(issuer, issuedAt);
        (uint256 binding, Refusal refusal) = _take(allowed, claim, ANY_NONCE, gate, issuer);
        if (binding == 0) revert Refused(refusal);
        if (!proofHolds(gate.verifier(), point, claim, binding)) revert ProofInvalid();
    }

    /// What holds for every proof: this chain, an epoch that lasts, trust, and a root that counts.
    function _open(uint8 issuer, uint40 issuedAt) private view returns (Gate gate, Point storage point) {
        if (block.chainid != _chainId) revert ChainIdChanged();
        if (block.timestamp >= _end) revert EpochOver();
        gate = _gate;
        point = _pointOf(gate, issuer, issuedAt);
    }

    /// Writes what the claim asks for, and returns the binding for which its proof is to be checked afterwards. Or
    /// writes nothing and returns 0 and why the claim takes no place. `allowed` says where the place may be live, and
    /// whether the account consents.
    function _take(uint256 allowed, Claim calldata claim, uint256 nonce, Gate gate, uint8 issuer)
        private
        returns (uint256 binding, Refusal refusal)
    {
        address account = claim.account;
        if (account == address(0)) return (0, Refusal.NoAccount);
        if (!isPresent(claim.today)) return (0, Refusal.Day);
        PlaceSlot storage slot = _places[placeId(claim.nullifier)];
        Place place = slot.word;
        if (nonce != ANY_NONCE && nonce != place.count()) return (0, Refusal.Stale);
        binding = _binding(account, place.count());

        uint256 standing = NOWHERE;
        if (Place.unwrap(place) != 0) {
            (standing, refusal) = _judge(allowed, claim, place, gate);
            if (standing == 0) return (0, refusal);
        } else if (allowed & NOWHERE == 0) {
            return (0, Refusal.NotRegistered);
        }
        RegistrationSlot storage held = _registrations[account];
        if (standing != HERE && held.word.isLive(gate)) {
            // Whoever sends a batch looked at nobody's entry: that is no word of their own account.
            bool called = msg.sender == account && nonce == ANY_NONCE;
            if (allowed & CONSENTED == 0 && !called) return (0, Refusal.AccountOccupied);
            // The word is overwritten below.
            emit Ended(held.word.place(), account, Cause.Displaced);
        }
        if (standing == ELSEWHERE) _finish(placeId(claim.nullifier), place.account(), Cause.Moved);

        place = standing == HERE ? place.counted() : place.taken(account);
        slot.word = place;
        held.word = _registered(claim, account, gate, issuer);
    }

    /// The word of a registration from now on, and its event.
    function _registered(Claim calldata claim, address account, Gate gate, uint8 issuer)
        private
        returns (Registration)
    {
        uint256 expiresAt;
        unchecked {
            expiresAt = block.timestamp + gate.termSeconds();
        }
        if (expiresAt > _end) expiresAt = _end;
        uint256 nullifier = claim.nullifier;
        uint256 key = gate.key();
        bytes32 topic = Registered.selector;
        assembly ("memory-safe") {
            // Behind the free memory, which stays free: this is not read again.
            let data := mload(0x40)
            mstore(data, expiresAt)
            mstore(add(data, 0x20), issuer)
            mstore(add(data, 0x40), key)
            log3(data, 0x60, topic, nullifier, account)
        }
        return registrationWord(nullifier, expiresAt, issuer, key);
    }

    /// Where a place that was taken or banned before is live; 0 and why where the claim cannot have it.
    function _judge(uint256 allowed, Claim calldata claim, Place place, Gate gate)
        private
        view
        returns (uint256 standing, Refusal refusal)
    {
        if (dayOfBlock() < place.bannedUntilDay()) return (0, Refusal.Banned);
        (address before, address account) = (place.account(), claim.account);
        Registration last = _registrations[before].word;
        standing = NOWHERE;
        if (last.place() == placeId(claim.nullifier) && last.isLive(gate)) {
            standing = before == account ? HERE : ELSEWHERE;
        }
        if (allowed & standing == 0) {
            if (allowed & NOWHERE != 0) return (0, Refusal.Registered);
            return (0, standing == NOWHERE ? Refusal.NotRegistered : Refusal.OtherAccount);
        }
        // Whatever ended the last registration: else an end would be a way around the cool-down.
        if (before != account && before != address(0)) {
            if (block.timestamp < place.since() + gate.coolDownSeconds()) return (0, Refusal.CoolingDown);
        }
    }

    function _finish(uint200 id, address account, Cause cause) private {
        _registrations[account].word = Registration.wrap(0);
        emit Ended(id, account, cause);
    }

    /// docs/protocol.md section 8.
    function _binding(address account, uint256 count) private view returns (uint256 binding) {
        (bytes32 tag, bytes32 chain) = (BINDING_TAG, _chainWord);
        assembly ("memory-safe") {
            // Behind the free memory, which stays free: this is not read again.
            let words := mload(0x40)
            mstore(words, tag)
            mstore(add(words, 0x20), chain)
            mstore(add(words, 0x40), account)
            mstore(add(words, 0x60), address())
            mstore(add(words, 0x80), count)
            binding := shr(8, keccak256(words, 0xa0))
        }
    }

    /// A contract wallet answers by EIP-1271, in a static call and before anything is written.
    function _checkConsent(Claim calldata claim, bytes calldata consent) private view {
        uint256 nonce = _places[placeId(claim.nullifier)].word.count();
        uint32 date = uint32(claim.today & (1 << 25) - 1);
        bytes32 digest =
            _hashTypedDataV4(keccak256(abi.encode(CONSENT_TYPE, claim.account, claim.nullifier, nonce, date)));
        if (!SignatureChecker.isValidSignatureNowCalldata(claim.account, digest, consent)) revert ConsentInvalid();
    }
}
