//! `doctor` of brokers.

use crate::brokers::{known, place, place_at, topic};
use crate::support::{Folder, run};

#[test]
fn a_topic_that_is_as_it_should_be_is_good() {
    let name = topic(2, &[]);
    let ran = run(&["doctor", &place(&name)]).ended(0);
    for line in [
        "by neither TLS nor SASL: 127.0.0.1:",
        "good  2 partitions\n",
        "good  partition 1: offsets 0 to 0\n",
        "good  cleanup.policy=delete\n",
        "good  kept for 7 days at most\n",
    ] {
        assert!(ran.text().contains(line), "{line:?} is not in {}", ran.text());
    }
    let json = run(&["doctor", &place(&name), "--json"]).ended(0).json();
    assert_eq!((json["good"].as_bool(), json["place"].as_str()), (Some(true), Some(place(&name).as_str())));
    let group = run(&["doctor", &place(&name), "--group", "nobody"]).ended(0);
    assert!(group.text().contains("note  there is no topic nobody-dashstream-state\n"), "{}", group.text());
    run(&["doctor", "file:topic", "--group", "g"]).ended(2).said("--group");
}

#[test]
fn a_topic_that_loses_frames_is_not() {
    let settings = [("cleanup.policy", "compact"), ("max.message.bytes", "1000"), ("retention.ms", "60000")];
    let json = run(&["doctor", &place(&topic(1, &settings)), "--json"]).ended(1).json();
    let level = |what: &str| {
        let found =
            json["findings"].as_array().unwrap().iter().find(|one| one["what"].as_str().unwrap().starts_with(what));
        found.unwrap_or_else(|| panic!("{what}: {json}"))["level"].as_str().unwrap().to_owned()
    };
    assert_eq!(level("cleanup.policy=compact"), "wrong");
    assert_eq!(level("max.message.bytes=1,000"), "wrong");
    assert_eq!(level("kept for 1 minute"), "note");
    // The state of a group has as many partitions as what it reads.
    let other = topic(3, &[("cleanup.policy", "delete")]);
    run(&["doctor", &place(&other), "--group", "g"]).ended(0);
    let missing = run(&["doctor", &place("cli-nobody-has-made-it")]).ended(1);
    assert!(missing.text().contains("wrong there is no topic cli-nobody-has-made-it\n"), "{}", missing.text());
}

#[test]
fn why_brokers_cannot_be_asked_is_said() {
    let (folder, known) = (Folder::new(), known());
    let wrong = |place: &str, security: Option<&str>| {
        let mut arguments = vec!["doctor", place];
        arguments.extend(security.iter().flat_map(|file| ["--security", file]));
        let ran = run(&arguments).ended(1);
        assert!(!ran.text().contains("hunter2") && ran.err.is_empty(), "{ran:?}");
        ran.text().to_owned()
    };
    assert!(wrong("kafka://127.0.0.1:1/t", None).contains("is the broker up"));
    assert!(wrong("kafka://192.0.2.1:9092/t", None).contains("wrong nothing is asked: "));
    let ca = |name: &str| format!("brokers = [\"localhost:1\"]\n[tls]\nca_file = {:?}\n", known[name]);
    let distrusted = folder.write("wrong-ca.toml", ca("WRONG_CA"));
    let place = place_at("TLS", "t").replace("127.0.0.1", "localhost");
    assert!(wrong(&place, Some(&distrusted)).contains("does tls.ca vouch for the broker"));
    let login = "[sasl]\nmechanism = \"PLAIN\"\nuser = \"alice\"\npassword = \"hunter2\"\n";
    let refused = folder.write("password.toml", format!("{}{login}", ca("CA")));
    let place = place_at("SASL_TLS", "t").replace("127.0.0.1", "localhost");
    assert!(wrong(&place, Some(&refused)).contains("are mechanism, user and password"));
    let unknown = folder.write("unknown.toml", "colour = \"red\"\n");
    assert!(wrong(&place, Some(&unknown)).contains("colour"));
}
