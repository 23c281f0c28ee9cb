// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IProviderRegistry} from "./IProviderRegistry.sol";

/// The owner, and the delay before whatever could admit somebody. A call that loosens is announced in full, so
/// that everybody can read it, can be made once after the delay, and lapses unless it is made in time.
abstract contract Timelock is IProviderRegistry, Ownable2Step {
    uint40 public constant LAPSE = 14 days;
    uint40 public immutable delay;

    /// By keccak256 of the call data; 0 where nothing is announced.
    mapping(bytes32 id => uint40) public readyAt;

    constructor(address owner_, uint40 delay_) Ownable(owner_) {
        if (delay_ < 1 days || delay_ > 30 days) revert SettingsInvalid();
        delay = delay_;
    }

    /// Announced again, a call waits again.
    function announce(bytes calldata call) public virtual onlyOwner {
        bytes32 id = keccak256(call);
        uint40 ready = uint40(block.timestamp) + delay;
        readyAt[id] = ready;
        emit Announced(id, call, ready, ready + LAPSE);
    }

    function withdraw(bytes32 id) external onlyOwner {
        if (readyAt[id] == 0) revert NotAnnounced();
        delete readyAt[id];
        emit Withdrawn(id);
    }

    /// The two steps hand over; nobody can leave the registry without one who distrusts.
    function renounceOwnership() public pure override {
        revert RenouncingRefused();
    }

    /// Uses up the announcement of the present call: selector and so many words, byte for byte. What follows them
    /// would be ignored by the call, but make it another one to announce.
    function _spendAnnouncement(uint256 words) internal {
        if (msg.data.length != 4 + 32 * words) revert NotAnnounced();
        bytes32 id = keccak256(msg.data);
        uint40 ready = readyAt[id];
        if (ready == 0 || block.timestamp >= ready + LAPSE) revert NotAnnounced();
        if (block.timestamp < ready) revert TooEarly(ready);
        delete readyAt[id];
    }
}
