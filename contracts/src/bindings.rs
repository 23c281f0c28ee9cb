//! The contracts' interfaces and creation code, as the pinned compiler wrote them into `artifacts`.
//!
//! What each call does and refuses stands in `solidity/IProviderRegistry.sol` and
//! `solidity/IPresentVerifier.sol`.
#![allow(missing_docs)]

use alloy::sol;

sol!(
    #[derive(Debug, PartialEq, Eq)]
    ProviderRegistry,
    "artifacts/ProviderRegistry.json"
);

sol!(
    #[derive(Debug, PartialEq, Eq)]
    PresentVerifierDevelopment,
    "artifacts/PresentVerifierDevelopment.json"
);

sol!(
    SpecimenReentrantWallet,
    "artifacts/SpecimenReentrantWallet.json"
);
