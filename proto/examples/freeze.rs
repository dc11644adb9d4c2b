//! Replaces the frozen schemas by the current ones. See the crate's README on when to run it.

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("frozen/v1.binpb");
    std::fs::write(path, dashstream_proto::DESCRIPTORS)
}
