//! The checks on a repository that a test makes up: some requirements, the registries, three vectors.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::spec::requirement::parse;

const TEXT: &str = "\
- **X-001** [reader; vector] A reader MUST report A.
- **X-002** [writer; vector] A writer SHOULD write it.
- **X-003** [producer; pending] A producer MUST wait.
";

struct Repository {
    folder: TempDir,
    text: String,
}

impl Repository {
    /// With everything frozen that is in it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let this = Self { folder, text: TEXT.to_owned() };
        let registries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/registry");
        for entry in fs::read_dir(registries).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            this.put(&format!("spec/registry/{name}"), &fs::read_to_string(&path).unwrap());
        }
        for file in [specification::LIST, vectors::LIST, "spec/withdrawn.toml", "vectors/withdrawn.toml"] {
            this.put(file, "");
        }
        this.put("vectors/json/a/one.json", "not looked at");
        for id in ["one", "two", "three"] {
            this.put(&format!("vectors/data/a/{id}.yaml"), id);
        }
        this.freeze();
        this
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn put(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.path(file)).unwrap();
    }

    /// Replaces a part of a file, which has to be there.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        self.put(file, &text.replacen(from, to, 1));
    }

    fn append(&self, file: &str, more: &str) {
        self.put(file, &(fs::read_to_string(self.path(file)).unwrap() + more));
    }

    fn withdraw(&self, list: &str, id: &str) {
        self.append(list, &format!("[[withdrawn]]\nid = \"{id}\"\nreason = \"It is wrong.\"\n"));
    }

    fn check(&self) -> Findings {
        let parsed = parse("spec/x.md", &self.text);
        assert_eq!(parsed.problems, []);
        check(self.folder.path(), &parsed.requirements)
    }

    fn freeze(&self) {
        append(self.folder.path(), &self.check().additions).unwrap();
    }

    fn problems(&self) -> Vec<String> {
        self.check().problems.iter().map(ToString::to_string).collect()
    }

    fn additions(&self) -> Vec<String> {
        assert_eq!(self.problems(), [""; 0]);
        self.check().additions.into_iter().map(|addition| addition.line).collect()
    }

    /// There is one problem, and it says this.
    #[track_caller]
    fn fails(&self, says: &[&str]) {
        let problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        for part in says {
            assert!(problems[0].contains(part), "{part}: {problems:?}");
        }
    }
}

#[test]
fn what_is_frozen_and_unchanged_is_in_order() {
    let repository = Repository::new();
    assert_eq!(repository.additions(), [""; 0]);
    let list = fs::read_to_string(repository.path(specification::LIST)).unwrap();
    for line in [
        "requirement X-001 reader MUST",
        "requirement X-003 pending",
        "error EMPTY number=2 scope=frame class=corrupt offset=frame",
        "kind EPOCH_START number=2 message=EpochStart class=control",
        "flag GREASE set=ancillary bit=7",
        "limit MAX_RECORDS value=65535",
        "lint FIELD_ORDER",
        "verdict GAP arg=n",
    ] {
        assert!(list.lines().any(|other| other == line), "{line}");
    }
    assert_eq!(fs::read_to_string(repository.path(vectors::LIST)).unwrap().lines().count(), 3);
}

#[test]
fn what_is_new_passes_and_is_only_appended() {
    let mut repository = Repository::new();
    let before = [specification::LIST, vectors::LIST].map(|list| fs::read_to_string(repository.path(list)).unwrap());
    repository.put("vectors/data/a/a-new-one.yaml", "new");
    repository.append("spec/registry/lints.toml", "[[lint]]\nname = \"NEW\"\ntext = \"New.\"\n");
    repository.text.insert_str(0, "- **A-001** [reader; vector] A reader MAY do it.\n");
    let added = repository.additions();
    assert_eq!(added[..2], ["requirement A-001 reader MAY", "lint NEW"]);
    assert!(added.len() == 3 && added[2].ends_with("  data/a/a-new-one.yaml"), "{added:?}");
    repository.freeze();
    assert_eq!(repository.additions(), [""; 0]);
    for (list, before) in [specification::LIST, vectors::LIST].iter().zip(before) {
        assert!(fs::read_to_string(repository.path(list)).unwrap().starts_with(&before), "{list}");
    }
}

