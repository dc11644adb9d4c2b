//! All mutants of the plain implementation, by id.

use super::Plain;
use super::gate::Mutation;
use super::mutants_table::{OFF, STRICT, SWAP};

/// A mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MutantInfo {
    /// Its id: the requirement, and where there are several for one, a word after a full stop.
    pub id: &'static str,
    /// The requirement that it breaks.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
    /// How it is made.
    pub mutation: Mutation,
}

impl Plain {
    /// Every mutant.
    #[must_use]
    pub fn mutants() -> Vec<MutantInfo> {
        let mut all = Vec::new();
        for (id, what) in OFF {
            all.push(MutantInfo { id, requirement: id, what, mutation: Mutation::Off(id) });
        }
        for (id, requirement, what) in STRICT {
            all.push(MutantInfo { id, requirement, what, mutation: Mutation::Strict(id) });
        }
        for (id, pair) in SWAP {
            let what = "checks two neighbouring codes the other way round";
            let mutation = Mutation::Swap(pair);
            all.push(MutantInfo { id, requirement: "ERR-001", what, mutation });
        }
        all
    }

    /// The mutant of that id.
    #[must_use]
    pub fn mutant(id: &str) -> Option<Self> {
        let found = Self::mutants().into_iter().find(|mutant| mutant.id == id)?;
        Some(Self::with(found.mutation))
    }

    /// The id of this mutant; `None` where it is none.
    #[must_use]
    pub fn mutant_id(&self) -> Option<&'static str> {
        let found = Self::mutants().into_iter().find(|mutant| mutant.mutation == self.mutation)?;
        Some(found.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Requirements without a mutant, and why.
    const EXCEPTIONS: &[(&str, &str)] = &[];

    /// Requirements of every role whose means is `vector` or `scenario`.
    fn requirements() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
        let mut found = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            for line in std::fs::read_to_string(path).unwrap().lines() {
                let Some((id, rest)) = line.strip_prefix("- **").and_then(|l| l.split_once("** [")) else {
                    continue;
                };
                if ["; vector]", "; scenario]"].iter().any(|means| rest.contains(means)) {
                    found.push(id.to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn every_requirement_that_a_vector_tests_has_a_mutant() {
        let requirements = requirements();
        assert!(requirements.len() > 150, "the spec was not found");
        let named: BTreeSet<&str> = Plain::mutants().iter().map(|m| m.requirement).collect();
        let excepted: BTreeSet<&str> = EXCEPTIONS.iter().map(|(id, _)| *id).collect();
        let without: Vec<&String> =
            requirements.iter().filter(|id| !named.contains(id.as_str()) && !excepted.contains(id.as_str())).collect();
        assert_eq!(without, Vec::<&String>::new());
        for id in named {
            assert!(requirements.iter().any(|r| r == id), "{id} is not a requirement that vectors test");
        }
    }

    #[test]
    fn ids_and_mutations_are_unique() {
        let all = Plain::mutants();
        for (i, one) in all.iter().enumerate() {
            assert_eq!(Plain::mutant(one.id).unwrap().mutant_id(), Some(one.id));
            assert!(all.iter().skip(i + 1).all(|other| other.id != one.id), "{}", one.id);
        }
        assert_eq!(Plain::new().mutant_id(), None);
    }

    #[test]
    fn every_pair_of_neighbours_is_swapped_or_excused() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/registry/errors.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let codes: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("code = "))
            .map(|code| code.trim_matches('"'))
            .take_while(|code| *code != "LEVEL")
            .collect();
        for pair in codes.windows(2) {
            let pair = pair.join("<");
            let excused = crate::plain::passes::NOT_SWAPPABLE.iter().any(|(p, _)| *p == pair);
            assert_ne!(SWAP.iter().any(|(_, swap)| *swap == pair), excused, "{pair}");
        }
    }
}
