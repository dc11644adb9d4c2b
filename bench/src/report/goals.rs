//! What the format is meant to reach, as ratios within one run.

use super::Run;
use crate::error::Error;
use crate::limits::Work;
use crate::lineup::{LONG, OURS, OURS_BARE, OURS_LONG, OURS_NON_ASCII, OURS_OWNED, RECORDS};
use crate::measure::{Measured, Part, Spread, find};

/// Names of the peers that goals are about; `peers` gives them to those.
pub mod names {
    /// The format that came before this one.
    pub const ANCESTOR: &str = "ancestor";
    /// OTLP at the level that is the default of zstd.
    pub const OTLP: &str = "OTLP logs, zstd-3";
    /// Kafka at its default level.
    pub const KAFKA: &str = "Kafka batch v2 + prost, zstd-3";
    /// Arrow at its default level.
    pub const ARROW: &str = "Arrow IPC, zstd-3";
}

use names::{ANCESTOR, ARROW, KAFKA, OTLP};

/// A goal, and what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Whom it is about.
    pub against: String,
    /// What is compared.
    pub what: String,
    /// What is asked for.
    pub asked: Asked,
    /// What was measured.
    pub measured: Spread,
}

/// A bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    /// So many times better, or more.
    Least {
        /// The goal.
        goal: f64,
        /// What would be better still.
        stretch: Option<f64>,
    },
    /// This, or less.
    Most(f64),
}

const fn least(goal: f64) -> Asked {
    Asked::Least { goal, stretch: None }
}

const fn stretch(goal: f64, stretch: f64) -> Asked {
    Asked::Least { goal, stretch: Some(stretch) }
}

impl Goal {
    /// Whether the goal is reached, by the ratio in the middle.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        match self.asked {
            Asked::Least { goal, .. } => self.measured.median >= goal,
            Asked::Most(most) => self.measured.median <= most,
        }
    }
}

/// Every goal whose subjects were measured.
#[must_use]
pub fn goals(run: &Run) -> Vec<Goal> {
    let mut goals = Vec::new();
    let peers: [(&str, usize, usize, [Asked; 3]); 5] = [
        (ANCESTOR, 1, RECORDS, [least(5.4), least(3.0), stretch(5.0, 6.0)]),
        (OTLP, RECORDS, RECORDS, [least(1.8), least(5.0), stretch(12.0, 14.0)]),
        (KAFKA, RECORDS, RECORDS, [least(1.8), least(4.0), least(8.0)]),
        (ARROW, RECORDS, RECORDS, [least(1.8), least(4.5), least(4.3)]),
        (ARROW, 10_000, 10_000, [least(1.45), least(2.5), least(2.2)]),
    ];
    for (name, records, ours, asked) in peers {
        goals.extend(against_peer(run, name, records, ours, asked).unwrap_or_default());
    }
    goals.extend(against_limit(run).unwrap_or_default());
    goals.extend(alone(run).unwrap_or_default());
    for records in [RECORDS, 10_000] {
        goals.extend(peak(run, records));
    }
    goals.extend(twins(run).unwrap_or_default());
    goals
}

/// A number that is the same in each round.
const fn fixed(value: f64) -> Spread {
    Spread { median: value, min: value, max: value }
}

fn against_peer(
    run: &Run,
    name: &str,
    records: usize,
    our_records: usize,
    [bytes, encode, decode]: [Asked; 3],
) -> Result<Vec<Goal>, Error> {
    let ours = find(&run.measured, OURS, our_records)?;
    let peer = find(&run.measured, name, records)?;
    let against = match records {
        1 => format!("{name}, one message a payload"),
        RECORDS => name.to_owned(),
        _ => format!("{name}, {records} a frame"),
    };
    let goal = |what: &str, asked, measured| Goal { against: against.clone(), what: what.to_owned(), asked, measured };
    let mut goals = vec![
        goal("bytes", bytes, fixed(peer.bytes() / ours.bytes())),
        goal("encode", encode, peer.ratio(Part::Encode, ours, Part::Encode)),
        goal("decode", decode, peer.ratio(Part::Decode, ours, Part::Decode)),
    ];
    if name == ANCESTOR {
        let bare = find(&run.measured, OURS_BARE, our_records)?;
        goals.push(goal("bytes, ours without contexts", bytes, fixed(peer.bytes() / bare.bytes())));
        let owned = find(&run.measured, OURS_OWNED, our_records)?;
        let ratio = peer.ratio(Part::Decode, owned, Part::Decode);
        goals.push(goal("decode, ours into owned messages", least(1.5), ratio));
    }
    Ok(goals)
}

fn against_limit(run: &Run) -> Result<Vec<Goal>, Error> {
    let ours = find(&run.measured, OURS, RECORDS)?;
    let limit = find(&run.measured, Work::Zstd1Crc32c.name(), RECORDS)?;
    let goal = |what: &str, part| Goal {
        against: "zstd-1 and CRC32C alone, same body".to_owned(),
        what: what.to_owned(),
        asked: Asked::Most(1.5),
        measured: ours.ratio(part, limit, part),
    };
    Ok(vec![goal("encode", Part::Encode), goal("decode", Part::Decode)])
}

/// None a record, amortised: what a frame needs once does not count for each of its records.
const NO_ALLOCATIONS: f64 = 0.005;

fn alone(run: &Run) -> Result<Vec<Goal>, Error> {
    let ours = find(&run.measured, OURS, RECORDS)?;
    let goal = |what: &str, count| Goal {
        against: "none".to_owned(),
        what: what.to_owned(),
        asked: Asked::Most(NO_ALLOCATIONS),
        measured: fixed(ours.an_event(count)),
    };
    Ok(vec![
        goal("allocations a record, encode", ours.account.encode_allocations),
        goal("allocations a record, decode", ours.account.decode_allocations),
    ])
}

/// Memory of a decode, in shares of what is allowed: the body, the stored body and 64 KiB.
fn peak(run: &Run, records: usize) -> Option<Goal> {
    let ours = find(&run.measured, OURS, records).ok()?;
    let bodies = run.bodies.iter().find(|bodies| bodies.records == records)?;
    let allowed = bodies.largest + ours.account.largest + 65_536;
    Some(Goal {
        against: "raw_len + stored + 64 KiB".to_owned(),
        what: format!("peak memory of a decode, {records} a frame"),
        asked: Asked::Most(1.0),
        measured: fixed(ours.account.decode_peak as f64 / allowed as f64),
    })
}

/// Twice the time an event would be far from linear; a third more is what caches take.
const LINEAR: f64 = 1.33;

fn twins(run: &Run) -> Result<Vec<Goal>, Error> {
    let ours = find(&run.measured, OURS, RECORDS)?;
    let non_ascii = find(&run.measured, OURS_NON_ASCII, RECORDS)?;
    let (short, long) = (find(&run.measured, OURS_LONG, RECORDS)?, find(&run.measured, OURS_LONG, LONG)?);
    let goal = |against: &str, way, asked, part, (of, to): (&Measured, &Measured)| Goal {
        against: against.to_owned(),
        what: format!("{way} an event"),
        asked: Asked::Most(asked),
        measured: of.ratio(part, to, part),
    };
    let ways = [("encode", Part::Encode), ("decode", Part::Decode)];
    let text = ways.map(|(way, part)| goal("ours on ASCII, non-ASCII text", way, 1.3, part, (non_ascii, ours)));
    let size = ways.map(|(way, part)| goal("ours at 1,000, frames of 65,535", way, LINEAR, part, (long, short)));
    Ok(text.into_iter().chain(size).collect())
}
