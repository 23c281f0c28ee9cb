//! Our half of the comparison that `benches/semaphore.sh` runs: for every line on standard input
//! one warm `present` proof, witness included, is made and its milliseconds are printed. At the end
//! of the input the last proof is verified, so that what was timed was a proof.

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::{prove_present, verify_present};
use humanseal_zk_credentials::specimen::present_witness;

fn main() -> Result<(), Box<dyn Error>> {
    let key = keys::development(Circuit::Present)?;
    let witness = present_witness();
    let mut last = None;
    for line in std::io::stdin().lock().lines() {
        line?;
        let start = Instant::now();
        let made = prove_present(key, &witness, &mut OsEntropy)?;
        let ms = start.elapsed().as_secs_f64() * 1e3;
        last = Some(made);
        writeln!(std::io::stdout(), "{ms:.3}")?;
    }
    let (proof, public) = last.ok_or("no line was given, so no proof was made")?;
    Ok(verify_present(key.verifying(), &proof, &public)?)
}
