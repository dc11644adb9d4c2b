//! The law `consumer`.

#![no_main]

dashstream_fuzz::fuzz!("consumer");
