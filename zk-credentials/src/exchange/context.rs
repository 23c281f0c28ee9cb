//! What binds an `enrol` proof to one session.

use super::{Nonce, SessionKind};
use crate::{
    eddsa::IssuerId,
    field::FieldElement,
    word::{Word, h248},
};

/// `context = H248("humanseal/v1/enrol", session nonce, issuer, kind)`, kind 1 issue, 2 refresh,
/// 3 renew, 4 recover (docs/protocol.md section 4).
pub fn enrol_context(nonce: Nonce, issuer: IssuerId, kind: SessionKind) -> FieldElement {
    let parts = [
        Word::of_bytes(nonce.0),
        Word::of_field(&issuer.0),
        Word::of_u64(kind.number()),
    ];
    h248("humanseal/v1/enrol", &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_nonce_issuer_or_kind_is_another_context() {
        let issuer = |number: u64| IssuerId(FieldElement::from(number));
        let contexts = [
            enrol_context(Nonce([1; 32]), issuer(5), SessionKind::Issue),
            enrol_context(Nonce([2; 32]), issuer(5), SessionKind::Issue),
            enrol_context(Nonce([1; 32]), issuer(6), SessionKind::Issue),
            enrol_context(Nonce([1; 32]), issuer(5), SessionKind::Refresh),
            enrol_context(Nonce([1; 32]), issuer(5), SessionKind::Renew),
            enrol_context(Nonce([1; 32]), issuer(5), SessionKind::Recover),
        ];
        let distinct: std::collections::HashSet<_> = contexts.iter().collect();
        assert_eq!(distinct.len(), contexts.len());
    }

    #[test]
    fn the_parts_are_words_in_order() {
        let bytes = [
            crate::word::keccak256(b"humanseal/v1/enrol"),
            [7; 32],
            Word::of_u64(9).0,
            Word::of_u64(4).0,
        ]
        .concat();
        let digest = crate::word::keccak256(&bytes);
        let context = enrol_context(
            Nonce([7; 32]),
            IssuerId(FieldElement::from(9)),
            SessionKind::Recover,
        );
        assert_eq!(context.to_be_bytes()[1..], digest[..31]);
    }
}
