//! A state as a file:
//!
//! ```text
//! dashstream-state VERSION CRC32C\n{"revision":3,"producer_id":"0123...","epoch":7,"next_lane":1,"lanes":[...]}\n
//! ```
//!
//! The CRC32C, 8 hexadecimal digits, is that of all else: `dashstream-state VERSION ` and the second line, line feed
//! included. Of two states the one of the higher revision is the newer.

use std::collections::BTreeMap;

use dashstream_codec::crc32c;
use serde::{Deserialize, Serialize};

use super::state::{Lane, Previous, State};

const NAME: &str = "dashstream-state";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    revision: u64,
    producer_id: String,
    epoch: u32,
    next_lane: u32,
    lanes: Vec<StoredLane>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLane {
    lane: u32,
    tenant: String,
    partition: Option<u32>,
    previous_epoch: u32,
    previous_last_sequence: u64,
}

/// What the bytes of a slot are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// No state, or a damaged one.
    Bad,
    /// Of a version that is not known here.
    Newer(u32),
    Good {
        revision: u64,
        state: State,
    },
}

pub(super) fn write(revision: u64, state: &State) -> Result<Vec<u8>, serde_json::Error> {
    let lanes = state.lanes.iter().map(|(number, lane)| StoredLane {
        lane: *number,
        tenant: lane.tenant.clone(),
        partition: lane.partition,
        previous_epoch: lane.previous.epoch,
        previous_last_sequence: lane.previous.last_sequence,
    });
    let stored = Stored {
        revision,
        producer_id: hex::encode(state.producer_id),
        epoch: state.epoch,
        next_lane: state.next_lane,
        lanes: lanes.collect(),
    };
    let line = format!("{}\n", serde_json::to_string(&stored)?);
    Ok(format!("{NAME} {VERSION} {}\n{line}", crc(VERSION, &line)).into_bytes())
}

pub(super) fn read(bytes: &[u8]) -> Slot {
    let Some((version, line)) = body(bytes) else { return Slot::Bad };
    if version != VERSION {
        return Slot::Newer(version);
    }
    state(line).map_or(Slot::Bad, |(revision, state)| Slot::Good { revision, state })
}

fn crc(version: u32, line: &str) -> String {
    format!("{:08x}", crc32c(format!("{NAME} {version} {line}").as_bytes()))
}

/// Version and second line, where the CRC fits.
fn body(bytes: &[u8]) -> Option<(u32, &str)> {
    let (head, line) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
    let mut words = head.split(' ');
    let (name, version, stored) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
    let fits = name == NAME && words.next().is_none() && stored == crc(version, line);
    fits.then_some((version, line))
}

fn state(line: &str) -> Option<(u64, State)> {
    let stored: Stored = serde_json::from_str(line).ok()?;
    let count = stored.lanes.len();
    let lanes: BTreeMap<u32, Lane> = stored.lanes.into_iter().map(lane).collect();
    let producer_id = <[u8; 16]>::try_from(hex::decode(stored.producer_id).ok()?).ok()?;
    let state = State { producer_id, epoch: stored.epoch, next_lane: stored.next_lane, lanes };
    (state.lanes.len() == count && state.is_whole()).then_some((stored.revision, state))
}

fn lane(stored: StoredLane) -> (u32, Lane) {
    let previous = Previous { epoch: stored.previous_epoch, last_sequence: stored.previous_last_sequence };
    (stored.lane, Lane { tenant: stored.tenant, partition: stored.partition, previous })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> State {
        let mut state = State::new([7; 16]);
        state.epoch = 9;
        for tenant in ["acme", "über \"quoted\"\n"] {
            state.add_lane(tenant, Some(3)).unwrap();
        }
        state.add_lane("gone", None).unwrap();
        state.lanes.remove(&2);
        state.keep_last(0, Previous { epoch: 8, last_sequence: (1 << 53) - 1 }).unwrap();
        state
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = write(u64::MAX, &some()).unwrap();
        assert_eq!(read(&bytes), Slot::Good { revision: u64::MAX, state: some() });
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("dashstream-state 1 ") && text.ends_with("}\n"), "{text}");
    }

    #[test]
    fn no_cut_and_no_flip_is_read() {
        let bytes = write(5, &some()).unwrap();
        for len in 0..bytes.len() {
            assert_eq!(read(&bytes[..len]), Slot::Bad, "the first {len} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&flipped), Slot::Bad, "bit {bit}");
        }
        assert_eq!(read(&[bytes, b"\n".to_vec()].concat()), Slot::Bad);
    }

    /// A second line of one's own behind a CRC that fits.
    fn sealed(line: &str) -> Slot {
        read(format!("dashstream-state 1 {}\n{line}", crc(1, line)).as_bytes())
    }

    #[test]
    fn a_crc_that_fits_does_not_make_a_state() {
        let good = r#"{"revision":1,"producer_id":"07070707070707070707070707070707","epoch":2,"next_lane":2,"lanes":[{"lane":1,"tenant":"a","partition":null,"previous_epoch":1,"previous_last_sequence":4}]}"#;
        assert!(matches!(sealed(good), Slot::Good { .. }));
        let twice = r#"{"lane":1,"tenant":"a","partition":null,"previous_epoch":0,"previous_last_sequence":0}]"#;
        for (from, to) in [
            (r#""epoch":2"#, r#""epoch":0"#),
            (r#""epoch":2"#, r#""epoch":2147483648"#),
            ("0707", "0000"),
            ("0707", "07"),
            (r#""next_lane":2"#, r#""next_lane":1"#),
            (r#""next_lane":2"#, r#""next_lane":2147483649"#),
            (r#""tenant":"a""#, r#""tenant":"""#),
            (r#""previous_epoch":1"#, r#""previous_epoch":0"#),
            (r#""previous_epoch":1"#, r#""previous_epoch":3"#),
            (r#""previous_last_sequence":4"#, r#""previous_last_sequence":0"#),
            (r#""previous_last_sequence":4"#, r#""previous_last_sequence":9007199254740992"#),
            (r#""revision":1"#, r#""revision":1,"more":1"#),
            ("}]", &format!("}},{twice}")),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good);
            assert_eq!(sealed(&bad), Slot::Bad, "{bad}");
        }
        let newer = format!("dashstream-state 2 {}\nanything", crc(2, "anything"));
        assert_eq!(read(newer.as_bytes()), Slot::Newer(2));
    }
}
