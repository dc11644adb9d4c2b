//! Entries whose bodies are compressed.

use super::scene::Scene;
use crate::build::Builder;
use crate::frame::Frame;
use crate::pieces::Edit as _;
use crate::suite::{Code, Suite, needs};
use crate::{lz4, zstd};

pub(crate) fn add(suite: &mut Suite) {
    let frame = run(2);
    let at = frame.body_at();
    let packed = zstd::simple(&frame);
    let faulty = packed.with(|zstd| zstd.checksum[0] ^= 1).of(&frame);
    entries(suite, "zstd", &packed.of(&frame), &faulty, ("DECOMPRESS", at));
    let packed = lz4::simple(&frame, 5);
    let faulty = packed.with(|lz4| lz4.sequences[1].low = 1);
    let at = at + faulty.pieces().at("seq[1]") as u64;
    entries(suite, "lz4", &packed.of(&frame), &faulty.of(&frame), ("CODEC_PROFILE", at));
}

/// A frame of one TOKEN_CHUNK whose text is one letter many times.
fn run(base: u64) -> Frame {
    let mut builder = Builder::set(|set| set.base_sequence = base);
    builder.record(11, |record| {
        record.payload(|chunk| chunk.text(3, &[b'a'; 64]));
    });
    builder.frame()
}

fn entries(suite: &mut Suite, name: &str, frame: &Frame, faulty: &Frame, fault: Code) {
    let scene = || {
        let mut scene = Scene::new();
        scene.needs(needs(frame));
        scene
    };
    let mut file = scene();
    file.beats(1..=1).accept(frame).beats(3..=3);
    let title = format!("The body of the second of three entries is compressed with {name}");
    file.finish(suite, &format!("file-{name}"), &title, &["FILE-004", "FILE-010"], false);
    let mut file = scene();
    file.beats(1..=1).lose_body(frame).beats(3..=3);
    let title = format!("A body that is compressed with {name} is damaged: its CRC says so");
    file.finish(suite, &format!("file-{name}-damaged"), &title, &["FILE-004", "FILE-008"], false);
    let mut file = scene();
    file.bug(faulty, fault.0, fault.1).beats(1..=1).lose_whole(faulty, fault.0, fault.1).beats(3..=3);
    let title = format!("A body that is compressed with {name} is wrong, and its CRC right");
    file.finish(suite, &format!("file-{name}-wrong"), &title, &["FILE-004", "FILE-008"], false);
}
