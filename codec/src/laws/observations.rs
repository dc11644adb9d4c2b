//! What a ledger is told, from arbitrary bytes: in a space so small that frames meet each other in every way.

use arbitrary::{Result, Unstructured};

use crate::ledger::{AcceptedFacts, Control, Observation};

/// Some frames, as many as there are bytes for.
pub(super) fn observations(u: &mut Unstructured<'_>) -> Vec<Observation<'static>> {
    let mut frames: Vec<Observation<'static>> = Vec::new();
    while !u.is_empty() && frames.len() < 24 {
        let Ok(next) = next(u, frames.last()) else { break };
        frames.push(next);
    }
    frames
}

/// A frame that follows the last one, or any.
fn next(u: &mut Unstructured<'_>, last: Option<&Observation<'static>>) -> Result<Observation<'static>> {
    match last {
        Some(last) if u.ratio(1, 2)? => following(u, last),
        Some(last) if u.ratio(1, 6)? => Ok(last.clone()),
        _ => any(u),
    }
}

fn following(u: &mut Unstructured<'_>, last: &Observation<'static>) -> Result<Observation<'static>> {
    let mut frame = any(u)?;
    (frame.producer_id, frame.lane) = (last.producer_id, last.lane);
    if u.ratio(1, 8)? {
        // The next epoch begins, and says how the last one ended.
        frame.epoch = last.epoch.saturating_add(1);
        frame.base_sequence = 1;
        let start = Control::EpochStart { previous_epoch: last.epoch, previous_last_sequence: last.last() };
        if let Some(facts) = &mut frame.accepted {
            facts.control.insert(0, start);
        }
    } else {
        frame.epoch = last.epoch;
        frame.base_sequence = last.last().saturating_add(1 + u64::from(u.ratio(1, 6)?));
    }
    if let Some(facts) = &mut frame.accepted {
        facts.boot_nonce = [u8::try_from(frame.epoch % 251).unwrap_or(0); 8];
    }
    Ok(frame)
}

fn any(u: &mut Unstructured<'_>) -> Result<Observation<'static>> {
    let epoch = u.int_in_range(1..=4)?;
    let accepted = if u.ratio(4, 5)? { Some(facts(u, epoch)?) } else { None };
    let wide = u.ratio(1, 40)?;
    Ok(Observation {
        producer_id: [u.int_in_range(0..=3)?; 16],
        epoch: epoch.into(),
        lane: u.int_in_range(0..=1)?,
        base_sequence: if wide { u.int_in_range(0..=1 << 53)? } else { u.int_in_range(1..=24)? },
        record_count: if wide { u.arbitrary()? } else { u.int_in_range(1..=4)? },
        drop_count: if wide { u.arbitrary()? } else { u.int_in_range(0..=2)? },
        body_crc: u.int_in_range(1..=3)?,
        partition: *u.choose(&[None, Some(0), Some(0), Some(1)])?,
        accepted,
    })
}

fn facts(u: &mut Unstructured<'_>, epoch: u8) -> Result<AcceptedFacts<'static>> {
    let mut control = Vec::new();
    while control.len() < 3 && u.ratio(1, 4)? {
        control.push(match u.int_in_range(0..=7)? {
            0 => Control::EpochEnd,
            1 => Control::LaneEnd,
            2 | 3 => Control::EpochStart {
                previous_epoch: u.int_in_range(0..=4)?,
                previous_last_sequence: u.int_in_range(0..=24)?,
            },
            _ => Control::LateDrops { first: u.int_in_range(0..=24)?, count: u.int_in_range(0..=8)? },
        });
    }
    Ok(AcceptedFacts {
        tenant: if u.ratio(1, 20)? { "other" } else { "acme" },
        boot_nonce: [if u.ratio(1, 20)? { 99 } else { epoch }; 8],
        redaction: if u.ratio(1, 6)? { Some(u.int_in_range(1..=3)?) } else { None },
        control,
    })
}
