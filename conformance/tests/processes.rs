//! The runner against bad testees, through pipes. This program is its own testee: started with
//! `testee NAME` it serves, otherwise it runs the tests.

#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of a test: a panic is how it fails"
)]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use dashstream_conformance::args::ConformArgs;
use dashstream_conformance::bad::{self, BAD};
use dashstream_conformance::conform::{Exit, conform_to};
use dashstream_conformance::plain::{Plain, testee};
use dashstream_conformance::plain_oracle::PlainOracle;
use dashstream_conformance::process::{Budgets, Program};
use dashstream_conformance::reference;
use dashstream_conformance::report::terminal::Console;
use dashstream_conformance::runner::account::Outcome;
use dashstream_conformance::runner::{Run, RunSettings, run};
use dashstream_conformance::session::{Settings, StartError};
use dashstream_vectors::{Set, Vector};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["testee", name] => serve(name),
        _ => test(words.iter().find(|word| !word.starts_with('-')).map(String::as_str)),
    }
}

fn serve(name: &str) -> ExitCode {
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    let code = match name {
        "plain" => testee::serve(Plain::new(), input, output).map(|()| 0),
        "reference" => reference::serve(input, output).map(|()| 0),
        "moody" => moody(input, output),
        name => bad::serve(bad::find(name).expect("a bad testee"), input, output),
    };
    ExitCode::from(code.unwrap_or(1))
}

/// Right answers, but it dies whenever it is asked about a frame that is not whole.
fn moody(input: impl io::BufRead, mut output: impl io::Write) -> io::Result<u8> {
    for line in input.lines() {
        let answer = testee::answer(Plain::new(), &line?).to_string();
        if answer.contains("SHORT_PRELUDE") {
            let _shown = writeln!(io::stderr(), "too short for me");
            return Ok(7);
        }
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(0)
}

type Test = (&'static str, fn(&Suite));

const TESTS: &[Test] = &[
    ("right_testees_pass", right_testees_pass),
    ("every_bad_testee_is_found_out", every_bad_testee_is_found_out),
    ("a_crash_costs_its_vector_alone", a_crash_costs_its_vector_alone),
    ("after_too_many_failures_the_rest_is_not_run", after_too_many_failures_the_rest_is_not_run),
    ("a_process_for_each_question", a_process_for_each_question),
    ("several_testees_side_by_side", several_testees_side_by_side),
    ("what_cannot_be_started_says_so", what_cannot_be_started_says_so),
    ("exit_codes_and_last_lines", exit_codes_and_last_lines),
    ("known_failures_are_exact", known_failures_are_exact),
    ("reports_can_be_read_back", reports_can_be_read_back),
];

fn test(filter: Option<&str>) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent").to_path_buf();
    let set = dashstream_vectors::load(&root.join("vectors")).expect("the vectors can be loaded");
    let suite = Suite { root, set, folder: tempfile::tempdir().expect("a folder") };
    let (mut passed, mut failed) = (0, 0);
    for (name, body) in TESTS.iter().filter(|(name, _)| filter.is_none_or(|filter| name.contains(filter))) {
        let ok = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&suite))).is_ok();
        say(&format!("test {name} ... {}", if ok { "ok" } else { "FAILED" }));
        *(if ok { &mut passed } else { &mut failed }) += 1;
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    say(&format!("\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out"));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say(line: &str) {
    writeln!(io::stdout(), "{line}").expect("stdout");
}

struct Suite {
    root: PathBuf,
    set: Set,
    folder: tempfile::TempDir,
}

fn program(name: &str) -> Program {
    let this = std::env::current_exe().expect("this program");
    Program::Words(vec![this.into(), "testee".into(), name.into()])
}

fn settings(suite: &Suite, program: Program) -> RunSettings {
    let budgets = Budgets {
        answer: Duration::from_secs(20),
        start: Duration::from_secs(10),
        memory_mib: 1024,
        output: 16 * 1024 * 1024,
    };
    RunSettings {
        session: Settings { program, budgets, oneshot: false, folder: suite.folder.path().to_path_buf() },
        jobs: 1,
        deliveries: Vec::new(),
        max_failures: 0,
    }
}

