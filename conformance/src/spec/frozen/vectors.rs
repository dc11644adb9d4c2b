//! The vectors that are final: their bytes do not change, and none goes without being withdrawn.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dashstream_vectors::{LoadError, listed_files, parse_sums, sums_of};

use super::withdrawn::Withdrawals;
use super::{Addition, Findings, Problem, problem, read};

/// The SHA-256 of each, in the form of `sha256sum`, by their paths below `vectors/`.
pub(super) const LIST: &str = "vectors/frozen/v1.sums";
const WITHDRAWN: &str = "vectors/withdrawn.toml";

pub(super) fn check(root: &Path) -> Result<Findings, Problem> {
    let frozen = parse_sums(Path::new(LIST), &read(root, LIST)?).map_err(|error| Problem::of_load(root, &error))?;
    let present = present(root).map_err(|error| Problem::of_load(root, &error))?;
    let withdrawn = Withdrawals::read(root, WITHDRAWN)?;
    let mut problems = withdrawn.check(&ids(&frozen), &ids(&present));
    for (file, sum) in &frozen {
        let text = match present.get(file) {
            Some(now) if now == sum => continue,
            _ if withdrawn.has(id(file)) => continue,
            Some(_) => format!(
                "is final and has changed ({LIST}). Undo it: what is new is a vector of its own, and one that is wrong is \
                 withdrawn in {WITHDRAWN}"
            ),
            None => format!("is final and gone ({LIST}). Bring it back, or withdraw it in {WITHDRAWN}"),
        };
        problems.push(problem(&format!("vectors/{file}"), text));
    }
    let fresh = present.iter().filter(|(file, _)| !frozen.contains_key(*file));
    let additions = fresh.map(|(file, sum)| Addition { list: LIST, line: format!("{sum}  {file}") }).collect();
    Ok(Findings { problems, additions })
}

/// The sums of the vectors that are there. Those in json/ say the same, and a test holds them to it.
fn present(root: &Path) -> Result<BTreeMap<String, String>, LoadError> {
    let folder = root.join("vectors");
    let mut files = listed_files(&folder)?;
    files.retain(|file| file.starts_with("data/"));
    parse_sums(&folder, &sums_of(&folder, &files)?)
}

fn ids(sums: &BTreeMap<String, String>) -> BTreeSet<&str> {
    sums.keys().map(|file| id(file)).collect()
}

/// The id of a vector is the name of its file.
fn id(file: &str) -> &str {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    name.strip_suffix(".yaml").unwrap_or(name)
}
