//! Random logs, and consumers that end in every way: what has its effect once, and what is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dashstream_stream::consumer::{HandleError, Standing};
use fastrand::Rng;

use crate::frames::{Frame, frame};
use crate::rig::Rig;

/// A log as producers leave it that send again what they do not know of: late, twice, and over epochs.
fn log(rng: &mut Rng) -> Vec<Frame> {
    let mut log = Vec::new();
    for lane in 0..rng.u32(1..4) {
        let mut previous = (0, 0);
        for epoch in 1..rng.u32(2..5) {
            let mut sent: Vec<Frame> = Vec::new();
            let mut base = 1;
            for _ in 0..rng.u32(1..9) {
                let records = rng.u16(1..4);
                let one = frame(base, records).lane(lane).epoch(epoch);
                base += u64::from(records);
                sent.push(if one.base == 1 { Frame { previous, ..one } } else { one });
            }
            previous = (epoch, base - 1);
            // Behind the first frame, which is acknowledged before others are sent (SEQ-012), up to five are under way.
            let mut order = vec![sent.remove(0)];
            while !sent.is_empty() {
                let at = rng.usize(..sent.len().min(5));
                order.push(sent.remove(at));
            }
            for one in order {
                if rng.u8(..4) == 0 && one.base != 1 {
                    log.push(one.clone());
                }
                log.push(one);
                if rng.u8(..4) == 0 {
                    let old = log[rng.usize(..log.len())].clone();
                    log.push(old);
                }
            }
        }
    }
    log
}

fn answers(rng: &mut Rng) -> Vec<Result<(), HandleError>> {
    let any = |rng: &mut Rng| match rng.u8(..12) {
        0 => Err(HandleError::Again("not now".to_owned())),
        1 => Err(HandleError::Stop("enough".to_owned())),
        _ => Ok(()),
    };
    (0..rng.usize(..40)).map(|_| any(rng)).collect()
}

#[tokio::test(start_paused = true)]
async fn every_record_has_its_effect_once_whatever_ends_the_consumer() {
    let rounds = if std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1") { 20_000 } else { 1_000 };
    let mut totals = BTreeMap::<&str, u64>::new();
    for seed in 0..rounds {
        let mut rng = Rng::with_seed(seed);
        let mut rig = Rig::new(1);
        rig.config.commit_frames = rng.u32(1..6);
        rig.config.max_lanes = rng.usize(1..4);
        rig.config.attempts = 50;
        let frames = log(&mut rng);
        rig.put(0, frames.iter().map(Frame::message));
        for _ in 0..rng.u32(..5) {
            // Each life has a setting of its own.
            rig.config.commit_frames = rng.u32(1..6);
            rig.script().handle = answers(&mut rng).into();
            rig.script().slow = Duration::from_millis(rng.u64(..200));
            rig.script().commit =
                (0..rng.usize(..6)).map(|_| [None, None, Some(true), Some(false)][rng.usize(..4)]).collect();
            // A death in between: what it was doing is cut off.
            let mut consumer = rig.consumer();
            for _ in 0..rng.u8(1..4) {
                let stop = tokio::time::sleep(Duration::from_secs(3_600));
                let cut = tokio::time::sleep(Duration::from_millis(rng.u64(..3_000)));
                tokio::select! {
                    result = consumer.run(stop) => {
                        drop(result);
                        assert!(consumer.account().adds_up(), "seed {seed}: {:?}", consumer.account());
                        break;
                    }
                    // The same consumer is told to work again.
                    () = cut => *totals.entry("cut").or_default() += 1,
                }
            }
        }
        rig.script().handle.clear();
        rig.script().commit.clear();
        rig.script().slow = Duration::ZERO;
        let account = rig.run_well().await;
        *totals.entry("duplicates").or_default() += account.duplicates;

        let offered: BTreeSet<_> = frames
            .iter()
            .flat_map(|one| (one.base..one.base + u64::from(one.records)).map(|number| (one.lane, one.epoch, number)))
            .collect();
        // CON-007: each has one effect.
        let mut effects = BTreeMap::<Vec<u8>, u32>::new();
        for effect in rig.state.effects() {
            *effects.entry(effect.key).or_default() += 1;
        }
        let expected: BTreeMap<Vec<u8>, u32> =
            offered.iter().map(|(lane, epoch, number)| (format!("{lane}/{epoch}/{number}").into_bytes(), 1)).collect();
        assert_eq!(effects, expected, "seed {seed}");
        // CON-008: what was handed over again was marked.
        let mut seen = BTreeSet::new();
        for one in &rig.script().seen {
            let first = seen.insert((one.lane, one.epoch, one.sequence));
            assert!(first || one.may_repeat, "seed {seed}: {one:?}");
            assert_eq!(one.standing, Standing::New, "seed {seed}: {one:?}");
            *totals.entry(if first { "first" } else { "repeated" }).or_default() += 1;
        }
        assert_eq!(seen, offered, "seed {seed}");
        assert_eq!(rig.letters(), [], "seed {seed}");
    }
    assert!(["cut", "duplicates", "repeated", "first"].iter().all(|name| totals[name] > rounds / 4), "{totals:?}");
}
