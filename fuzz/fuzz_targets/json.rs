//! The law `json`.

#![no_main]

dashstream_fuzz::fuzz!("json");
