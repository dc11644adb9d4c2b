//! The agent: what it does, and what it says of it.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::{Codec, EncoderConfig, FlushPolicy, view};
use dashstream_proto::kinds;
use dashstream_stream::producer::{Answer, Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::file::FileSink;
use dashstream_stream::writer::{self, Run, RunContext};

use super::TOPIC;
use crate::exit::Failure;

/// Plays the agent of `demo`
#[derive(Debug, Args)]
pub(crate) struct AgentArgs {
    /// The folder of the demo
    #[arg(long)]
    dir: PathBuf,
    /// Which life this is, from 1
    #[arg(long)]
    life: u32,
    /// Steps to do before it ends by itself; without this it goes on until it is killed
    #[arg(long)]
    steps: Option<u32>,
}

/// Records that may wait: so few that a burst is more.
const QUEUE: usize = 2_000;
/// Tokens of a burst.
const BURST: usize = 20_000;
/// Bursts after which it is given up to have more to say than there is room for.
const BURSTS: usize = 100;

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Data(format!("the agent: {error}"))
}

/// Plays one life. Says `there EPOCH LANE NUMBER` of records that are acknowledged, and at its end what became of all.
pub(super) async fn play(args: &AgentArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let sink = FileSink::open(&args.dir.join("topic"), &TOPIC).map_err(failed)?;
    let flush = FlushPolicy { max_records: 200, max_age_us: 5_000, ..FlushPolicy::default() };
    let producer = ProducerConfig { flush, max_queued: QUEUE, ..ProducerConfig::default() };
    let encoder = EncoderConfig { codec: Codec::Zstd, ..EncoderConfig::default() };
    let setup = ProducerSetup { producer, encoder, ..ProducerSetup::default() };
    let producer =
        Producer::open(dashstream_disk::RealDisk, &args.dir.join("producer"), sink, setup).map_err(failed)?;
    let epoch = producer.found().epoch;
    let lane = producer.lane("acme", Some(0)).await.map_err(failed)?;
    for step in 0..args.steps.unwrap_or(u32::MAX) {
        let context =
            RunContext { thread: Some(format!("thread-{}", args.life)), ..RunContext::of(format!("run-{step}")) };
        let run = Run::open(&producer, "acme", Some(0), context).await.map_err(failed)?;
        writer::run(run, think(step)).await.map_err(failed)?;
        // One whose outcome is waited for.
        let checkpoint = view::CheckpointEvent { action: 1, generation: u64::from(step) + 1, ..Default::default() };
        let record = record(kinds::CHECKPOINT_EVENT, Payload::from(checkpoint.to_owned()));
        let (number, answer) = producer.send(lane, record).await.map_err(failed)?;
        if answer == Answer::Persisted {
            writeln!(out, "there {epoch} {lane} {number}")?;
            out.flush()?;
        }
    }
    burst(&producer, lane).await.map_err(failed)?;
    let account = producer.close(Duration::from_secs(30)).await.map_err(failed)?;
    let dropped: u64 = account.dropped.values().sum();
    writeln!(out, "account {epoch} {} {} {dropped}", account.offered, account.acknowledged)?;
    out.flush()?;
    Ok(())
}

/// A step of a graph: its node thinks, calls a tool, and answers.
async fn think(step: u32) -> Result<(), writer::WriteError> {
    writer::emit(record(kinds::GRAPH_START, Payload::from(view::GraphStart::default().to_owned()))).await?;
    let node = writer::current()?.with_node("plan").with_task(format!("task-{step}"));
    writer::scope(node, async {
        let start = view::NodeStart { attempt: 1, step, ..Default::default() };
        writer::emit(record(kinds::NODE_START, Payload::from(start.to_owned()))).await?;
        for (index, word) in (0..).zip("Let me look that up before I answer; the tool knows best .".split(' ')) {
            let token = view::TokenChunk { text: word.as_bytes(), index, ..Default::default() };
            writer::emit(record(kinds::TOKEN_CHUNK, Payload::from(token.to_owned()))).await?;
        }
        let call = view::ToolCall { arguments: r#"{"query":"what is lost"}"#, ..Default::default() };
        writer::emit(record(kinds::TOOL_CALL, Payload::from(call.to_owned()))).await?;
        let result =
            view::ToolResult { result: "nothing that was acknowledged", duration_us: 1_200, ..Default::default() };
        writer::emit(record(kinds::TOOL_RESULT, Payload::from(result.to_owned()))).await?;
        let end = view::NodeEnd { duration_us: 5_000, ..Default::default() };
        writer::emit(record(kinds::NODE_END, Payload::from(end.to_owned()))).await
    })
    .await?;
    writer::emit(record(kinds::GRAPH_END, Payload::from(view::GraphEnd::default().to_owned()))).await?;
    Ok(())
}

/// More tokens at once than there is room for: the oldest give way, and each is declared.
async fn burst(producer: &Producer, lane: u32) -> Result<(), dashstream_stream::producer::OfferError> {
    let token = view::TokenChunk { text: b"burst", ..Default::default() }.to_owned();
    let tokens = vec![record(kinds::TOKEN_CHUNK, Payload::from(token)); BURST];
    for _ in 0..BURSTS {
        producer.offer_all(lane, &tokens, None).await?;
        // Where others have the processor, one burst may find its room.
        if !producer.account().dropped.is_empty() {
            break;
        }
    }
    Ok(())
}

fn record(kind: u32, payload: Payload) -> Record {
    Record { kind, payload, ..Record::default() }
}
