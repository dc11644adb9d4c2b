//! `dlq` of letters in a topic.

use dashstream_codec::{Decoder, ReadOptions};
use dashstream_stream::deadletter::{Failure, Letter, Origin, Tries};
use dashstream_stream::transport::{Header, Message, Position};

use crate::brokers::{place, send, topic};
use crate::support::{Folder, run};

fn letter(topic: &str, offset: u64) -> Letter {
    let headers = vec![Header { name: "theirs".to_owned(), value: Some(vec![0xff]) }];
    let message = Message { value: Some(b"no frame".to_vec()), headers, ..Message::default() };
    let error = Decoder::new().decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap_err();
    let origin = Origin { topic, position: Position { partition: 0, offset }, group: "g" };
    Letter::new(origin, message, Failure::judged(&error), Tries::once(1_000_000 + offset))
}

#[test]
fn letters_in_a_topic_are_listed_shown_and_sent_again() {
    let (folder, events, dead) = (Folder::new(), topic(1, &[]), topic(1, &[]));
    let letters = [letter(&events, 1), letter(&events, 2), letter("others", 3)];
    let mut messages: Vec<_> = letters.iter().map(Letter::to_message).collect();
    // Saved twice, as it may be when an acknowledgement was lost; and what is no letter.
    messages.push(letters[0].to_message());
    send(&dead, messages);
    let (from, to, counts) = (place(&dead), place(&events), folder.path("counts"));
    let listed = run(&["dlq", "ls", "--from", &from, "--json"]).ended(0).lines();
    let ids: Vec<_> = listed.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, letters.each_ref().map(|letter| letter.id().to_string()));
    let shown = run(&["dlq", "show", &ids[1], "--from", &from, "--json"]).ended(0).json();
    assert_eq!((shown["code"].as_str(), shown["offset"].as_str()), (Some("BAD_MAGIC"), Some("2")));

    let replay = ["dlq", "replay", "--from", &from, "--to", &to];
    let planned = run(&replay).ended(0);
    assert!(planned.text().ends_with("\n2 letters to be sent; nothing is done without --yes\n"), "{}", planned.text());
    run(&[&replay[..], &["--yes"]].concat()).ended(2).said("--counts");
    let yes = [&replay[..], &["--counts", &counts, "--yes"]].concat();
    for _ in 0..3 {
        assert!(run(&yes).ended(0).text().ends_with("\n2 letters sent\n"));
    }
    // DLQ-008: it is counted, though not in the topic.
    let done = run(&yes).ended(0);
    assert!(
        done.text().contains("sent 3 times already") && done.text().ends_with("\n0 letters sent\n"),
        "{}",
        done.text()
    );
    let planned = run(&[&replay[..], &["--counts", &counts]].concat()).ended(0);
    assert!(planned.text().ends_with("\n0 letters to be sent; nothing is done without --yes\n"), "{}", planned.text());
    let looked = run(&["doctor", &to]).ended(0);
    assert!(looked.text().contains("partition 0: offsets 0 to 6\n"), "{}", looked.text());

    send(&dead, vec![Message { value: Some(b"x".to_vec()), ..Message::default() }]);
    let listed = run(&["dlq", "ls", "--from", &from]).ended(1).said("partition 0 at 4: ");
    assert!(listed.text().ends_with("\n3 letters\n"), "{}", listed.text());
    run(&["dlq", "replay", "--from", "file:letters", "--to", &to, "--counts", &counts]).ended(2).said("--counts");
}
