//! The law `decode`.

#![no_main]

dashstream_fuzz::fuzz!("decode");
