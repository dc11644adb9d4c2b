//! Small runs, in this process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use dashstream_vectors::Vector;
use serde_json::json;

use crate::matrix::model::{ContentsRow, Disagreement, Matrix, Pair, SideRow, State};
use crate::plain::Plain;
use crate::plain_oracle::{PlainOracle, PlainTestee};
use crate::process::Failure;
use crate::protocol::{Answer, CAPABILITIES, Decoded, Hello, Question, Refusal};
use crate::report::model::{Context, Report};
use crate::runner::Run;
use crate::runner::account::Counts;
use crate::runner::known::KnownFailures;
use crate::runner::one::Examiner;
use crate::session::{Broken, Testee};
use crate::spec::{error_codes, profiles, requirements};

/// What a testee might say to be more than text.
pub(super) const EVIL: &str = "</pre></title><script>alert(\"1\")</script><img src=x onerror='alert(2)'/>&amp;";

/// The cell of the pair that differs.
pub(super) const MATRIX_CELL: &str = "1 of 3 differ";

/// Some vectors of every operation, and one that is long.
pub(super) struct Suite {
    root: PathBuf,
    pub(super) vectors: Vec<Vector>,
}

/// Vectors that tests name.
const NAMED: [&str; 5] = [
    "body-004-kind-short",
    "three-records",
    "encode-refuse-16385-strings",
    "huffman-weights-beyond-any-sum",
    "minimal",
];

/// They are read once for all tests.
pub(super) fn suite() -> &'static Suite {
    static SUITE: LazyLock<Suite> = LazyLock::new(|| {
        let root = crate::root::find().unwrap();
        let vectors = files(&root.join("vectors/data")).into_iter().enumerate().filter_map(vector).collect();
        Suite { root, vectors }
    });
    &SUITE
}

/// Every 29th file that is small, and those with a name here.
fn vector((index, path): (usize, PathBuf)) -> Option<Vector> {
    let named = path.file_stem().and_then(|name| name.to_str()).is_some_and(|name| NAMED.contains(&name));
    let small = std::fs::metadata(&path).is_ok_and(|file| file.len() < 4096);
    (named || (index % 29 == 0 && small)).then(|| dashstream_vectors::load_one(&path).unwrap())
}

fn files(data: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort_unstable();
        paths
    };
    inside(data).iter().flat_map(|area| inside(area)).collect()
}

impl Suite {
    /// A run of this testee.
    pub(super) fn run(&self, testee: &mut dyn Testee, hello: Hello, complaints: &[String]) -> Report {
        let deliveries = ["whole".to_owned(), "cut@7".to_owned()];
        let examiner = Examiner::new(&hello, &PlainOracle, &deliveries);
        let results: Vec<_> = self.vectors.iter().map(|vector| examiner.examine(testee, vector)).collect();
        let run = Run {
            counts: Counts::all(results.iter().map(|result| result.outcome)),
            deliveries: results.iter().map(|result| result.deliveries).sum(),
            results,
            complaints: complaints.to_vec(),
            took: Duration::from_millis(1234),
            hello: hello.clone(),
        };
        let known = KnownFailures::default();
        let context = Context {
            profile: "all",
            filtered: true,
            command: &hello.language,
            replay: "dashstream conform --testee 'mine'",
            manifest_digest: &"0f".repeat(32),
            set: 2000,
            requirements: &requirements(&self.root),
            profiles: &profiles(&self.root).unwrap(),
            codes: &error_codes(&self.root).unwrap(),
            known: &known,
        };
        Report::new(&run, &context, "the last line of this run".to_owned(), 1)
    }

    /// The plain implementation, which passes.
    pub(super) fn passing(&self) -> Report {
        let folder = tempfile::tempdir().unwrap();
        let mut plain = PlainTestee::new(Plain::new(), folder.path().to_path_buf());
        let report = self.run(&mut plain, hello("plain", CAPABILITIES), &[]);
        assert_eq!(report.counts.pass, report.counts.total, "{:?}", report.counts);
        report
    }

    /// One that knows no lz4, and says of each column with a wrong length that it is somewhere else.
    pub(super) fn failing(&self) -> Report {
        let folder = tempfile::tempdir().unwrap();
        let plain = PlainTestee::new(Plain::new(), folder.path().to_path_buf());
        let capabilities: Vec<&str> = CAPABILITIES.iter().copied().filter(|name| *name != "lz4").collect();
        self.run(&mut Misplaced(plain), hello("misplaced", &capabilities), &[])
    }
}

