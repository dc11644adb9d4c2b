//! The law `resync`.

#![no_main]

dashstream_fuzz::fuzz!("resync");
