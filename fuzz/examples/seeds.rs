//! Writes the seeds of every target.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Parser;
use dashstream_fuzz::seeds::{self, Which};
use dashstream_fuzz::{TARGETS, Target};

/// Writes the seeds of every target, from the vectors, into a folder for each.
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  seeds --out target/fuzz/seeds --accepted")]
struct Args {
    /// Folder for the folders.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only vectors that a reader accepts.
    #[arg(long)]
    accepted: bool,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    let vectors = seeds::vectors()?;
    let which = if args.accepted { Which::Accepted } else { Which::All };
    for target in TARGETS {
        let Target { name, .. } = target;
        let made = seeds::of(&vectors, &target, which);
        seeds::write(&made, &args.out.join(name))?;
        writeln!(io::stdout(), "{name}: {} seeds", made.len())?;
    }
    Ok(())
}
