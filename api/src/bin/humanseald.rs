//! `humanseald serve --config FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use humanseal_api::{Config, ServeError, serve};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Parser)]
#[command(
    name = "humanseald",
    version,
    about = "The issuer and verifier service of Humanseal."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGINT or SIGTERM, then finishes what is under way.
    Serve {
        /// The configuration, TOML.
        #[arg(long)]
        config: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Serve { config } = Arguments::parse().command;
    let config = match Config::load(&config) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("humanseald: {error}");
            return ExitCode::from(2);
        }
    };
    let filter = match config.log.parse::<Targets>() {
        Ok(filter) => filter,
        Err(error) => {
            eprintln!("humanseald: log: {error}");
            return ExitCode::from(2);
        }
    };
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
    let listener = match tokio::net::TcpListener::bind(config.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("humanseald: cannot listen on {}: {error}", config.listen);
            return ExitCode::from(3);
        }
    };
    match serve(config, listener, stop_asked()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("humanseald: {error}");
            ExitCode::from(match error {
                ServeError::Config(_) => 2,
                _ => 3,
            })
        }
    }
}

/// Ready when the process is asked to stop.
async fn stop_asked() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
