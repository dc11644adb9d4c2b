//! `dashstream matrix` with testees of this program: right ones are equal, and one that encodes wrongly, decodes wrongly or
//! is not there is found out.

use std::os::unix::fs::symlink;
use std::path::Path;

use dashstream_conformance::bad::BAD;
use dashstream_conformance::matrix::ports;
use serde_json::Value;

use crate::support::{Folder, Ran, program, run, sample_file};

/// This program, as a word of a shell.
fn this() -> String {
    format!("'{}'", program().get_program().to_str().unwrap())
}

/// A repository with these ports: names and the commands of their testees.
fn repository(ports: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for name in ["spec", "vectors"] {
        symlink(root.join(name), folder.path(name)).unwrap();
    }
    std::fs::create_dir(folder.path("ports")).unwrap();
    let entry = |(name, testee): &(&str, &str)| {
        format!(
            "[[port]]\nname = \"{name}\"\nfolder = \"ports\"\nneeds = []\ninstall = \"\"\ntest = \"\"\n\
             testee = \"\"\"{testee}\"\"\"\nprofiles = []\nknown_failures = []\n"
        )
    };
    let text: String = ports.iter().map(entry).collect();
    folder.write("ports/ports.toml", if text.is_empty() { "port = []\n".to_owned() } else { text });
    folder
}

/// Over the contents of a few vectors.
fn matrix(root: &Folder, more: &[&str]) -> Ran {
    of("body-00*", root, more)
}

fn of(filter: &str, root: &Folder, more: &[&str]) -> Ran {
    run(&[&["matrix", "--root", &root.path(""), "--filter", filter], more].concat())
}

fn last(ran: &Ran) -> &str {
    ran.text().lines().last().unwrap()
}

/// State of the pair, and how many of its cases are equal.
fn pair<'r>(result: &'r Value, encoder: &str, decoder: &str) -> (&'r str, u64, u64) {
    let pairs = result["pairs"].as_array().unwrap();
    let one = pairs.iter().find(|pair| pair["encoder"] == encoder && pair["decoder"] == decoder).unwrap();
    (one["state"].as_str().unwrap(), one["equal"].as_u64().unwrap(), one["cases"].as_u64().unwrap())
}

#[test]
fn right_ones_are_equal_and_the_report_says_so() {
    let root = repository(&[("plain", &format!("{} testee plain", this()))]);
    let (file, _) = sample_file(&root, "events.dsf", 3);
    let (out, more) = (root.path("report"), format!("more={} testee reference", this()));
    let ran = matrix(
        &root,
        &["--filter", "*/events.dsf#*", "--filter", "rec-001*", "--input", &file, "--testee", &more, "--report", &out],
    )
    .ended(0);
    assert_eq!(last(&ran), "matrix, filtered: 9 of 9 pairs equal");

    let read = |name: &str| std::fs::read_to_string(format!("{out}/{name}")).unwrap();
    let result: Value = serde_json::from_str(&read("matrix.json")).unwrap();
    let contents = &result["contents"];
    let (vectors, files) = (contents["of_vectors"].as_u64().unwrap(), contents["of_files"].as_u64().unwrap());
    assert!(vectors >= 2 && files >= 5, "{contents}");
    for pair in result["pairs"].as_array().unwrap() {
        let cases = 3 * (vectors + files);
        assert_eq!((&pair["state"], &pair["cases"], &pair["equal"]), (&"equal".into(), &cases.into(), &cases.into()));
    }
    let left_out: usize =
        contents["left_out"].as_object().unwrap().values().map(|names| names.as_array().unwrap().len()).sum();
    assert!(left_out > 0 && read("matrix.html").contains("rec-001-all-bad"), "what is left out is named");
    for name in ["matrix.html", "matrix.md"] {
        let text = read(name);
        for part in ["9 of 9 pairs equal", "events.dsf", "plain", "more"] {
            assert!(text.contains(part), "{part} is not in {name}");
        }
    }
    // It goes through questions of one process each, too.
    let ran = of("body-006*", &root, &["--oneshot", "--json"]).ended(0).json();
    assert_eq!(ran["verdict"], "matrix, filtered: 4 of 4 pairs equal");
}

#[test]
fn a_wrong_encoder_is_found_out_by_every_decoder() {
    let root = repository(&[("forgetful", &format!("{} testee mutant JSON-001", this()))]);
    let ran = matrix(&root, &["--json"]).ended(1).json();
    assert_eq!(ran["verdict"], "matrix, filtered: 2 of 4 pairs equal, 2 differ");
    for (encoder, state) in [("rust", "equal"), ("forgetful", "differs")] {
        for decoder in ["rust", "forgetful"] {
            assert_eq!(pair(&ran, encoder, decoder).0, state, "{encoder} to {decoder}");
        }
    }
    let text = matrix(&root, &[]).ended(1);
    assert!(text.text().contains("DIFFERS forgetful to rust: "), "{}", text.text());
    assert!(text.text().contains(".time_us: asked for "), "{}", text.text());
}

