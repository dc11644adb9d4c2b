//! The names of the specification that are final: ids of requirements, and what stands in the registries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::entry::{Entry, PENDING, parse};
use super::withdrawn::Withdrawals;
use super::{Addition, Findings, Problem, Requirement, read, registries};
use crate::spec::Means;

/// A line for each.
pub(super) const LIST: &str = "spec/frozen/v1.txt";
const WITHDRAWN: &str = "spec/withdrawn.toml";
const REQUIREMENT: &str = "requirement";

pub(super) fn check(root: &Path, requirements: &[Requirement]) -> Result<Findings, Problem> {
    let list = parse(LIST, &read(root, LIST)?)?;
    let withdrawn = Withdrawals::read(root, WITHDRAWN)?;
    let mut current: Vec<Entry> = requirements.iter().map(of_requirement).collect();
    current.extend(registries::entries(root)?);
    Ok(compare(&list, &current, &withdrawn))
}

/// A requirement as it is in the list: the text may be made clearer.
fn of_requirement(requirement: &Requirement) -> Entry {
    let facts = match requirement.means {
        Means::Pending => PENDING.to_owned(),
        _ => format!("{} {}", requirement.role, requirement.keyword.name()),
    };
    Entry {
        of: REQUIREMENT.to_owned(),
        name: requirement.id.clone(),
        facts,
        file: requirement.file.clone(),
        line: requirement.line,
    }
}

fn compare(list: &[Entry], current: &[Entry], withdrawn: &Withdrawals) -> Findings {
    let (frozen, mut problems) = latest(list);
    let now: BTreeMap<_, &Entry> = current.iter().map(|entry| (entry.key(), entry)).collect();
    problems.extend(withdrawn.check(&ids(frozen.values().copied()), &ids(now.values().copied())));
    for entry in frozen.values() {
        problems.extend(broken(entry, now.get(&entry.key()).copied(), withdrawn));
    }
    let fresh = current.iter().filter(|entry| {
        let known = frozen.get(&entry.key());
        known.is_none_or(|known| known.facts == PENDING && entry.facts != PENDING)
    });
    let additions = fresh.map(|entry| Addition { list: LIST, line: entry.to_string() }).collect();
    Findings { problems, additions }
}

/// The last line of each name. A name has a second one where it was pending in the first, and nowhere else.
fn latest(list: &[Entry]) -> (BTreeMap<(&str, &str), &Entry>, Vec<Problem>) {
    let mut frozen = BTreeMap::new();
    let mut problems = Vec::new();
    for entry in list {
        if let Some(before) = frozen.insert(entry.key(), entry).filter(|before: &&Entry| before.facts != PENDING) {
            problems.push(entry.problem(format!("{} is final in line {} already", entry.name, before.line)));
        }
    }
    (frozen, problems)
}

/// What is wrong with an entry of the list, where `now` is what the specification has under its name.
fn broken(frozen: &Entry, now: Option<&Entry>, withdrawn: &Withdrawals) -> Option<Problem> {
    match now {
        Some(now) if frozen.allows(now) => None,
        Some(now) => Some(now.problem(format!("`{frozen}` is final ({LIST}), and here is `{now}`: undo it"))),
        None if frozen.of == REQUIREMENT && withdrawn.has(&frozen.name) => (frozen.facts != PENDING)
            .then(|| frozen.problem(format!("{} was not pending, so it cannot be withdrawn", frozen.name))),
        None => {
            let instead =
                if frozen.facts == PENDING { format!(", or withdraw it in {WITHDRAWN}") } else { String::new() };
            let text = format!("`{frozen}` is final, and gone from the specification: bring it back{instead}");
            Some(frozen.problem(text))
        }
    }
}

fn ids<'a>(entries: impl Iterator<Item = &'a Entry>) -> BTreeSet<&'a str> {
    entries.filter(|entry| entry.of == REQUIREMENT).map(|entry| entry.name.as_str()).collect()
}
