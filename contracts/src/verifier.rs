//! The contract that checks proofs of circuit `present` under one verifying key.
//!
//! Two files beside this one hold its text: `key.sol.in` the key's constants and the checks of the constructor,
//! `proofs.sol.in` what is called. Only names and constants are filled in, so a reader of one such contract has read
//! them all. A development key yields [`Verifier::DEVELOPMENT`], which works on local chains alone.

#[cfg(test)]
mod tests;

use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::exchange::Environment;
use humanseal_zk_credentials::groth16::{KeyError, VerifyingKey};
use humanseal_zk_credentials::keys;

/// `IPresentVerifier.sol`, which the contract imports from beside it.
pub const INTERFACE: &str = include_str!("../solidity/IPresentVerifier.sol");

const HEADER: &str = "\
// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;
";
const KEY: &str = include_str!("verifier/key.sol.in");
const PROOFS: &str = include_str!("verifier/proofs.sol.in");

/// Number of words of a verifying key of circuit `present`.
const WORDS: usize = 32;
/// Their names in the contract, in the order of [`VerifyingKey::evm_words`].
const NAMES: [&str; WORDS] = [
    "ALPHA_X",
    "ALPHA_Y",
    "BETA_X_IM",
    "BETA_X_RE",
    "BETA_Y_IM",
    "BETA_Y_RE",
    "GAMMA_X_IM",
    "GAMMA_X_RE",
    "GAMMA_Y_IM",
    "GAMMA_Y_RE",
    "DELTA_X_IM",
    "DELTA_X_RE",
    "DELTA_Y_IM",
    "DELTA_Y_RE",
    "IC0_X",
    "IC0_Y",
    "IC1_X",
    "IC1_Y",
    "IC2_X",
    "IC2_Y",
    "IC3_X",
    "IC3_Y",
    "IC4_X",
    "IC4_Y",
    "IC5_X",
    "IC5_Y",
    "IC6_X",
    "IC6_Y",
    "IC7_X",
    "IC7_Y",
    "IC8_X",
    "IC8_Y",
];

/// The source of a verifier contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// The contract's name; its file is that with `.sol`.
    pub name: &'static str,
    /// The Solidity text. It imports [`INTERFACE`] from `./IPresentVerifier.sol`.
    pub source: String,
}

impl Verifier {
    /// Name of the contract of any key but a development key.
    pub const PRODUCTION: &'static str = "PresentVerifier";
    /// Name of the contract of a development key: whoever reads the project can forge proofs under it, so its
    /// constructor and every call revert unless the chain id is 31337 or 1337.
    pub const DEVELOPMENT: &'static str = "PresentVerifierDevelopment";

    /// Renders the contract of a key.
    ///
    /// # Errors
    /// [`KeyError::IcLength`] where the key is not for circuit `present`.
    pub fn of_key(key: &VerifyingKey) -> Result<Self, KeyError> {
        key.fits(shape(Circuit::Present))?;
        let words = key.evm_words().try_into().map_err(|_| KeyError::IcLength)?;
        let (name, guard) = match keys::admit(key, Environment::Production) {
            Ok(()) => (Self::PRODUCTION, Guard::None),
            Err(_) => (Self::DEVELOPMENT, Guard::LocalChains),
        };
        let imports =
            "\nimport {Entry, IPresentVerifier, Point} from \"./IPresentVerifier.sol\";\n\n";
        let opening = format!("{name} is IPresentVerifier");
        let source = [
            HEADER,
            imports,
            &fill(KEY, &opening, &words, guard),
            &fill(PROOFS, &opening, &words, guard),
        ]
        .concat();
        Ok(Self { name, source })
    }
}

/// Where a contract works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// On every chain.
    None,
    /// On chains that are nobody's: 31337 of anvil and hardhat, 1337 of ganache and geth's development mode.
    LocalChains,
}

/// Fills in a template. Whether the key is any good is not asked here: its type has seen to that, and the contract's
/// constructor does once more.
fn fill(template: &str, opening: &str, words: &[[u8; 32]; WORDS], guard: Guard) -> String {
    let constants: String = NAMES
        .iter()
        .zip(words)
        .map(|(name, word)| {
            format!(
                "    uint256 private constant {name} = 0x{};\n",
                hex::encode(word)
            )
        })
        .collect();
    let list = NAMES.map(|name| format!("            {name}")).join(",\n");
    let (title, error, function, call) = match guard {
        Guard::None => (TITLE.to_owned(), "", "", ""),
        Guard::LocalChains => (
            format!("{TITLE}\n{DEVELOPMENT_TITLE}"),
            GUARD_ERROR,
            GUARD,
            "        _onlyLocalChains();\n",
        ),
    };
    template
        .replace("{{title}}", &title)
        .replace("{{opening}}", opening)
        .replace("{{guard}}\n", error)
        .replace("{{guard_function}}\n", function)
        .replace("{{guarded}}", call)
        .replace("{{constants}}\n", &constants)
        .replace("{{words}}", &list)
}

const TITLE: &str = "\
/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.";
const DEVELOPMENT_TITLE: &str = "\
/// INSECURE: anybody can make proofs under this development key. It works on local chains only.";
const GUARD_ERROR: &str = "    /// The key is for development, the chain is not.
    error DevelopmentKey();
";
const GUARD: &str = "
    /// Passes on the chain ids of anvil and hardhat, and of ganache and geth's development mode.
    function _onlyLocalChains() private view {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKey();
    }
";