/// Some small vectors of every operation.
fn some(suite: &Suite, step: usize) -> Vec<&Vector> {
    let small = |vector: &&Vector| std::fs::metadata(&vector.path).is_ok_and(|file| file.len() < 4096);
    suite.set.vectors.iter().filter(|vector| !vector.id.contains("max")).filter(small).step_by(step).collect()
}

fn go(vectors: &[&Vector], settings: &RunSettings) -> Result<Run, StartError> {
    run(vectors, settings, &PlainOracle, &|_| {})
}

fn right_testees_pass(suite: &Suite) {
    for name in ["plain", "reference"] {
        let ran = go(&some(suite, 7), &settings(suite, program(name))).expect("it starts");
        let trouble: Vec<_> =
            ran.results.iter().filter(|one| one.trouble.is_some()).map(|one| (&one.id, &one.trouble)).collect();
        assert!(ran.conformant(), "{name}: {:?} {trouble:?}", ran.complaints);
        assert!(ran.deliveries > ran.counts.total, "{name} is delivered to in several ways");
    }
}

fn every_bad_testee_is_found_out(suite: &Suite) {
    let vectors = some(suite, 60);
    for bad in BAD {
        let mut settings = settings(suite, program(bad.name));
        settings.deliveries = vec!["whole".to_owned()];
        settings.max_failures = 2;
        // Only those that let the time run out have to be waited for.
        if bad.outcome == Some(Outcome::Timeout) {
            settings.session.budgets.answer = Duration::from_millis(300);
        }
        if bad.name == "never-ends" {
            settings.session.budgets.start = Duration::from_secs(3);
        }
        match (go(&vectors, &settings), bad.outcome) {
            (Err(error), None) => assert!(error.to_string().contains("protocol 2"), "{}: {error}", bad.name),
            (Err(error), Some(_)) => panic!("{} does not start: {error}", bad.name),
            (Ok(ran), outcome) => {
                assert!(!ran.conformant(), "{}", bad.name);
                assert!(ran.counts.close(), "{}", bad.name);
                match outcome {
                    Some(outcome) => assert!(ran.counts.get(outcome) > 0, "{}: {:?}", bad.name, ran.counts),
                    None => assert!(!ran.complaints.is_empty(), "{}", bad.name),
                }
            }
        }
    }
}

fn a_crash_costs_its_vector_alone(suite: &Suite) {
    let vectors = some(suite, 9);
    let settings =
        RunSettings { deliveries: vec!["whole".to_owned(), "cut@5".to_owned()], ..settings(suite, program("moody")) };
    let ran = go(&vectors, &settings).expect("it starts");
    assert!(ran.counts.crash > 3, "{:?}", ran.counts);
    assert!(ran.counts.pass > 3, "{:?}", ran.counts);
    assert_eq!(ran.counts.crash + ran.counts.pass, ran.counts.total, "{:?}", ran.counts);
    let crashed = ran.results.iter().find(|one| one.outcome == Outcome::Crash).expect("one crashed");
    let trouble = crashed.trouble.as_ref().expect("it says why");
    assert_eq!(trouble.got, "ended with exit code 7");
    assert!(trouble.stderr.contains("too short for me"), "stderr is shown: {:?}", trouble.stderr);
}

fn after_too_many_failures_the_rest_is_not_run(suite: &Suite) {
    let settings = RunSettings { max_failures: 3, ..settings(suite, program("reject-all")) };
    let ran = go(&some(suite, 9), &settings).expect("it starts");
    assert_eq!(ran.counts.fail, 3);
    assert_eq!(ran.counts.not_run, ran.counts.total - 3 - ran.counts.pass);
    assert!(!ran.conformant());
}

