//! The cases, by area.

mod base;
mod body;
mod body_values;
mod codecs;
mod codecs_blocks;
mod codecs_checksum;
mod codecs_lz4;
mod codecs_stored;
mod codecs_zstd;
mod frames;
mod metadata;
mod order;
mod prelude;
mod records;
pub(crate) mod records_kinds;
mod records_rules;
mod records_unread;
mod wire;
mod wire_accepted;
mod wire_fields;

use crate::suite::Suite;

/// Every vector of the set.
pub(crate) fn all() -> Suite {
    let mut suite = Suite::default();
    base::add(&mut suite);
    prelude::add(&mut suite);
    frames::add(&mut suite);
    codecs::add(&mut suite);
    wire::add(&mut suite);
    metadata::add(&mut suite);
    body::add(&mut suite);
    records::add(&mut suite);
    order::add(&mut suite);
    crate::scenarios::add(&mut suite);
    suite
}

/// The body that the files in `stored/` hold compressed.
pub(crate) fn stored_body() -> Vec<u8> {
    codecs_stored::realistic().body.pieces().to_vec()
}
