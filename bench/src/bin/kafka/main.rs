//! Producer and consumer beside the client library alone, with real brokers: one process, the same events, in turns. What is
//! printed are ratios of what was measured in one run.

mod brokers;
mod ours;
mod plain;
mod reading;
mod report;
mod work;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use dashstream_bench::error::Error;
use dashstream_codec::Decoder;

use brokers::Brokers;
use report::Report;
use work::{Shape, Work};

const EXAMPLES: &str = "\
Examples:
  stream/kafka/up && DASHSTREAM_KAFKA=target/kafka/run/env kafka    the tables
  kafka --broker 127.0.0.1:9092 --rounds 9                          brokers of your own, without TLS
  DASHSTREAM_KAFKA=target/kafka/run/env kafka --gate                whether a threshold is passed

Exit codes: 0 measured; 1 something went wrong, or, with --gate, a threshold was passed; 2 wrong usage.";

/// Puts the producer and the consumer beside the client library of Kafka alone. Prints Markdown.
#[derive(Debug, Parser)]
#[command(name = "kafka", after_help = EXAMPLES)]
struct Arguments {
    /// A broker, `HOST:PORT`, without TLS [default: what the file says that DASHSTREAM_KAFKA names]
    #[arg(long, value_name = "HOST:PORT")]
    broker: Option<String>,
    /// Rounds, in each of which every side has its turn
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// Frames of 1,000 records in a turn, where as many as possible are sent
    #[arg(long, value_name = "COUNT", default_value_t = 600, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    frames: u32,
    /// Only our side, to look at it with a profiler
    #[arg(long, conflicts_with = "gate")]
    only_ours: bool,
    /// Fails where a ratio is beyond its threshold
    #[arg(long)]
    gate: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "kafka: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, Error> {
    let brokers = Brokers::of(arguments.broker.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let work = Work::new(arguments.frames)?;
        let mut report = Report::default();
        for _ in 0..arguments.rounds {
            round(&brokers, &work, arguments.only_ours, &mut report).await?;
        }
        report.print(&mut io::stdout().lock(), arguments.gate)
    })
}

/// Every side once.
async fn round(brokers: &Brokers, work: &Work, only_ours: bool, report: &mut Report) -> Result<(), Error> {
    for shape in Shape::ALL {
        if !only_ours {
            let topic = brokers.topic().await?;
            report.add(shape.name(), "plain", plain::send(brokers, &topic, shape, work).await?);
            if shape != Shape::Paced {
                let run = plain::seal_and_send(brokers, &topic, shape, work, None).await?;
                report.add(shape.name(), "plain, sealing", run);
            }
            if shape == Shape::Frames {
                let run = plain::seal_and_send(brokers, &topic, shape, work, Some(tempfile::tempfile()?)).await?;
                report.add(shape.name(), "plain, sealing and keeping", run);
            }
            brokers.remove(&topic).await?;
        }
        let topic = brokers.topic().await?;
        report.add(shape.name(), "ours", ours::send(brokers, &topic, shape, work).await?);
        if shape == Shape::Frames {
            if !only_ours {
                report.add("reading", "plain", reading::plain(brokers, &topic, work, None)?);
                report.add("reading", "plain, decoding", reading::plain(brokers, &topic, work, Some(Decoder::new()))?);
            }
            report.add("reading", "ours", reading::ours(brokers, &topic, work, 100).await?);
            report.add("reading", "ours, 1,000 frames a commit", reading::ours(brokers, &topic, work, 1_000).await?);
        }
        brokers.remove(&topic).await?;
    }
    Ok(())
}