fn a_process_for_each_question(suite: &Suite) {
    let mut settings = settings(suite, program("plain"));
    settings.session.oneshot = true;
    settings.deliveries = vec!["whole".to_owned()];
    let ran = go(&some(suite, 40), &settings).expect("it starts");
    assert!(ran.conformant(), "{:?} {:?}", ran.counts, ran.complaints);
}

fn several_testees_side_by_side(suite: &Suite) {
    let settings = RunSettings { jobs: 3, ..settings(suite, program("plain")) };
    let ran = go(&some(suite, 11), &settings).expect("it starts");
    assert!(ran.conformant(), "{:?} {:?}", ran.counts, ran.complaints);
    let ids: Vec<&str> = ran.results.iter().map(|one| one.id.as_str()).collect();
    let expected: Vec<&str> = some(suite, 11).iter().map(|vector| vector.id.as_str()).collect();
    assert_eq!(ids, expected, "results keep the order of the selection");
}

fn what_cannot_be_started_says_so(suite: &Suite) {
    let missing = settings(suite, Program::Shell("no-such-program-anywhere".to_owned()));
    let error = go(&some(suite, 100), &missing).expect_err("there is no such program");
    assert!(error.to_string().contains("exit code 127"), "{error}");
    assert!(error.to_string().contains("no-such-program-anywhere"), "its stderr is shown: {error}");
}

fn arguments(suite: &Suite, words: &[&str]) -> ConformArgs {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: ConformArgs,
    }
    let root = suite.root.display().to_string();
    let all = ["conform", "--root", &root].into_iter().chain(words.iter().copied());
    <Line as clap::Parser>::try_parse_from(all).expect("good usage").args
}

fn command(suite: &Suite, testee: &str, words: &[&str]) -> (Exit, String) {
    let mut out = Vec::new();
    let exit = conform_to(
        &arguments(suite, words),
        &program(testee),
        &mut Console { out: &mut out, colour: false, live: false },
    );
    (exit, String::from_utf8(out).expect("UTF-8"))
}

/// The id of a rejected vector, and its whole text as arguments.
fn one_id(suite: &Suite) -> String {
    let class = dashstream_vectors::Class::Invalid;
    let decode = dashstream_vectors::Operation::Decode;
    some(suite, 1)
        .iter()
        .find(|one| one.class == class && one.operation == decode)
        .expect("an invalid vector")
        .id
        .clone()
}

fn exit_codes_and_last_lines(suite: &Suite) {
    let id = one_id(suite);
    let last = |text: &str| text.lines().last().unwrap_or_default().to_owned();
    let (exit, text) = command(suite, "plain", &["--filter", &id]);
    assert_eq!((exit, last(&text).as_str()), (Exit::Ok, "conformant: profile all, filtered, 1 of 1 executed"));
    let (exit, text) = command(suite, "accept-all", &["--filter", &id]);
    assert_eq!(exit, Exit::Failed);
    assert_eq!(last(&text), "not conformant: profile all, filtered, 0 of 1 passed (1 fail; the testee misbehaved)");
    assert!(text.contains(&format!("replay        dashstream conform --filter {id} --delivery whole")), "{text}");
    let codes = [
        ("plain", vec!["--filter", "no-such-vector"], Exit::Usage),
        ("plain", vec!["--profile", "no-such-profile"], Exit::Usage),
        ("plain", vec!["--delivery", "no-such-delivery"], Exit::NothingExecuted),
        ("other-protocol", vec!["--filter", &id], Exit::NoTestee),
        ("claim-nothing", vec!["--filter", &id], Exit::NothingExecuted),
        ("plain", vec!["--known-failures", "/nowhere/at/all", "--filter", &id], Exit::KnownFailures),
    ];
    for (testee, words, expected) in codes {
        let (exit, text) = command(suite, testee, &words);
        assert_eq!(exit, expected, "{testee} {words:?}: {text}");
    }
    let mut args = arguments(suite, &[]);
    args.root = Some(suite.folder.path().to_path_buf());
    let mut out = Vec::new();
    let exit = conform_to(&args, &program("plain"), &mut Console { out: &mut out, colour: false, live: false });
    assert_eq!(exit, Exit::NoVectors);
}

