//! `dashstream tail`: what comes into a topic, as it comes.

mod aside;
mod handler;
mod line;
mod screen;
mod watched;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use dashstream_proto::kinds;
#[cfg(feature = "kafka")]
use dashstream_stream::consumer::KafkaState;
use dashstream_stream::consumer::{Commit, Consumer, ConsumerConfig, ConsumerError, FileState, MemState, State};
#[cfg(feature = "kafka")]
use dashstream_stream::transport::kafka::KafkaCommitsConfig;

use crate::exit::{Failure, Verdict};
use crate::interrupt::Interrupts;
use crate::places::{AnySource, Opened, Place, Reach, SecurityArgs};
use crate::produce::seconds;
use screen::{Screen, Shared};
use watched::Watched;

/// Shows the records of a topic as they come, and says what is wrong with its frames
///
/// Verdicts (GAP, LATE, FORK and others), and what was rejected, are said on standard error. It ends with Ctrl-C, or with
/// --until-idle; the exit code is 1 where something was rejected, damaged, lost or not in order.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream tail --from file:topics/events --from-start --until-idle 0.5
  dashstream tail --from file:topics/events --last 20 --kind token --thread t-1 --until-idle 0.5 --json
  dashstream tail --from file:topics/events --group audit --state audit.redb --dead-letters file:set-aside --until-idle 0.5

With Kafka (`--features kafka`):
  dashstream tail --from kafka://localhost:9092/events --last 20 --security kafka.toml
  dashstream tail --from kafka://localhost:9092/events --group audit")]
pub(crate) struct TailArgs {
    /// The topic: `file:FOLDER`, which need not be there yet, or `kafka://HOST:PORT[,HOST:PORT]/TOPIC`
    #[arg(long, value_name = "PLACE")]
    from: Place,
    #[command(flatten)]
    security: SecurityArgs,
    /// Records of this tenant alone
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Records of this thread alone
    #[arg(long, value_name = "THREAD")]
    thread: Option<String>,
    /// Records of this run alone
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Records of this kind alone, such as TOKEN_CHUNK or `token`; may be said again. Control records are shown where they are named
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<u32>,
    /// Begins with the first record that is there [default: with what comes from now on]
    #[arg(long, conflicts_with = "last")]
    from_start: bool,
    /// Begins N frames before the end of each partition, and shows the last N records of them that match
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    last: Option<u32>,
    /// Goes on where the group was left. With --state it is kept there how far it is, and the name is for dead letters. Without, which
    /// Kafka alone can do, brokers share the partitions among the readers of the group and keep what it has seen, in the topic
    /// `NAME-dashstream-state`; a group that has read nothing begins with the first record
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Where it is kept how far the group is: a file of this reader alone
    #[arg(long, value_name = "FILE", requires = "group")]
    state: Option<PathBuf>,
    /// Ends when nothing came for so long
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    until_idle: Option<Duration>,
    /// Where rejected messages are saved: `file:FOLDER` [default: they are said, and not saved]
    #[arg(long, value_name = "PLACE", value_parser = letters)]
    dead_letters: Option<PathBuf>,
    /// Prints JSON Lines of events, as `export` does
    #[arg(long)]
    json: bool,
}

/// A kind, by its name in the registry or that of its events.
fn kind(text: &str) -> Result<u32, String> {
    let name = text.to_ascii_uppercase();
    let name = if name == "TOKEN" { "TOKEN_CHUNK" } else { &name };
    let found = (1..=u32::from(u16::MAX)).find(|kind| kinds::name_of(*kind) == Some(name));
    found.ok_or_else(|| "no kind has this name".to_owned())
}

fn letters(text: &str) -> Result<PathBuf, String> {
    let path = text.strip_prefix("file:").filter(|path| !path.is_empty());
    path.map(PathBuf::from).ok_or_else(|| "has to be file:FOLDER".to_owned())
}

/// Runs the command.
pub(crate) fn run(args: &TailArgs, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::io("runtime"))?;
    let done = runtime.block_on(follow(args, err));
    // A read that nobody waits for may still be under way.
    runtime.shutdown_background();
    done
}

async fn follow(args: &TailArgs, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let is_shared = args.group.is_some() && args.state.is_none();
    if is_shared && matches!(args.from, Place::File(_)) {
        return Err(Failure::Usage("a group that reads a topic of files needs --state FILE".to_owned()));
    }
    if is_shared && args.last.is_some() {
        return Err(Failure::Usage(
            "a group goes on where it was, or begins with the first record: not with --last".to_owned(),
        ));
    }
    let back = if args.from_start || is_shared { None } else { Some(args.last.map_or(0, u64::from)) };
    let group = args.group.as_deref().filter(|_| is_shared);
    let opened = AnySource::open(&args.from, back, group, &args.security).await?;
    #[cfg(feature = "kafka")]
    if let AnySource::Kafka(source) = &opened.source
        && let Some(group) = source.group()
    {
        // Whoever has a name fences who had it before, and readers of a group are to have one each.
        let name = hex::encode(crate::random::bytes::<8>()?);
        let state = KafkaState::new(group, KafkaCommitsConfig::new(name));
        return read(args, opened, state, err).await;
    }
    match &args.state {
        None => read(args, opened, MemState::default(), err).await,
        Some(file) => {
            let state = FileState::open(file).map_err(|error| state_failed(file, &error.to_string()))?;
            read(args, opened, state, err).await
        }
    }
}

fn state_failed(file: &std::path::Path, why: &str) -> Failure {
    Failure::Io { place: file.display().to_string(), source: std::io::Error::other(why.to_owned()) }
}

async fn read<T: State>(
    args: &TailArgs,
    opened: Opened,
    mut state: T,
    err: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let Opened { source, places } = opened;
    let failed = |why: String| Failure::Io { place: args.from.to_string(), source: std::io::Error::other(why) };
    let mut awaited = BTreeMap::new();
    for Reach { partition, begin, last } in places {
        // What a group has read before counts for more.
        let mut begun = state.begin(partition, 0).await.map_err(|error| failed(error.to_string()))?.next;
        if let (None, Some(next)) = (begun, begin) {
            state
                .commit(Commit { partition, next, ..Commit::default() })
                .await
                .map_err(|error| failed(error.to_string()))?;
            begun = begin;
        }
        awaited.extend(last.filter(|last| begun.is_none_or(|begun| begun <= *last)).map(|last| (partition, last)));
    }
    let screen = Shared::new(Screen::new(args));
    let aside = aside::Aside::open(args, screen.clone()).await?;
    let source = Watched::new(source, screen.clone(), awaited);
    let idle = source.idle(args.until_idle);
    let handler = handler::Show::new(screen.clone());
    let mut consumer = Consumer::new(source, state, aside, handler, ConsumerConfig::default());
    let mut interrupts = Interrupts::new();
    let stop = async {
        tokio::select! {
            () = idle => {}
            () = interrupts.next() => {}
        }
    };
    let ended = consumer.run(stop).await;
    let account = consumer.account().clone();
    #[cfg(feature = "kafka")]
    consumer.into_source().into_inner().close().await;
    let mut screen = screen.lock();
    screen.flush_ring();
    screen.finish(&account, err)?;
    match ended {
        Ok(()) => Ok(screen.verdict(&account)),
        Err(ConsumerError::Source(error)) => Err(crate::places::transport(&args.from)(error)),
        Err(error) => Err(failed(error.to_string())),
    }
}