#[test]
fn a_wrong_decoder_is_found_out_with_every_encoder() {
    let lying = format!("sh -c \"{} testee plain | sed -u 's/\\\\(.sequence.:.\\\\)1/\\\\12/g'\"", this());
    let root = repository(&[("liar", &lying.replace('\\', "\\\\").replace('"', "\\\""))]);
    let ran = matrix(&root, &["--json"]).ended(1).json();
    assert_eq!(ran["verdict"], "matrix, filtered: 2 of 4 pairs equal, 2 differ", "{ran}");
    for (decoder, state) in [("rust", "equal"), ("liar", "differs")] {
        for encoder in ["rust", "liar"] {
            assert_eq!(pair(&ran, encoder, decoder).0, state, "{encoder} to {decoder}");
        }
    }
}

#[test]
fn every_bad_testee_is_found_out() {
    let find = |name: &str| {
        let root = repository(&[("bad", &format!("{} testee bad {name}", this()))]);
        // For others than the late one, time is what a busy machine needs.
        let timeout = if name == "late" || name == "hang" { "2000" } else { "10000" };
        let budgets = ["--timeout", timeout, "--start-timeout", "3000", "--memory", "1024", "--max-output", "1"];
        let ran = of("kind-11-token-chunk-*", &root, &[&["--json", "--jobs", "1"], &budgets[..]].concat());
        let code = ran.code;
        let result = ran.json();
        assert_eq!(pair(&result, "rust", "rust").0, "equal", "{name}");
        match name {
            // Nothing is compared with them.
            "claim-nothing" | "other-protocol" => {
                assert_eq!(code, 4, "{name}");
                assert_eq!(pair(&result, "bad", "rust"), ("not-run", 0, 0), "{name}");
                assert_eq!(pair(&result, "rust", "bad"), ("not-run", 0, 0), "{name}");
            }
            // They answer rightly, and misbehave apart from that.
            "knows-everything" | "bad-end" | "never-ends" => {
                assert_eq!(code, 1, "{name}");
                assert!(!result["complaints"].as_array().unwrap().is_empty(), "{name}");
            }
            _ => {
                assert_eq!(code, 1, "{name}: {result}");
                assert_eq!(pair(&result, "bad", "rust").0, "differs", "{name}");
                assert_eq!(pair(&result, "rust", "bad").0, "differs", "{name}");
            }
        }
    };
    // Most of them wait for a budget to run out.
    std::thread::scope(|scope| {
        for some in BAD.chunks(4) {
            scope.spawn(move || some.iter().for_each(|bad| find(bad.name)));
        }
    });
}

#[test]
fn a_missing_one_is_an_error_unless_it_is_excluded_by_name() {
    let root = repository(&[("gone", "no-such-program-anywhere"), ("mine", &format!("{} testee plain", this()))]);
    let ran = matrix(&root, &[]).ended(4);
    assert_eq!(last(&ran), "matrix, filtered: 4 of 9 pairs equal, 5 not run");
    assert!(ran.text().contains("NOT RUN gone to rust: gone does not start"), "{}", ran.text());

    // One pair that is left is enough.
    let four = ["--exclude", "gone:gone", "--exclude", "gone:rust", "--exclude", "rust:gone", "--exclude", "mine:gone"];
    let ran = matrix(&root, &four).ended(4);
    assert_eq!(last(&ran), "matrix, filtered: 4 of 5 pairs equal, 1 not run, 4 excluded by name");
    let ran = matrix(&root, &[&four[..], &["--exclude", "gone:mine"]].concat()).ended(0);
    assert_eq!(last(&ran), "matrix, filtered: 4 of 4 pairs equal, 5 excluded by name");
    let ran = matrix(&root, &["--without", "gone"]).ended(0);
    assert_eq!(last(&ran), "matrix, filtered: 4 of 4 pairs equal, without gone");
    let all = ["--without", "gone", "--without", "mine", "--exclude", "rust:rust"];
    assert_eq!(
        last(&matrix(&root, &all).ended(5)),
        "matrix, filtered: 0 of 0 pairs equal, 1 excluded by name, without gone, mine"
    );
}

#[test]
fn wrong_arguments_and_what_cannot_be_read() {
    let root = repository(&[]);
    for (more, code) in [
        (&["--without", "none-such"][..], 2),
        (&["--exclude", "rust"], 2),
        (&["--exclude", "rust:none-such"], 2),
        (&["--testee", "true"], 2),
        (&["--testee", "rust=true"], 2),
        (&["--filter", "none-such"], 2),
        (&["--input", "/none/such"], 3),
        (&["--report", "/dev/null/report"], 3),
    ] {
        let ran = matrix(&root, more).ended(code);
        assert!(ran.text().contains("error: "), "{more:?}: {}", ran.text());
    }
    root.write("ports/ports.toml", "[[port]]\nname = \"half\"\n");
    assert!(matrix(&root, &[]).ended(3).text().contains("ports.toml"));
}

#[test]
fn the_ports_of_the_repository_are_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let ports = ports(root).unwrap();
    let listed: Vec<&str> = ports.iter().map(|port| port.folder.as_str()).collect();
    let folders = std::fs::read_dir(root.join("ports")).unwrap().map(|entry| entry.unwrap().path());
    // The trial of all of them before a broker is no port.
    for folder in folders.filter(|path| path.is_dir() && !path.ends_with("kafka")) {
        let folder = format!("ports/{}", folder.file_name().unwrap().to_str().unwrap());
        assert!(listed.contains(&folder.as_str()), "{folder} is not in ports.toml");
    }
    for port in &ports {
        assert!(port.known_failures.is_empty() && !port.profiles.is_empty(), "{port:?}");
    }
}