fn known_failures_are_exact(suite: &Suite) {
    let id = one_id(suite);
    let list = suite.folder.path().join("known");
    let path = list.display().to_string();
    let words = ["--filter", id.as_str(), "--known-failures", path.as_str()];
    std::fs::write(&list, format!("{id} # because\n")).expect("it can be written");
    let (exit, text) = command(suite, "crash", &words);
    assert_eq!(exit, Exit::Failed, "a canary that fails is excused by no list: {text}");
    let (exit, text) = command(suite, "skip-all", &words);
    assert_eq!(exit, Exit::Ok, "{text}");
    assert!(text.trim_end().ends_with("exactly the known failures"), "{text}");
    let (exit, text) = command(suite, "plain", &words);
    assert_eq!(exit, Exit::KnownFailures, "{text}");
    assert!(text.contains("and passes"), "{text}");
    std::fs::write(&list, "no-such-vector\n").expect("it can be written");
    assert_eq!(command(suite, "plain", &words).0, Exit::KnownFailures);
}

fn reports_can_be_read_back(suite: &Suite) {
    let folder = suite.folder.path().join("report");
    let path = folder.display().to_string();
    let (exit, text) = command(
        suite,
        "moody",
        &["--filter", "*1*", "--delivery", "whole", "--delivery", "cut@5", "--report", &path, "--timeout", "60000"],
    );
    assert_eq!(exit, Exit::Failed, "{text}");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);

    let json: serde_json::Value = serde_json::from_str(&read("report.json")).expect("JSON");
    let count = |key: &str| json["counts"][key].as_u64().expect(key);
    let parts = ["pass", "fail", "skip", "crash", "timeout", "protocol", "not-run"].map(count);
    assert_eq!(parts.iter().sum::<u64>(), count("total"));
    assert_eq!(json["vectors"].as_array().map(Vec::len), Some(usize::try_from(count("total")).expect("small")));
    assert_eq!(json["suite"]["manifest_digest"], suite.set.manifest_digest.as_str());
    assert!(count("crash") > 0);
    let review =
        json["requirements"].as_array().expect("a list").iter().filter(|one| one["state"] == "by-review").count();
    assert!(review > 0, "requirements that no vector shows are listed");

    let xml = read("junit.xml");
    let document = roxmltree::Document::parse(&xml).expect("XML");
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count();
    assert_eq!(cases as u64, count("total"));
    let errors = document.descendants().filter(|node| node.has_tag_name("error")).count();
    assert_eq!(errors as u64, count("crash"));
    roxmltree::Document::parse(&read("badge.svg")).expect("SVG");

    // What the pages are is tested beside them; here they have been written, each from its vector's file.
    let vectors = json["vectors"].as_array().expect("a list");
    for row in vectors {
        let id = row["id"].as_str().expect("an id");
        let page = read(&format!("vector/{id}.html"));
        assert!(page.contains(&format!("vectors/data/{}/{id}.yaml", row["area"].as_str().expect("an area"))), "{id}");
        assert!(page.contains("What goes in") && page.contains("What has to come out"), "{id}");
        assert_eq!(
            page.contains("Expected and answered"),
            row["outcome"] != "pass" && row["outcome"] != "skip",
            "{id}"
        );
    }
    let crashed = vectors.iter().find(|row| row["outcome"] == "crash").expect("a crash");
    let page = read(&format!("vector/{}.html", crashed["id"].as_str().expect("an id")));
    assert!(page.contains("too short for me"), "its stderr is there");
    assert!(read("report.md").contains(last_line(&text)), "{text}");
    assert_eq!(pages_in(&folder.join("vector")), vectors.len());
    assert!(text.contains(&format!("report    {path}")), "{text}");
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

fn pages_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("a folder").count()
}
