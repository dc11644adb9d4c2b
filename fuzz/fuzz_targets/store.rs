//! The law `store`.

#![no_main]

dashstream_fuzz::fuzz!("store");
