//! The protobuf schemas of DashStream, in three forms: message types, tables for a scanner of wire bytes, and kinds.
//!
//! Protobuf libraries disagree on which bytes are valid, so [`v1`] builds and reads messages but gives no verdict; a
//! reader scans the bytes against [`schema`] first. What the fields mean is said in `spec/`.

pub mod schema;

/// Message types of `package dashstream.v1`.
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/dashstream.v1.rs"));
}

/// Kinds of record: the numbers of `spec/registry/kinds.toml`, and the payload of each.
pub mod kinds {
    use crate::schema::{self, MessageSchema};

    include!(concat!(env!("OUT_DIR"), "/kinds.rs"));
}

/// The schemas as an encoded `google.protobuf.FileDescriptorSet`, without source positions and comments.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));
