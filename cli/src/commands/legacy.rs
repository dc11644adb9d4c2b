//! `dashstream legacy convert`: the only code that knows the frames of the earlier format.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use clap::{Args, Subcommand};
use dashstream_codec::constants::{DEFAULT_FLUSH_RECORDS, DEFAULT_MAX_FRAME_LEN, MAX_RAW_LEN, MAX_TENANT_LEN};

use crate::exit::{Failure, Verdict};
use crate::io::Target;
use crate::random;
use crate::term::counted;
use crate::writing::{Content, Entry, FrameFile, Lane, LaneOptions, Place, StorageArgs};

/// First bytes of the earlier format: uncompressed, and zstd.
const PREFIXES: [u8; 2] = [0x00, 0x01];

const CONVERT_EXAMPLES: &str = "Examples:
  dashstream legacy convert captured/ -o legacy.dsf
  dashstream legacy convert message.bin -o legacy.dsf --tenant acme";

/// Deals with messages of the format that came before
#[derive(Debug, Args)]
#[command(after_help = CONVERT_EXAMPLES)]
pub(crate) struct LegacyArgs {
    #[command(subcommand)]
    command: LegacyCommand,
}

#[derive(Debug, Subcommand)]
enum LegacyCommand {
    Convert(ConvertArgs),
}

/// Wraps messages of the earlier format, unread, into a file of frames
///
/// Each file becomes one LEGACY_PAYLOAD record with the file's bytes, prefix byte included, its name as source and its
/// time of change as time.
#[derive(Debug, Args)]
#[command(after_help = CONVERT_EXAMPLES)]
struct ConvertArgs {
    /// A file that is one message, or a folder of such files, which are taken in the order of their names
    path: PathBuf,
    /// File of frames to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Target,
    /// Whose the messages are
    #[arg(long, default_value = "legacy", value_parser = tenant)]
    tenant: String,
    /// Takes files that do not begin with 00 or 01, too
    #[arg(long)]
    any: bool,
    #[command(flatten)]
    storage: StorageArgs,
}

fn tenant(text: &str) -> Result<String, String> {
    let fits = (1..=MAX_TENANT_LEN).contains(&text.len());
    if fits { Ok(text.to_owned()) } else { Err(format!("has to have 1 to {MAX_TENANT_LEN} bytes")) }
}

/// Runs the command.
pub(crate) fn run(args: &LegacyArgs, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let LegacyCommand::Convert(args) = &args.command;
    let files = files(&args.path)?;
    let mut encoder = args.storage.encoder(DEFAULT_MAX_FRAME_LEN)?;
    let options = LaneOptions {
        producer_id: random::bytes()?,
        epoch: 1,
        boot_nonce: random::bytes()?,
        records: DEFAULT_FLUSH_RECORDS,
        max_frame_len: encoder.config().max_frame_len,
    };
    let mut file = FrameFile::create(&args.output)?;
    let mut lane = Lane::new(options, &args.tenant, 0);
    for path in &files {
        lane.add(entry(path, args.any)?, &mut encoder, &mut file)?;
    }
    lane.end(Place::File(args.path.display().to_string()), &mut encoder, &mut file)?;
    let summary = [(files.len() as u64, "payload"), (file.frames(), "frame"), (file.bytes(), "byte")].map(counted);
    file.commit()?;
    writeln!(err, "{}", summary.join(", "))?;
    Ok(Verdict::Good)
}

/// The file, or the files of the folder by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let name = path.display().to_string();
    if !fs::metadata(path).map_err(Failure::io(&*name))?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(Failure::io(&*name))?;
    let mut files =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(Failure::io(&*name))?;
    files.sort();
    for file in &files {
        let name = file.display().to_string();
        // A pipe would be waited for.
        if !fs::metadata(file).map_err(Failure::io(&*name))?.is_file() {
            return Err(Failure::Data(format!("{name}: not a file, where files are expected")));
        }
    }
    if files.is_empty() { Err(Failure::Data(format!("{name}: no files"))) } else { Ok(files) }
}

fn entry(path: &Path, any: bool) -> Result<Entry, Failure> {
    let name = path.display().to_string();
    let mut frame = Vec::new();
    let file = File::open(path).map_err(Failure::io(&*name))?;
    let time_us = changed_us(&file);
    // One byte more than any body has is enough to see that there are too many.
    file.take(u64::from(MAX_RAW_LEN) + 1).read_to_end(&mut frame).map_err(Failure::io(&*name))?;
    if !any && !frame.first().is_some_and(|first| PREFIXES.contains(first)) {
        let found = frame.first().map_or_else(|| "is empty".to_owned(), |first| format!("begins with {first:02x}"));
        return Err(Failure::Data(format!("{name}: {found}, where 00 or 01 is expected (--any takes all)")));
    }
    let source = path.file_name().and_then(|name| name.to_str());
    let source = source.ok_or_else(|| Failure::Data(format!("{name}: a name that is not UTF-8")))?.to_owned();
    Ok(Entry { place: Place::File(name), time_us, content: Content::Legacy { frame, source } })
}

/// When a file was changed, in microseconds since 1970; 0 where that is not known.
fn changed_us(file: &File) -> u64 {
    let time = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| u64::try_from(since.as_micros()).ok()).unwrap_or(0)
}
