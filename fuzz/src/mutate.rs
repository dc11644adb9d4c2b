//! Mutations that come through the CRCs.

use std::cell::RefCell;

use dashstream_conformance::fuzz::{Mutator, repair, reseal};

use crate::target::{Input, by_name};

/// How libFuzzer mutates bytes of which nothing is known: data, length, longest length; the new length.
pub type Plainly = fn(&mut [u8], usize, usize) -> usize;

const PRELUDE: usize = 64;
const MARKER: usize = 16;
const FILE_HEADER: usize = 28;

thread_local! {
    static MUTATOR: RefCell<Mutator> = RefCell::new(Mutator::new(0));
}

/// Mutates an input of a target in place, and says how long it is then: by what is known of its structure, or as
/// libFuzzer does, which knows what the comparisons of the code were about.
pub fn mutate(target: &str, data: &mut [u8], (size, max_size): (usize, usize), seed: u32, plainly: Plainly) -> usize {
    let mutated = match by_name(target).map(|target| target.input) {
        Some(Input::Frame) => frame(data, (size, max_size), seed, plainly),
        Some(Input::File) if !seed.is_multiple_of(4) => file(data.get(..size).unwrap_or_default(), max_size, seed),
        _ => None,
    };
    let Some(mutated) = mutated else { return plainly(data, size, max_size) };
    let len = mutated.len().min(max_size);
    match (data.get_mut(..len), mutated.get(..len)) {
        (Some(place), Some(source)) => place.copy_from_slice(source),
        _ => return size,
    }
    len
}

/// A frame. `None`: it is mutated like any bytes.
fn frame(data: &mut [u8], (size, max_size): (usize, usize), seed: u32, plainly: Plainly) -> Option<Vec<u8>> {
    match seed % 8 {
        0 => None,
        1..=3 => body(data, (size, max_size), seed, plainly),
        _ => Some(by_structure(data.get(..size)?, max_size, seed)),
    }
}

/// Bytes of the body as libFuzzer does it, and right CRCs.
fn body(data: &mut [u8], (size, max_size): (usize, usize), seed: u32, plainly: Plainly) -> Option<Vec<u8>> {
    let metadata_len =
        data.get(24..26).map_or(0, |len| len.iter().rev().fold(0, |len, byte| len << 8 | usize::from(*byte)));
    let begin = PRELUDE + metadata_len;
    let rest = data.get_mut(begin..)?;
    // libFuzzer ends the process where it gets no room.
    let room = max_size.checked_sub(begin).filter(|room| *room > 0)?;
    let len = plainly(rest, size.checked_sub(begin)?, room);
    let mut mutated = data.get(..begin + len)?.to_vec();
    repair(&mut mutated, seed.is_multiple_of(16));
    Some(mutated)
}

fn by_structure(bytes: &[u8], max_size: usize, seed: u32) -> Vec<u8> {
    // What is wrong from its prelude on stays so, and would hide what is behind it: mostly it is put in order first.
    let mut frame = bytes.to_vec();
    if seed % 64 >= 8 {
        repair(&mut frame, seed % 64 >= 56);
    }
    MUTATOR.with_borrow_mut(|mutator| {
        mutator.reseed(seed.into());
        mutator.mutate(&frame, None, max_size)
    })
}

/// One of the frames of a file, by its structure, and the markers left as they are.
fn file(bytes: &[u8], max_size: usize, seed: u32) -> Option<Vec<u8>> {
    let marker = bytes.get(8..8 + MARKER)?;
    let places: Vec<usize> =
        (FILE_HEADER..bytes.len()).filter(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(marker))).collect();
    let at = usize::try_from(seed).ok()?.checked_rem(places.len())?;
    let start = places.get(at)? + MARKER;
    let end = places.get(at + 1).copied().unwrap_or(bytes.len());
    let mut mutated = by_structure(bytes.get(start..end)?, max_size, seed);
    if seed % 32 < 8 {
        reseal(&mut mutated);
    }
    Some([bytes.get(..start)?, &mutated, bytes.get(end..)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As libFuzzer has it: room is asked for.
    fn plainly(data: &mut [u8], size: usize, max_size: usize) -> usize {
        assert!(max_size > 0 && size <= max_size && max_size <= data.len());
        size
    }

    #[test]
    fn a_frame_that_fills_its_room_is_mutated_too() {
        for len in PRELUDE..PRELUDE + 20 {
            let mut data = vec![0; PRELUDE + 20];
            // Metadata up to the end of the room.
            data[24] = u8::try_from(len - PRELUDE).unwrap();
            for seed in 0..16 {
                assert!(mutate("decode", &mut data.clone(), (len, len), seed, plainly) <= len);
            }
        }
    }
}
