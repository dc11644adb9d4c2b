//! Adds to the frozen schemas what the current ones have in addition, and refuses what would break them. See the crate's
//! README on when to run it.

#[path = "../tests/compat/mod.rs"]
mod compat;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Err(why) = freeze() else { return ExitCode::SUCCESS };
    #[allow(clippy::print_stderr, reason = "a tool of this folder has nowhere else to say it")]
    {
        eprintln!("freeze: proto/frozen/v1.binpb stays as it is:\n{why}");
    }
    ExitCode::FAILURE
}

fn freeze() -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("frozen/v1.binpb");
    let frozen = std::fs::read(&path).map_err(|error| error.to_string())?;
    let fresh = compat::successor(&frozen, dashstream_proto::DESCRIPTORS)?;
    std::fs::write(path, fresh).map_err(|error| error.to_string())
}
