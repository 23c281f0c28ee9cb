//! The `humanseal` command line: the device, inspection tools and the demo.

mod circuits;
mod clock;
mod demo;
mod document;
mod enrol;
mod face;
mod output;
mod owner;
mod present;
mod session;
mod timing;
mod verify;
mod wallet;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Verified human, over 18, and nothing else: enrol once, prove anywhere.
#[derive(Parser)]
#[command(name = "humanseal", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the whole story in one process on specimen data: issuer, device, verifier.
    Demo(demo::Args),
    /// Compares faces, judges liveness, measures.
    #[command(subcommand)]
    Face(face::Command),
    /// Makes and checks chip documents.
    #[command(subcommand)]
    Document(document::Command),
    /// Enrols with an issuer and stores the credential in a wallet file.
    Enrol(enrol::Enrol),
    /// Follows the credential of a wallet by a newer one, after a new live match.
    Refresh(enrol::Refresh),
    /// The same with a new document of the same person.
    Renew(enrol::Renew),
    /// Answers a verifier's request with a proof bound to an account.
    Present(present::Args),
    /// Checks a presentation against its request.
    Verify(verify::Args),
    /// Shows the circuits, their keys and their cost.
    #[command(subcommand)]
    Circuits(circuits::Command),
    /// Shows, exports or imports a wallet file.
    #[command(subcommand)]
    Wallet(wallet::Command),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(args) => demo::run(args),
        Command::Face(command) => face::run(command),
        Command::Document(command) => document::run(command),
        Command::Enrol(enrol) => enrol.run(),
        Command::Refresh(refresh) => refresh.run(),
        Command::Renew(renew) => renew.run(),
        Command::Present(args) => present::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Circuits(command) => circuits::run(command),
        Command::Wallet(command) => wallet::run(command),
    };
    output::exit(outcome)
}
