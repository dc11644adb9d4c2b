//! How many random cases a property is tried with.

use proptest::test_runner::Config;

/// `usual` cases, or twenty times as many where `./check --long` asks for the full counts.
pub(crate) fn cases(usual: u32) -> Config {
    let long = std::env::var_os("DASHSTREAM_LONG").is_some_and(|value| value == "1");
    Config { cases: if long { 20 * usual } else { usual }, failure_persistence: None, ..Config::default() }
}
