// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract DeltaIsGamma {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant DELTA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant DELTA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant DELTA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract DeltaIsMinusGamma {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant DELTA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant DELTA_Y_IM = 0x06925d9638fd618d663383bef28a1e622f571c0b2ad7c2ae4820ff958ecb24ee;
    uint256 private constant DELTA_Y_RE = 0x20d2635f1dbafc731ac2e1363d93477840c393d354e910aa0dbfb0d77c945a50;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract DeltaIsGenerator {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant DELTA_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant DELTA_Y_IM = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant DELTA_Y_RE = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract DeltaIsMinusGenerator {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant DELTA_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant DELTA_Y_IM = 0x275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec;
    uint256 private constant DELTA_Y_RE = 0x1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract AlphaAtInfinity {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant ALPHA_Y = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x04be3937735fae75e59266b466e891ee2b8a1ab173e1da0dc4728674ccc00843;
    uint256 private constant DELTA_X_RE = 0x0283548290df246bda891aa8c4751280cd1e49d4a11588f33aed7420d60e6adf;
    uint256 private constant DELTA_Y_IM = 0x2581cf584ddc15188d61ac9cc1a55b4670f69c0401813d482a9e6ac3b258e30c;
    uint256 private constant DELTA_Y_RE = 0x168923702214e17b0b5ceb4eed902369f623df7ce3135af77733c38fed559f79;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract BetaAtInfinity {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant BETA_X_RE = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant BETA_Y_IM = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant BETA_Y_RE = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x04be3937735fae75e59266b466e891ee2b8a1ab173e1da0dc4728674ccc00843;
    uint256 private constant DELTA_X_RE = 0x0283548290df246bda891aa8c4751280cd1e49d4a11588f33aed7420d60e6adf;
    uint256 private constant DELTA_Y_IM = 0x2581cf584ddc15188d61ac9cc1a55b4670f69c0401813d482a9e6ac3b258e30c;
    uint256 private constant DELTA_Y_RE = 0x168923702214e17b0b5ceb4eed902369f623df7ce3135af77733c38fed559f79;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract GammaAtInfinity {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant GAMMA_X_RE = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant GAMMA_Y_IM = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant GAMMA_Y_RE = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant DELTA_X_IM = 0x04be3937735fae75e59266b466e891ee2b8a1ab173e1da0dc4728674ccc00843;
    uint256 private constant DELTA_X_RE = 0x0283548290df246bda891aa8c4751280cd1e49d4a11588f33aed7420d60e6adf;
    uint256 private constant DELTA_Y_IM = 0x2581cf584ddc15188d61ac9cc1a55b4670f69c0401813d482a9e6ac3b258e30c;
    uint256 private constant DELTA_Y_RE = 0x168923702214e17b0b5ceb4eed902369f623df7ce3135af77733c38fed559f79;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract DeltaAtInfinity {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant DELTA_X_RE = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant DELTA_Y_IM = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant DELTA_Y_RE = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract FirstIcAtInfinity {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x04be3937735fae75e59266b466e891ee2b8a1ab173e1da0dc4728674ccc00843;
    uint256 private constant DELTA_X_RE = 0x0283548290df246bda891aa8c4751280cd1e49d4a11588f33aed7420d60e6adf;
    uint256 private constant DELTA_Y_IM = 0x2581cf584ddc15188d61ac9cc1a55b4670f69c0401813d482a9e6ac3b258e30c;
    uint256 private constant DELTA_Y_RE = 0x168923702214e17b0b5ceb4eed902369f623df7ce3135af77733c38fed559f79;
    uint256 private constant IC0_X = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant IC0_Y = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract LastIcAtInfinity {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x04be3937735fae75e59266b466e891ee2b8a1ab173e1da0dc4728674ccc00843;
    uint256 private constant DELTA_X_RE = 0x0283548290df246bda891aa8c4751280cd1e49d4a11588f33aed7420d60e6adf;
    uint256 private constant DELTA_Y_IM = 0x2581cf584ddc15188d61ac9cc1a55b4670f69c0401813d482a9e6ac3b258e30c;
    uint256 private constant DELTA_Y_RE = 0x168923702214e17b0b5ceb4eed902369f623df7ce3135af77733c38fed559f79;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x0000000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant IC8_Y = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract NothingIsWrong {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x04be3937735fae75e59266b466e891ee2b8a1ab173e1da0dc4728674ccc00843;
    uint256 private constant DELTA_X_RE = 0x0283548290df246bda891aa8c4751280cd1e49d4a11588f33aed7420d60e6adf;
    uint256 private constant DELTA_Y_IM = 0x2581cf584ddc15188d61ac9cc1a55b4670f69c0401813d482a9e6ac3b258e30c;
    uint256 private constant DELTA_Y_RE = 0x168923702214e17b0b5ceb4eed902369f623df7ce3135af77733c38fed559f79;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }
}
