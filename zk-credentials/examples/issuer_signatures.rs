//! Prints fixtures/vectors/issuer-signatures.json: our key and nonce derivation on fixed seeds.

use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::word::{Word, h248};

fn main() {
    let signatures: Vec<_> = (0..8_u8)
        .map(|i| {
            let seed = [i; 32];
            let key = IssuerSecretKey::from_seed(seed);
            let message = h248("humanseal/v1/vector", &[Word::of_u64(i.into())]);
            let signature = key.sign(message);
            serde_json::json!({
                "seed": hex::encode(seed), "ax": key.public().ax(), "ay": key.public().ay(), "message": message,
                "r8x": signature.r8x, "r8y": signature.r8y, "s": signature.s,
            })
        })
        .collect();
    let origin = "cargo run --release -p humanseal-zk-credentials --example issuer_signatures";
    println!(
        "{:#}",
        serde_json::json!({ "origin": origin, "signatures": signatures })
    );
}
