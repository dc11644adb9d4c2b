//! What was final and turned out to be wrong: its id is not used again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::{Problem, problem};
use crate::spec::registry::read_file;

/// Something that was withdrawn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdrawn {
    id: String,
    reason: String,
    /// What says now what it should have said.
    replaced_by: Option<String>,
}

/// A file of what was withdrawn.
pub(super) struct Withdrawals {
    file: &'static str,
    all: BTreeMap<String, Withdrawn>,
}

impl Withdrawals {
    pub(super) fn read(root: &Path, file: &'static str) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            withdrawn: Vec<Withdrawn>,
        }
        let mut all = BTreeMap::new();
        for one in read_file::<File>(root, file)?.withdrawn {
            if let Some(before) = all.insert(one.id.clone(), one) {
                return Err(problem(file, format!("`{}` is withdrawn twice", before.id)));
            }
        }
        Ok(Self { file, all })
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.all.contains_key(id)
    }

    /// What is wrong with them, where `frozen` are the ids that are or were final and `used` those that are there.
    pub(super) fn check(&self, frozen: &BTreeSet<&str>, used: &BTreeSet<&str>) -> Vec<Problem> {
        let wrong = |one: &Withdrawn| {
            let known = |id: &String| used.contains(id.as_str()) || self.has(id);
            if !frozen.contains(one.id.as_str()) {
                Some("was never final, so there is nothing to withdraw".to_owned())
            } else if used.contains(one.id.as_str()) {
                Some("is withdrawn and used again: what is new gets an id of its own".to_owned())
            } else if one.reason.trim().is_empty() {
                Some("is withdrawn without a reason".to_owned())
            } else {
                let gone = one.replaced_by.as_ref().filter(|id| !known(id))?;
                Some(format!("is replaced by `{gone}`, which is not there"))
            }
        };
        let problems = self.all.values().filter_map(|one| Some(format!("`{}` {}", one.id, wrong(one)?)));
        problems.map(|text| problem(self.file, text)).collect()
    }
}
