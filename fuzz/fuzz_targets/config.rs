//! The law `config`.

#![no_main]

dashstream_fuzz::fuzz!("config");
