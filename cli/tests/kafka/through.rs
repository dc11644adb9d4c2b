//! `produce` and `tail`.

use crate::brokers::{known, place, place_at, send, topic};
use crate::support::{Folder, Ran, run, run_with, sample};
use dashstream_stream::transport::Message;

fn produce(folder: &Folder, to: &str, events: &[u32]) {
    let event = |number| format!(r#"{{"t_us":{number},"tenant":"a","thread":"t","type":"node_start","node":"n"}}"#);
    let lines: Vec<_> = events.iter().map(event).collect();
    run_with(&["produce", "--to", to, "--state", &folder.path("me")], lines.join("\n").as_bytes()).ended(0);
}

fn tail(from: &str, more: &[&str]) -> Ran {
    run(&[&["tail", "--from", from, "--until-idle", "8", "--json"], more].concat())
}

fn times(ran: &Ran) -> Vec<u64> {
    ran.lines().iter().map(|line| line["t_us"].as_u64().unwrap()).collect()
}

#[test]
fn what_is_produced_is_what_tail_shows() {
    let (folder, to) = (Folder::new(), place(&topic(1, &[])));
    let (state, file) = (folder.path("me"), folder.path("file"));
    let ran = run(&["produce", "--to", &to, "--state", &state, sample().to_str().unwrap()]).ended(0);
    run(&["import", sample().to_str().unwrap(), "-o", &file]).ended(0);
    let all = run(&["export", &file]).ended(0).text().to_owned();
    let count = all.lines().count();
    assert_eq!(ran.text(), format!("{count} events: {count} acknowledged\n"));
    let shown = tail(&to, &["--from-start"]).ended(0);
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(shown.text()), sorted(&all));
    assert_eq!(tail(&to, &["--last", "1"]).ended(0).text().lines().count(), 1);
    assert!(tail(&to, &[]).ended(0).text().is_empty());
}

#[test]
fn brokers_with_tls_and_sasl_are_spoken_to() {
    let (folder, known) = (Folder::new(), known());
    let topic = topic(1, &[]);
    let security = folder.write(
        "security.toml",
        format!(
            "brokers = [\"localhost:1\"]\n[tls]\nca_file = {:?}\n[sasl]\nmechanism = \"SCRAM-SHA-256\"\nuser = {:?}\npassword = {:?}\n",
            known["CA"], known["USER_NAME"], known["PASSWORD"]
        ),
    );
    let place = place_at("SASL_TLS", &topic).replace("127.0.0.1", "localhost");
    let line = br#"{"t_us":1,"tenant":"a","type":"node_start","node":"n"}"#;
    run_with(&["produce", "--to", &place, "--state", &folder.path("me"), "--security", &security], line).ended(0);
    assert_eq!(times(&tail(&place, &["--from-start", "--security", &security]).ended(0)), [1]);
}

#[test]
fn a_group_goes_on_where_it_was() {
    let (folder, name) = (Folder::new(), topic(2, &[]));
    let (to, group) = (place(&name), format!("group-{name}"));
    produce(&folder, &to, &[1, 2]);
    assert_eq!(times(&tail(&to, &["--group", &group]).ended(0)), [1, 2]);
    produce(&folder, &to, &[3]);
    // It has left the group, so the next reader need not wait for the end of its session.
    assert_eq!(times(&tail(&to, &["--group", &group]).ended(0)), [3]);
    assert!(tail(&to, &["--group", &group]).ended(0).text().is_empty());
    let looked = run(&["doctor", &to, "--group", &group]).ended(0);
    assert!(
        looked.text().contains(&format!("good  {group}-dashstream-state has the state of the group")),
        "{}",
        looked.text()
    );
    // With a state of its own a reader is in no group.
    let state = folder.path("state");
    assert_eq!(times(&tail(&to, &["--group", &group, "--state", &state, "--from-start"]).ended(0)), [1, 2, 3]);
    run(&["tail", "--from", &to, "--group", &group, "--last", "1"]).ended(2).said("not with --last");
}

#[test]
fn what_is_no_frame_is_said_and_saved() {
    let (folder, name) = (Folder::new(), topic(1, &[]));
    send(&name, vec![Message { value: Some(b"no frame".to_vec()), ..Message::default() }]);
    let letters = format!("file:{}", folder.path("letters"));
    tail(&place(&name), &["--from-start", "--dead-letters", &letters]).ended(1).said("BAD_MAGIC");
    let listed = run(&["dlq", "ls", "--from", &letters, "--topic", &name]).ended(0);
    assert!(listed.text().ends_with("\n1 letter\n"), "{}", listed.text());
    // A letter in a folder is sent to a topic of brokers, with the header by which a consumer knows it.
    let replayed = run(&["dlq", "replay", "--from", &letters, "--to", &place(&name), "--yes"]).ended(0);
    assert!(replayed.text().ends_with("\n1 letter sent\n"), "{}", replayed.text());
}
