//! A frame is damaged, as a disk may.

use std::path::{Path, PathBuf};

use dashstream_codec::Prelude;
use dashstream_codec::ReadOptions;
use dashstream_codec::file::{FileEvent, FileReader};

use super::Story;
use crate::exit::Failure;
use crate::term::grouped;

/// The frame that was damaged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Damaged {
    pub(super) epoch: u32,
    pub(super) lane: u32,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) records: u64,
}

/// Changes a byte in the body of one frame.
pub(super) fn damage_one(folder: &Path, story: &mut Story<'_>) -> Result<Damaged, Failure> {
    let (file, bytes) = longest(&folder.join("topic/0"))?;
    let place = file.display().to_string();
    let mut frames = frames(&bytes);
    // In the middle; not the beginning of an epoch, and not one that declares drops: of a frame that is refused the ledger knows how many
    // they are, and nobody is told why.
    frames.retain(|(_, prelude)| prelude.base_sequence > 1 && prelude.drop_count == 0);
    let (at, prelude) =
        *frames.get(frames.len() / 2).ok_or_else(|| Failure::Data(format!("{place}: there is no frame to damage")))?;
    let body = at + 64 + u64::from(prelude.metadata_len);
    let byte = usize::try_from(body + u64::from(prelude.body_len) / 2).unwrap_or(usize::MAX);
    let mut changed = bytes;
    if let Some(byte) = changed.get_mut(byte) {
        *byte ^= 0x20;
    }
    std::fs::write(&file, changed).map_err(Failure::io(place))?;
    let records = u64::from(prelude.record_count);
    let last = prelude.base_sequence + records + u64::from(prelude.drop_count) - 1;
    story.tell(&format!("A byte of the topic changes on the disk, in a frame of {} records.\n", grouped(records)))?;
    Ok(Damaged { epoch: prelude.epoch, lane: prelude.lane, first: prelude.base_sequence, last, records })
}

fn longest(folder: &Path) -> Result<(PathBuf, Vec<u8>), Failure> {
    let place = folder.display().to_string();
    let mut longest = (PathBuf::new(), Vec::new());
    for entry in std::fs::read_dir(folder).map_err(Failure::io(place.clone()))? {
        let path = entry.map_err(Failure::io(place.clone()))?.path();
        if path.extension().is_none_or(|extension| extension != "dsf") {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(Failure::io(path.display().to_string()))?;
        if bytes.len() > longest.1.len() {
            longest = (path, bytes);
        }
    }
    Ok(longest)
}

/// The frames of a file, with where they begin.
fn frames(bytes: &[u8]) -> Vec<(u64, Prelude)> {
    let mut reader = FileReader::new(ReadOptions::default());
    let mut input = bytes;
    let mut frames = Vec::new();
    loop {
        match reader.next_event(&mut input) {
            Some(FileEvent::Accepted { end, frame, batch, .. }) => {
                frames.push((end.saturating_sub(frame.len() as u64), *batch.prelude()));
            }
            Some(_) => {}
            None => return frames,
        }
    }
}
