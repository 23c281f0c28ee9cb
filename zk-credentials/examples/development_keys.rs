//! Writes `fixtures/keys/`: verifying keys and digests of the INSECURE development keys. To be run
//! after a circuit changed, from the root of the repository.

use std::fs;
use std::path::Path;

use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::groth16::snarkjs;
use humanseal_zk_credentials::keys;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new("fixtures/keys");
    fs::create_dir_all(folder)?;
    for (circuit, name) in [(Circuit::Enrol, "enrol"), (Circuit::Present, "present")] {
        let key = keys::make_development(circuit)?;
        let file = |end: &str| folder.join(format!("{name}.development-insecure.{end}"));
        fs::write(
            file("vkey.json"),
            snarkjs::write_verifying_key(key.verifying()) + "\n",
        )?;
        fs::write(file("sha256"), keys::digest(&key)? + "\n")?;
        println!("{name}: {}", hex::encode(key.verifying().vk_hash()));
    }
    Ok(())
}
