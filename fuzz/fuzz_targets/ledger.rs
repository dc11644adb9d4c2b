//! The law `ledger`.

#![no_main]

dashstream_fuzz::fuzz!("ledger");
