//! The law `producer`.

#![no_main]

dashstream_fuzz::fuzz!("producer");
