//! What every requirement has to satisfy, together with its evidence.

use std::collections::{BTreeMap, BTreeSet};

use dashstream_vectors::Vector;

use super::Problem;
use super::registry::ErrorCode;
use super::requirement::{Keyword, Means, Requirement};

/// What shows that requirements are satisfied.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The vectors.
    pub vectors: Vec<VectorFacts>,
    /// Names of functions in the sources.
    pub functions: BTreeSet<String>,
    /// The registry of errors.
    pub codes: Vec<ErrorCode>,
    /// The codes of a follower.
    pub state_codes: Vec<String>,
    /// The reasons of a store.
    pub store_codes: Vec<String>,
}

/// What the gate wants to know of a vector.
#[derive(Clone, Debug, Default)]
pub struct VectorFacts {
    /// Its id.
    pub id: String,
    /// The requirements that it lists.
    pub requirements: Vec<String>,
    /// The error codes that it expects.
    pub codes: Vec<String>,
}

impl VectorFacts {
    /// The facts of a vector.
    #[must_use]
    pub fn of(vector: &Vector) -> Self {
        Self { id: vector.id.clone(), requirements: vector.requirements.clone(), codes: crate::codes::expected(vector) }
    }
}

/// Every rule over all requirements.
pub(super) fn check(requirements: &[Requirement], evidence: &Evidence) -> Vec<Problem> {
    let listed: BTreeSet<&str> =
        evidence.vectors.iter().flat_map(|vector| &vector.requirements).map(String::as_str).collect();
    let mut problems = duplicates(requirements);
    for requirement in requirements {
        let at = |text: String| Problem { file: requirement.file.clone(), line: requirement.line, text };
        problems.extend(proof(requirement, &listed, evidence).map(at));
        problems.extend(binding(requirement).map(at));
    }
    problems.extend(unknown(requirements, evidence));
    problems.extend(unexpected_codes(evidence));
    problems
}

fn duplicates(requirements: &[Requirement]) -> Vec<Problem> {
    let mut first: BTreeMap<&str, &Requirement> = BTreeMap::new();
    let mut problems = Vec::new();
    for requirement in requirements {
        if let Some(before) = first.insert(&requirement.id, requirement) {
            let text = format!("{} stands in {}:{} too", requirement.id, before.file, before.line);
            problems.push(Problem { file: requirement.file.clone(), line: requirement.line, text });
        }
    }
    problems
}

/// Whether what the means names is there.
fn proof(requirement: &Requirement, listed: &BTreeSet<&str>, evidence: &Evidence) -> Option<String> {
    let id = &requirement.id;
    match &requirement.means {
        Means::Vector | Means::Scenario if !listed.contains(id.as_str()) => Some(format!("{id}: no vector lists it")),
        Means::Test(name) if !evidence.functions.contains(name) => {
            Some(format!("{id}: there is no function `{name}` in the sources"))
        }
        // Every role is built.
        Means::Pending => Some(format!("{id}: a requirement is proved, and not pending")),
        _ => None,
    }
}

/// What a reader or writer must do is shown by a vector. That something never happens may be beyond any
/// vector, so a MUST NOT may be shown in another way.
fn binding(requirement: &Requirement) -> Option<String> {
    let bound = matches!(requirement.role.as_str(), "reader" | "writer") && requirement.keyword == Keyword::Must;
    (bound && requirement.means != Means::Vector).then(|| {
        format!(
            "{}: a MUST of a {} is proved by a vector, not by {}",
            requirement.id,
            requirement.role,
            requirement.means.name()
        )
    })
}

fn unknown(requirements: &[Requirement], evidence: &Evidence) -> Vec<Problem> {
    let known: BTreeSet<&str> = requirements.iter().map(|requirement| requirement.id.as_str()).collect();
    let mut problems = Vec::new();
    for vector in &evidence.vectors {
        let file = format!("vectors: {}", vector.id);
        if vector.requirements.is_empty() {
            problems.push(Problem { file: file.clone(), line: 0, text: "it lists no requirement".to_owned() });
        }
        for id in vector.requirements.iter().filter(|id| !known.contains(id.as_str())) {
            problems.push(Problem { file: file.clone(), line: 0, text: format!("{id} is no requirement of spec/") });
        }
    }
    problems
}

