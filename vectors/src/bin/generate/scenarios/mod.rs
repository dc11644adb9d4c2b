//! Cases of encode, file and ledger, scripts for consumers and producers, states for followers, and stores.

mod consumer;
mod diff;
mod encode;
mod file;
mod ledger;
mod producer;
mod store;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    encode::add(suite);
    file::add(suite);
    ledger::add(suite);
    consumer::add(suite);
    producer::add(suite);
    diff::add(suite);
    store::add(suite);
}

#[cfg(test)]
mod tests {
    use crate::{output, suite::Suite};

    #[test]
    fn the_loader_takes_every_scenario() {
        let mut suite = Suite::default();
        super::add(&mut suite);
        let root = tempfile::tempdir().unwrap();
        output::write(root.path(), &output::files(&suite)).unwrap();
        let set = dashstream_vectors::load(root.path()).unwrap();
        assert_eq!(set.vectors.len(), suite.cases.len());
    }
}
