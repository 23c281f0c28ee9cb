//! What ties a proof to one account, one audience and one nonce.

use humanseal_zk_credentials::{
    field::FieldElement,
    word::{Word, h248},
};

use crate::account::Account;

/// `binding = H248("humanseal/v1/binding", chain, account32, audience, nonce)`
/// (docs/protocol.md section 8).
///
/// Over REST the audience is [`crate::Origin::audience`] and the nonce the request's 32 bytes; on
/// chain the audience is [`contract_audience`] and the nonce the registry's count for the
/// nullifier.
pub fn binding(account: &Account, audience: Word, nonce: Word) -> FieldElement {
    let parts = [
        account.chain_word(),
        account.account_word(),
        audience,
        nonce,
    ];
    h248("humanseal/v1/binding", &parts)
}

/// A contract's address, left-padded: the audience of a binding on chain.
pub fn contract_audience(contract: [u8; 20]) -> Word {
    let mut word = [0; 32];
    word[12..].copy_from_slice(&contract);
    Word::of_bytes(word)
}