#[test]
fn a_vector_that_changes_or_goes_is_found() {
    let repository = Repository::new();
    repository.put("vectors/data/a/two.yaml", "twO");
    repository.fails(&["vectors/data/a/two.yaml: is final and has changed", "withdrawn.toml"]);
    repository.remove("vectors/data/a/two.yaml");
    repository.fails(&["vectors/data/a/two.yaml: is final and gone", "withdrawn.toml"]);
    repository.put("vectors/data/b/two.yaml", "two");
    repository.fails(&["vectors/data/a/two.yaml: is final and gone"]);
}

#[test]
fn a_vector_that_is_withdrawn_goes_and_never_comes_back() {
    let repository = Repository::new();
    repository.remove("vectors/data/a/two.yaml");
    repository.withdraw("vectors/withdrawn.toml", "two");
    assert_eq!(repository.additions(), [""; 0]);
    for (file, text) in [("vectors/data/a/two.yaml", "two"), ("vectors/data/b/two.yaml", "another")] {
        repository.put(file, text);
        repository.fails(&["vectors/withdrawn.toml: `two` is withdrawn and used again"]);
        repository.remove(file);
    }
}

#[test]
fn a_withdrawal_has_a_reason_and_names_what_there_is() {
    let withdrawn = |entry: &str| {
        let repository = Repository::new();
        repository.remove("vectors/data/a/two.yaml");
        repository.append("vectors/withdrawn.toml", entry);
        repository
    };
    let entry = "[[withdrawn]]\nid = \"two\"\nreason = \"Wrong.\"\n";
    assert_eq!(withdrawn(&format!("{entry}replaced_by = \"three\"\n")).additions(), [""; 0]);
    withdrawn(&format!("{entry}replaced_by = \"four\"\n")).fails(&["`two` is replaced by `four`, which is not there"]);
    withdrawn(&entry.replace("Wrong.", " ")).fails(&["`two` is withdrawn without a reason"]);
    withdrawn(&format!("{entry}{entry}")).fails(&["`two` is withdrawn twice"]);
    withdrawn(&format!("{entry}why = 1\n")).fails(&["unknown field `why`"]);
    let never = entry.replace("two", "never");
    withdrawn(&format!("{entry}{never}")).fails(&["`never` was never final"]);
}

#[test]
fn a_name_of_a_registry_that_changes_or_goes_is_found() {
    for (file, from, to, says) in [
        ("errors", "number = 43", "number = 44", "`error TORN_TAIL number=43 "),
        (
            "errors",
            "\"corrupt\"",
            "\"limit\"",
            "`error EMPTY number=2 scope=frame class=corrupt offset=frame` is final",
        ),
        ("kinds", "\"NodeStart\"", "\"NodeEnd\"", "`kind NODE_START number=5 message=NodeStart class=event` is final"),
        ("limits", "65535", "65534", "here is `limit MAX_RECORDS value=65534`"),
        ("verdicts", "\"seq\"", "\"n\"", "`verdict BASELINE arg=seq` is final"),
        ("codecs", "\"lz4\"", "\"lz5\"", "spec/frozen/v1.txt:"),
        ("flags", "bit = 7", "bit = 6", "`flag GREASE set=ancillary bit=7` is final"),
        ("drop_reasons", "number = 8", "number = 9", "`drop_reason REFUSED number=8` is final"),
        ("lints", "\"FIELD_ORDER\"", "\"ORDER\"", "`lint FIELD_ORDER` is final, and gone"),
        ("profiles", "\"decode\"", "\"file\"", "`profile reader operation=decode` is final"),
    ] {
        let repository = Repository::new();
        repository.edit(&format!("spec/registry/{file}.toml"), from, to);
        repository.fails(&[says]);
    }
}

