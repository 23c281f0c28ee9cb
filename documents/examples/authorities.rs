//! Reads pairs of files, certificate and signer, one pair a line with a tab between, and prints the
//! kind of the signer's key and whether it signed the certificate. `scripts/outsiders/authorities.sh`
//! compares this with what OpenSSL says.

use std::error::Error;
use std::io::BufRead;

use humanseal_documents::{Anchor, TrustStore};

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (certificate, signer) = line.split_once('\t').ok_or("two files a line")?;
        let (certificate, signer) = (anchor(certificate)?, anchor(signer)?);
        let verdict = match (signer.key_name(), certificate.is_signed_by(&signer)) {
            (Ok(key), Ok(true)) => format!("{key}\tholds"),
            (Ok(key), Ok(false)) => format!("{key}\tfails"),
            (Err(error), _) | (_, Err(error)) => format!("{error}\trefused"),
        };
        println!("{line}\t{verdict}");
    }
    Ok(())
}

fn anchor(file: &str) -> Result<Anchor, Box<dyn Error>> {
    let mut store = TrustStore::new();
    store.add_csca(&std::fs::read(file)?)?;
    store
        .anchors()
        .first()
        .cloned()
        .ok_or("no certificate".into())
}
