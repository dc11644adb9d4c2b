//! The law `files`.

#![no_main]

dashstream_fuzz::fuzz!("files");
