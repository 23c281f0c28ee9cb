// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Gate, MAX_KEYS} from "./Gate.sol";
import {IPresentVerifier} from "./IPresentVerifier.sol";
import {IProviderRegistry, Issuer, Settings} from "./IProviderRegistry.sol";
import {Roots} from "./Roots.sol";
import {MIN_ESTABLISHED_DAYS, demand, inBounds, isTighter, leastEstablishedDays} from "./Rules.sol";
import {Timelock} from "./Timelock.sol";

// Words of settings in a call.
uint256 constant SETTINGS = 6;

/// What the owner decides. Distrust and tightening act at once, everything that could admit somebody waits.
abstract contract Governance is Roots, Timelock {
    uint16 internal _maxBanDays;
    uint8 private _keys;
    uint16 private _heldDays;
    uint40 private _heldUntil;

    constructor(Settings memory first, IPresentVerifier verifier_, Issuer[] memory issuers_) {
        Gate gate;
        for (uint256 i = 0; i < issuers_.length; ++i) {
            gate = _admitIssuer(gate, issuers_[i]);
        }
        gate = _admitKey(gate, verifier_);
        if (!inBounds(first) || !_meetsDemand(first, leastEstablishedDays(first))) revert SettingsInvalid();
        _gate = _set(gate, first);
    }

    /// Every registration that this issuer admitted is over, for good: admitted again, it gets another index.
    function distrustIssuer(uint8 issuer) external onlyOwner {
        Gate gate = _gate;
        if (!gate.trustsIssuer(issuer)) revert IssuerUntrusted();
        _gate = gate.withoutIssuer(issuer);
        emit IssuerDistrusted(issuer);
    }

    /// Likewise. Distrust of the newest key halts registration until another is admitted.
    function distrustKey(uint8 key) external onlyOwner {
        Gate gate = _gate;
        if (!gate.trustsKey(key)) revert KeyUntrusted();
        _gate = gate.withoutKey(key);
        emit KeyDistrusted(key);
    }

    /// Settings that are no looser than the present ones need no announcement, and get none: made after a
    /// tightening, they would open the gate again without anybody having been warned.
    function announce(bytes calldata call) public override(IProviderRegistry, Timelock) onlyOwner {
        if (call.length == 4 + 32 * SETTINGS && bytes4(call) == this.change.selector) {
            if (isTighter(abi.decode(call[4:], (Settings)), settings())) revert NothingLoosened();
        }
        super.announce(call);
    }

    function admitIssuer(Issuer calldata issuer) external onlyOwner {
        _spendAnnouncement(2);
        _gate = _admitIssuer(_gate, issuer);
    }

    /// What earlier keys admitted stays until its end, or until they are distrusted.
    function admitKey(IPresentVerifier next, bytes32 codeHash) external onlyOwner {
        _spendAnnouncement(2);
        if (address(next).codehash != codeHash) revert CodeMismatch();
        Gate gate = _admitKey(_gate, next).withNextVersion();
        _gate = gate;
        _cacheAll(gate);
    }

    function change(Settings calldata next) external onlyOwner {
        Settings memory present = settings();
        // Made while it loosens nothing, it uses up its announcement all the same: else that would loosen later, once more.
        if (isTighter(next, present)) delete readyAt[keccak256(msg.data)];
        else _spendAnnouncement(SETTINGS);
        if (!inBounds(next)) revert SettingsInvalid();
        // A registration or ban of the present settings may outlive them: until it cannot, the demand that
        // kept a recovered secret from a second place beside it stays. docs/protocol.md section 9.
        (uint16 least, uint16 before) = (leastEstablishedDays(next), leastEstablishedDays(present));
        bool held = block.timestamp < _heldUntil;
        uint16 heldDays = held ? _heldDays : 0;
        if (least < before) {
            uint40 until = uint40(block.timestamp + uint256(before) * 1 days);
            heldDays = heldDays > before ? heldDays : before;
            _heldDays = heldDays;
            _heldUntil = held && _heldUntil > until ? _heldUntil : until;
        }
        if (!_meetsDemand(next, least > heldDays ? least : heldDays)) revert SettingsInvalid();

        bool proofsDiffer = next.policy != present.policy || next.excluded != present.excluded;
        Gate gate = _set(proofsDiffer ? _gate.withNextVersion() : _gate, next);
        _gate = gate;
        if (proofsDiffer) _cacheAll(gate);
    }

    function settings() public view returns (Settings memory) {
        Gate gate = _gate;
        return Settings({
            policy: _policy,
            excluded: _excluded,
            windowHours: uint8(gate.windowSeconds() / 1 hours),
            termDays: uint16(gate.termSeconds() / 1 days),
            maxBanDays: _maxBanDays,
            coolDownHours: uint16(gate.coolDownSeconds() / 1 hours)
        });
    }

    function heldDemand() external view returns (uint16 minEstablishedDays, uint40 until) {
        return block.timestamp < _heldUntil ? (_heldDays, _heldUntil) : (0, 0);
    }

    /// Without a demand nothing is promised: then the owner chose that one line may hold two places.
    function _meetsDemand(Settings memory next, uint16 least) private pure returns (bool) {
        uint256 days_ = demand(next.policy, MIN_ESTABLISHED_DAYS, 16);
        return days_ == 0 || days_ >= least;
    }

    function _admitKey(Gate gate, IPresentVerifier next) private returns (Gate) {
        uint256 index = _keys;
        if (index == MAX_KEYS) revert Full();
        _keys = uint8(index + 1);
        emit KeyAdmitted(uint8(index), next, next.vkHash());
        return gate.withVerifier(next, index);
    }

    function _set(Gate gate, Settings memory next) private returns (Gate) {
        _policy = uint64(next.policy);
        _excluded = next.excluded;
        _maxBanDays = next.maxBanDays;
        emit SettingsChanged(next);
        return gate.withTimes(next.windowHours, next.termDays, next.coolDownHours);
    }
}
