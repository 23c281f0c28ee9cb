// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Cheating} from "../Vm.sol";
import {ProviderRegistry} from "../../solidity/ProviderRegistry.sol";
import {RegistryHandler} from "./RegistryHandler.sol";

/// What holds after whatever the handler did.
contract RegistryInvariantsTest is Cheating {
    RegistryHandler private _handler;
    ProviderRegistry private _registry;

    function setUp() public {
        _handler = new RegistryHandler();
        _registry = _handler.registry();
    }

    /// The handler alone is called.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// One campaign for all of them, so that it can be long: a move needs a registration, two days and a root.
    /// forge-config: default.invariant.depth = 100
    function invariant_of_places_counts_and_trust() public {
        vm.warp(_handler.clock());
        eachPlaceHasAtMostOneLiveAccountAndEachAccountOnePlace();
        theCountIsWhatWentThrough();
        onlyWhatIsAdmittedTrustedAndInTimeIsVerified();
        require(_handler.broken() == 0, string.concat("broken on the way: rule ", vm.toString(_handler.broken())));
    }

    function eachPlaceHasAtMostOneLiveAccountAndEachAccountOnePlace() private view {
        for (uint256 i = 0; i < _handler.PLACES(); ++i) {
            uint256 nullifier = _handler.nullifierOf(i);
            (address last,,) = _registry.placeOf(nullifier);
            uint256 live = 0;
            for (uint256 j = 0; j < _handler.ACCOUNTS(); ++j) {
                address account = _handler.account(j);
                (uint200 place,,,) = _registry.registrationOf(account);
                if (place != uint200(nullifier) || !_registry.isVerified(account)) continue;
                live += 1;
                require(account == last, "the place knows its account");
            }
            require(live <= 1, "one live account");
        }
    }

    function theCountIsWhatWentThrough() private view {
        for (uint256 i = 0; i < _handler.PLACES(); ++i) {
            uint256 nullifier = _handler.nullifierOf(i);
            require(_registry.proofCount(nullifier) == _handler.acceptedOf(uint200(nullifier)), "count");
        }
    }

    function onlyWhatIsAdmittedTrustedAndInTimeIsVerified() private view {
        uint256 clock = _handler.clock();
        for (uint256 i = 0; i < _handler.ACCOUNTS(); ++i) {
            address account = _handler.account(i);
            (uint200 place, uint40 expiresAt, uint8 issuer, uint8 key) = _registry.registrationOf(account);
            require(expiresAt <= _handler.epochEnd(), "the epoch");
            require(expiresAt <= clock + 10 days, "the longest term");
            bool lives = expiresAt > clock && _registry.issuerTrusted(issuer) && _registry.keyTrusted(key);
            require(_registry.isVerified(account) == lives, "verified");
            if (lives) require(_handler.accountOf(place) == account, "by a proof for this account");
            if (lives) require(clock / 1 days >= _handler.bannedUntilOf(place), "not banned");
        }
        require(!_registry.isVerified(address(0)), "nobody");
    }
}
