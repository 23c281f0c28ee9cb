//! Builds the crate anew when a migration comes, goes or changes.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
