//! Makes a finding small, and a vector of it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use dashstream_codec::Code;
use dashstream_fuzz::vector::{Finding, Made, Places, Said, quieten, to_vector};
use dashstream_fuzz::{TARGETS, Target, by_name};

/// Makes a finding small, and writes it as a vector with the verdict that it must get.
#[derive(Debug, Parser)]
#[command(after_help = "Exit 0: written; 1: not, and why; 2: wrong usage.\n\nExamples:\n  \
    to_vector agree fuzz/artifacts/agree/crash-5f0c --name short-zstd-body\n  \
    to_vector agree fuzz/regressions/agree/short-zstd-body --name short-zstd-body --code BODY_WIRE --offset 3")]
struct Args {
    /// The target that it breaks.
    #[arg(value_parser = target_of)]
    target: Target,
    /// The input: an artifact of a fuzz target, or a .bin of `dashstream fuzz --out`.
    finding: PathBuf,
    /// Id of the vector, and name of the regression, in kebab-case [default: of the target and the bytes].
    #[arg(long)]
    name: Option<String>,
    /// Title of the vector [default: what is wrong with it].
    #[arg(long)]
    title: Option<String>,
    /// A requirement that the vector is about; may be repeated [default: those that the verdict is about].
    #[arg(long = "requirement", value_name = "ID")]
    requirements: Vec<String>,
    /// The code that the specification demands, where the implementations differ.
    #[arg(long, requires = "offset", value_parser = code_of)]
    code: Option<Code>,
    /// The offset that it demands.
    #[arg(long, requires = "code")]
    offset: Option<u64>,
    /// The specification accepts it.
    #[arg(long, conflicts_with = "code")]
    accepted: bool,
    /// Takes an input with which nothing is wrong too, as it is.
    #[arg(long)]
    any: bool,
    /// The vectors.
    #[arg(long, value_name = "DIR", default_value_os_t = below("vectors"))]
    vectors: PathBuf,
    /// Where inputs are kept that are replayed by the tests.
    #[arg(long, value_name = "DIR", default_value_os_t = below("fuzz/regressions"))]
    regressions: PathBuf,
}

fn below(folder: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.map(|root| root.join(folder)).unwrap_or_default()
}

fn target_of(name: &str) -> Result<Target, String> {
    let names = TARGETS.map(|target| target.name).join(", ");
    by_name(name).ok_or_else(|| format!("there are {names}"))
}

fn code_of(name: &str) -> Result<Code, String> {
    Code::from_name(name).ok_or_else(|| "no such code in spec/registry/errors.toml".to_owned())
}

fn main() -> ExitCode {
    quieten();
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _nobody = writeln!(io::stderr(), "to_vector: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let refused = args.code.zip(args.offset).map(|(code, offset)| Said::Refused { code, offset });
    let finding = Finding {
        target: args.target,
        bytes: fs::read(&args.finding).map_err(|error| format!("{}: {error}", args.finding.display()))?,
        name: args.name,
        title: args.title,
        requirements: args.requirements,
        said: refused.or(args.accepted.then_some(Said::Accepted)),
        any: args.any,
    };
    let places = Places { vectors: args.vectors, regressions: args.regressions };
    let mut out = io::stdout();
    let made = to_vector(&finding, &places, &mut |text| {
        let _nobody = writeln!(io::stdout(), "{text}");
    })?;
    writeln!(out, "{}", next(&made))?;
    Ok(())
}

/// What came of it, and what is to be done now.
fn next(made: &Made) -> String {
    let Some(vector) = &made.vector else {
        return "no frame and no file, so there is no vector: the replay of the regressions holds it\n\n  \
                cargo test -p dashstream-fuzz --test replay"
            .to_owned();
    };
    format!(
        "wrote {}: {}\n\nread it against spec/, mend what is wrong, and then\n  \
         cargo run --release -p dashstream-vectors --bin generate\n  \
         cargo test -p dashstream-fuzz --test replay\n  \
         cargo run --release -- gate\n  \
         cargo run --release -- conform\n  \
         cargo run --release -- kill-matrix\nand when somebody else has read it, in a commit of its own\n  \
         cargo run --release -- gate --freeze",
        vector.path.display(),
        vector.verdict
    )
}