fn hello(name: &str, capabilities: &[&str]) -> Hello {
    Hello {
        protocol: 1,
        implementation: name.to_owned(),
        version: "1".to_owned(),
        language: "Rust".to_owned(),
        capabilities: capabilities.iter().map(|&name| name.to_owned()).collect(),
    }
}

/// Answers as the plain implementation, but counts from 1.
struct Misplaced(PlainTestee);

impl Testee for Misplaced {
    fn ask(&mut self, question: &Question) -> Result<Answer, Broken> {
        let mut answer = self.0.ask(question)?;
        if let Answer::Refused(Refusal { code, offset: Some(offset), .. }) = &mut answer
            && ["COLUMN_LEN", "METADATA_LEN", "BAD_MAGIC"].contains(&code.as_str())
        {
            *offset += 1;
        }
        Ok(answer)
    }
}

/// Everything that it says is meant to be more than text.
#[derive(Default)]
pub(super) struct Hostile(usize);

impl Hostile {
    pub(super) fn hello() -> Hello {
        let evil = EVIL.to_owned();
        Hello { version: evil.clone(), language: evil, ..hello(EVIL, CAPABILITIES) }
    }
}

impl Testee for Hostile {
    fn ask(&mut self, question: &Question) -> Result<Answer, Broken> {
        self.0 += 1;
        let evil = EVIL.to_owned();
        match (self.0 % 4, question) {
            (0, Question::Decode(_)) => {
                let lints = Some(vec![evil.clone()]);
                Ok(Answer::Decoded(Decoded { frame: json!({ EVIL: EVIL, "records": [{ EVIL: [EVIL] }] }), lints }))
            }
            (1, _) => Err(Broken { failure: Failure::Crash(evil.clone()), stderr: evil }),
            (2, Question::Decode(_) | Question::Encode { .. } | Question::File { .. }) => {
                Ok(Answer::Refused(Refusal {
                    code: evil.clone(),
                    offset: Some(3),
                    released: Some(0),
                    message: Some(evil),
                }))
            }
            _ => Ok(Answer::Unsupported(evil)),
        }
    }
}

/// A matrix of two, of which one pair differs.
pub(super) fn matrix(suite: &Suite) -> Matrix {
    let names = ["rust", "mine"];
    let side = |name: &str| SideRow {
        name: name.to_owned(),
        command: format!("start {name}"),
        who: Some(format!("{name} 1 (Rust)")),
        bytes: 300,
        stored: BTreeMap::from([("none".to_owned(), 3)]),
        not_encoded: 0,
    };
    let pair = |encoder: &str, decoder: &str| {
        let differs = encoder == "rust" && decoder == "mine";
        let first = Disagreement {
            content: suite.vectors[0].id.clone(),
            codec: "zstd".to_owned(),
            what: "something else".to_owned(),
            hex: Some("3 bytes\n000000  01 02 03\n".to_owned()),
        };
        Pair {
            encoder: encoder.to_owned(),
            decoder: decoder.to_owned(),
            state: if differs { State::Differs } else { State::Equal },
            why: None,
            cases: 3,
            equal: if differs { 2 } else { 3 },
            first: if differs { vec![first] } else { Vec::new() },
        }
    };
    Matrix {
        exit: 1,
        verdict: "matrix: 3 of 4 pairs equal, 1 differ".to_owned(),
        replay: "dashstream matrix".to_owned(),
        filtered: false,
        manifest_digest: "ab".repeat(32),
        contents: ContentsRow {
            of_vectors: 1,
            of_files: 0,
            files: Vec::new(),
            left_out: BTreeMap::from([("for a reason".to_owned(), vec!["some-name".to_owned()])]),
        },
        sides: names.map(side).to_vec(),
        without: vec!["go".to_owned()],
        pairs: names.iter().flat_map(|encoder| names.map(|decoder| pair(encoder, decoder))).collect(),
        complaints: Vec::new(),
        milliseconds: 1234,
        finished: "2025-01-01T00:00:00Z".to_owned(),
    }
}