fn unexpected_codes(evidence: &Evidence) -> Vec<Problem> {
    let expected: BTreeSet<&str> =
        evidence.vectors.iter().flat_map(|vector| &vector.codes).map(String::as_str).collect();
    let of_frames = evidence.codes.iter().map(|code| (code.code.as_str(), "spec/registry/errors.toml"));
    let of_states = evidence.state_codes.iter().map(|code| (code.as_str(), "spec/registry/state_errors.toml"));
    let of_stores = evidence.store_codes.iter().map(|code| (code.as_str(), "spec/registry/store_errors.toml"));
    let names: BTreeMap<&str, &str> = of_frames.chain(of_states).chain(of_stores).collect();
    let missing = names.iter().filter(|(code, _)| !expected.contains(*code));
    let missing = missing.map(|(code, file)| ((*file).to_owned(), format!("no vector expects {code}")));
    let strange = evidence.vectors.iter().flat_map(|vector| {
        let strange = vector.codes.iter().filter(|code| !names.contains_key(code.as_str()));
        strange.map(|code| (format!("vectors: {}", vector.id), format!("{code} is no error code")))
    });
    missing.chain(strange).map(|(file, text)| Problem { file, line: 0, text }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::requirement::parse;
    use super::*;

    const GOOD: &str = "\
- **X-001** [reader; vector] A reader MUST report A.
- **X-002** [ledger; scenario] A ledger MUST keep it.
- **X-003** [writer; test a_test] A writer SHOULD be kind.
- **X-004** [store; review: nobody sees it] A store MUST wait.
- **X-005** [reader; review: it cannot be seen] A reader MUST NOT tell.
";

    fn evidence() -> Evidence {
        let vector = |id: &str, requirement: &str, code: &str| VectorFacts {
            id: id.into(),
            requirements: vec![requirement.into()],
            codes: vec![code.into()],
        };
        Evidence {
            vectors: vec![vector("x-001", "X-001", "A"), vector("x-002", "X-002", "B")],
            functions: BTreeSet::from(["a_test".to_owned()]),
            codes: ["A", "B"].map(|code| ErrorCode { code: code.into(), ..ErrorCode::default() }).to_vec(),
            state_codes: Vec::new(),
            store_codes: Vec::new(),
        }
    }

    fn problems(text: &str, evidence: &Evidence) -> Vec<String> {
        let parsed = parse("x.md", text);
        assert_eq!(parsed.problems, []);
        check(&parsed.requirements, evidence).into_iter().map(|problem| problem.to_string()).collect()
    }

    #[test]
    fn the_good_case_has_no_problems() {
        assert_eq!(problems(GOOD, &evidence()), Vec::<String>::new());
    }

    #[track_caller]
    fn one(text: &str, evidence: &Evidence, says: &str) {
        let found = problems(text, evidence);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(says), "{found:?}");
    }

    #[test]
    fn an_id_stands_once() {
        let text = format!("{GOOD}\n- **X-004** [store; review: nobody sees it] A store MUST wait.\n");
        one(&text, &evidence(), "x.md:7: X-004 stands in x.md:4 too");
    }

    #[test]
    fn a_vector_requirement_needs_a_vector() {
        let text = format!("{GOOD}\n- **X-009** [reader; vector] A reader MUST too.\n");
        one(&text, &evidence(), "X-009: no vector lists it");
        let text = format!("{GOOD}\n- **X-009** [ledger; scenario] A ledger MUST too.\n");
        one(&text, &evidence(), "X-009: no vector lists it");
    }

    #[test]
    fn a_named_test_has_to_exist() {
        let mut evidence = evidence();
        evidence.functions.clear();
        one(GOOD, &evidence, "no function `a_test`");
    }

    #[test]
    fn nothing_is_pending() {
        let text = GOOD.replace("[ledger; scenario]", "[ledger; pending]");
        one(&text, &evidence(), "X-002: a requirement is proved");
    }

    #[test]
    fn a_must_of_a_reader_or_writer_is_proved_by_a_vector() {
        let text = GOOD.replace("SHOULD be kind", "MUST be kind");
        one(&text, &evidence(), "X-003: a MUST of a writer");
        let text = GOOD.replace("A reader MUST NOT tell", "A reader MUST tell");
        one(&text, &evidence(), "X-005: a MUST of a reader");
    }

    #[test]
    fn a_vector_names_requirements_that_exist() {
        let mut evidence = evidence();
        evidence.vectors[0].requirements.push("X-777".into());
        one(GOOD, &evidence, "vectors: x-001: X-777 is no requirement");
        evidence.vectors[0].requirements.pop();
        evidence.vectors.push(VectorFacts { id: "none".into(), ..VectorFacts::default() });
        one(GOOD, &evidence, "lists no requirement");
    }

    #[test]
    fn every_code_has_a_vector_and_every_expected_code_exists() {
        let mut evidence = evidence();
        evidence.codes.push(ErrorCode { code: "C".into(), ..ErrorCode::default() });
        one(GOOD, &evidence, "no vector expects C");
        evidence.codes.pop();
        evidence.state_codes.push("S".into());
        one(GOOD, &evidence, "state_errors.toml: no vector expects S");
        evidence.vectors[0].codes.push("S".into());
        assert_eq!(problems(GOOD, &evidence), Vec::<String>::new());
        evidence.store_codes.push("T".into());
        one(GOOD, &evidence, "store_errors.toml: no vector expects T");
        evidence.vectors[0].codes.push("T".into());
        assert_eq!(problems(GOOD, &evidence), Vec::<String>::new());
        evidence.vectors[0].codes.push("Z".into());
        one(GOOD, &evidence, "Z is no error code");
    }
}
