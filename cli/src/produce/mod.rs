//! `dashstream produce`: agent events to a topic.

mod account;
mod input;
mod send;
mod state;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use dashstream_codec::constants::DEFAULT_MAX_FRAME_LEN;
use dashstream_disk::RealDisk;
use dashstream_stream::identity::{IdentityError, Opened};
use dashstream_stream::producer::{Found, Producer, ProducerConfig, ProducerError, ProducerSetup};

pub(crate) use state::kept;

use crate::exit::{Failure, Verdict};
use crate::io::Source;
use crate::metrics;
use crate::places::{AnySink, Place, SecurityArgs};
use crate::term::{DOUBTFUL, counted};
use crate::writing::StorageArgs;

/// Sends agent events, JSON Lines as `import` reads them, to a topic, and says what became of them
///
/// The exit code is 0 only where the topic has acknowledged every event. What is sent and not acknowledged is kept in the state
/// folder, and sent first by whoever opens it next. Ctrl-C ends it as the end of the input does: what was read is sent. A line that
/// is no event ends it too, with exit code 1; what came before it is sent.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream produce --to file:topics/agents events.jsonl.gz
  producer | dashstream produce --to file:topics/agents --tenant acme --deadline 5 --json

With Kafka (`--features kafka`) a topic may be kafka://HOST:PORT[,HOST:PORT]/TOPIC.")]
pub(crate) struct ProduceArgs {
    /// JSON Lines, plain or gzip; `-` for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    paths: Vec<Source>,
    /// The topic to send to: `file:FOLDER`, which is made where it is not there, or `kafka://HOST:PORT[,HOST:PORT]/TOPIC`
    #[arg(long, value_name = "PLACE")]
    to: Place,
    /// Where the producer keeps who it is and what is not acknowledged [default for file:FOLDER: FOLDER.producer]
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    /// Whose the events are, whatever they say of that
    #[arg(long, value_name = "TENANT", value_parser = tenant)]
    tenant: Option<String>,
    /// The partition to send to [default: one for each tenant, by a hash of its name]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..1_000))]
    partition: Option<u32>,
    #[command(flatten)]
    security: SecurityArgs,
    #[command(flatten)]
    storage: StorageArgs,
    /// What becomes of an event for which there is no room [default: block for files, kind for standard input]
    #[arg(long, value_enum, value_name = "POLICY")]
    policy: Option<PolicyName>,
    /// Seconds from reading an event until nobody waits for it any more; at the end of the input, for what is left
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    deadline: Duration,
    /// Gives out metrics for Prometheus there, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDR")]
    metrics: Option<SocketAddr>,
    /// Prints the account as JSON
    #[arg(long)]
    json: bool,
}

/// What becomes of an event for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PolicyName {
    /// Tokens give way, oldest first; all else waits
    Kind,
    /// The input waits
    Block,
}

fn tenant(text: &str) -> Result<String, String> {
    let max = dashstream_codec::constants::MAX_TENANT_LEN;
    if (1..=max).contains(&text.len()) { Ok(text.to_owned()) } else { Err(format!("has 1 to {max} bytes")) }
}

/// A length of time, in seconds with decimals, a thousandth at least.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let parsed = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let fits = |time: &Duration| (Duration::from_millis(1)..=Duration::from_secs(1_000_000)).contains(time);
    parsed.filter(fits).ok_or_else(|| "has to be seconds, from 0.001 to 1000000".to_owned())
}

/// Runs the command.
pub(crate) fn run(args: &ProduceArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let folder = state::folder(args.state.as_deref(), &args.to)?;
    // Named files are there before anything is opened for writing.
    let stdin = args.paths.iter().any(Source::is_stdin);
    args.paths.iter().try_for_each(|path| path.open().map(drop))?;
    if let Some(address) = args.metrics {
        metrics::serve(address).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::io("runtime"))?;
    runtime.block_on(async {
        let sink = AnySink::open(&args.to, args.partition, &args.security).await?;
        let partitions = dashstream_stream::transport::Sink::partitions(&sink);
        let deadline_us = u64::try_from(args.deadline.as_micros()).unwrap_or(u64::MAX);
        let setup = ProducerSetup {
            producer: ProducerConfig { deadline_us, ..ProducerConfig::default() },
            encoder: args.storage.config(DEFAULT_MAX_FRAME_LEN)?,
            ..ProducerSetup::default()
        };
        let producer = Producer::open(RealDisk, &folder, sink, setup).map_err(|error| failed(&folder, error))?;
        tell(producer.found(), err)?;
        let policy = args.policy.unwrap_or(if stdin { PolicyName::Kind } else { PolicyName::Block });
        let sender = send::Sender::new(producer, args, policy == PolicyName::Block, partitions);
        let end = sender.run(err).await;
        let kept = kept(&folder);
        account::say(&end.account, kept, &folder, args.json, out)?;
        out.flush()?;
        match end.failure {
            Some(failure) => Err(failure),
            None if account::is_whole(&end.account, kept) => Ok(Verdict::Good),
            None => Ok(Verdict::Bad),
        }
    })
}

/// Says what is not as one expects of the producer's state.
fn tell(found: &Found, err: &mut dyn Write) -> Result<(), Failure> {
    let what = match found.identity {
        Opened::New | Opened::Continued => None,
        Opened::Repaired => Some("one of the two copies of the producer's state was damaged, and is written again"),
        Opened::Unreadable => Some("the producer's state cannot be read: it is another producer from now on"),
        Opened::Exhausted => Some("the producer has had all epochs: it is another one from now on"),
    };
    if let Some(what) = what {
        writeln!(err, "{DOUBTFUL}note:{DOUBTFUL:#} {what}")?;
    }
    for damage in &found.damage {
        let place = damage.path.display();
        writeln!(err, "{DOUBTFUL}note:{DOUBTFUL:#} {place}: bytes {}..{}: {}", damage.start, damage.end, damage.code)?;
    }
    if found.left > 0 {
        let left = counted((found.left as u64, "segment"));
        writeln!(err, "{DOUBTFUL}note:{DOUBTFUL:#} {left} of an earlier life, sent first")?;
    }
    Ok(())
}

/// What to do with an error of the producer.
fn failed(folder: &std::path::Path, error: ProducerError) -> Failure {
    match error {
        ProducerError::Encoder(error) => Failure::Usage(format!("--codec and --level: {error}")),
        ProducerError::Identity(error) if matches!(*error, IdentityError::Tenant { .. }) => {
            Failure::Data(error.to_string())
        }
        other => Failure::Io { place: folder.display().to_string(), source: std::io::Error::other(other.to_string()) },
    }
}