#[test]
fn a_text_may_be_made_clearer_and_a_reserved_flag_assigned() {
    let mut repository = Repository::new();
    repository.edit("spec/registry/errors.toml", "There is a value and it has no bytes.", "No bytes.");
    repository.edit("spec/registry/flags.toml", "\"reserved\"", "\"assigned\"");
    repository.text = TEXT.replace("report A", "report the code A");
    assert_eq!(repository.additions(), [""; 0]);
}

#[test]
fn a_number_that_is_taken_is_not_given_to_another_name() {
    let repository = Repository::new();
    repository.append("spec/registry/drop_reasons.toml", "[[drop_reason]]\nname = \"NEW\"\nnumber = 8\ntext = \"x\"\n");
    repository.fails(&["spec/registry/drop_reasons.toml: REFUSED and NEW have both number=8"]);
    let repository = Repository::new();
    repository.append("spec/registry/lints.toml", "[[lint]]\nname = \"FIELD_ORDER\"\ntext = \"x\"\n");
    repository.fails(&["FIELD_ORDER and FIELD_ORDER have both FIELD_ORDER"]);
}

#[test]
fn a_requirement_keeps_its_id_its_role_and_its_keyword() {
    let mut repository = Repository::new();
    for (from, to, says) in [
        ("SHOULD write", "MUST write", "spec/x.md:2: `requirement X-002 writer SHOULD` is final"),
        ("[reader;", "[ledger;", "spec/x.md:1: `requirement X-001 reader MUST` is final"),
        ("MUST report", "MUST NOT report", "here is `requirement X-001 reader MUST NOT`"),
        ("X-001", "X-009", "`requirement X-001 reader MUST` is final, and gone"),
        ("X-003", "X-009", "bring it back, or withdraw it in spec/withdrawn.toml"),
    ] {
        repository.text = TEXT.replace(from, to);
        repository.fails(&[says]);
    }
}

#[test]
fn a_pending_requirement_may_change_and_is_final_once_it_is_built() {
    let mut repository = Repository::new();
    repository.text = TEXT.replace("A producer MUST", "A producer SHOULD");
    assert_eq!(repository.additions(), [""; 0]);
    repository.text = TEXT.replace("pending", "test a_test");
    assert_eq!(repository.additions(), ["requirement X-003 producer MUST"]);
    repository.freeze();
    assert_eq!(repository.additions(), [""; 0]);
    repository.text = TEXT.to_owned();
    repository.fails(&["`requirement X-003 producer MUST` is final"]);
}

#[test]
fn only_a_pending_requirement_is_withdrawn_and_it_never_comes_back() {
    let mut repository = Repository::new();
    repository.withdraw("spec/withdrawn.toml", "X-003");
    repository.fails(&["spec/withdrawn.toml: `X-003` is withdrawn and used again"]);
    repository.text = TEXT.lines().take(2).map(|line| format!("{line}\n")).collect();
    assert_eq!(repository.additions(), [""; 0]);
    let mut repository = Repository::new();
    repository.withdraw("spec/withdrawn.toml", "X-001");
    repository.text = TEXT.lines().skip(1).map(|line| format!("{line}\n")).collect();
    repository.fails(&["X-001 was not pending, so it cannot be withdrawn"]);
}

#[test]
fn a_list_that_is_missing_cut_or_contradicts_itself_is_found() {
    for list in [specification::LIST, vectors::LIST] {
        let repository = Repository::new();
        repository.append(list, "half a line");
        repository.fails(&[list, "its last line is cut"]);
        repository.remove(list);
        repository.fails(&[list]);
    }
    let repository = Repository::new();
    repository.append(specification::LIST, "limit MAX_RECORDS value=7\n");
    let problems = repository.problems();
    assert!(problems.iter().any(|problem| problem.contains("MAX_RECORDS is final in line")), "{problems:?}");
    let repository = Repository::new();
    repository.append(vectors::LIST, "no sum\n");
    repository.fails(&["vectors/frozen/v1.sums: line 4: is not a sum and a name"]);
}
