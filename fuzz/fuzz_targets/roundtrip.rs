//! The law `roundtrip`.

#![no_main]

dashstream_fuzz::fuzz!("roundtrip");
