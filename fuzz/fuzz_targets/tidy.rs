//! The law `tidy`.

#![no_main]

dashstream_fuzz::fuzz!("tidy");
