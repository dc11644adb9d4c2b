//! The consumer judges as the vectors say.

use std::collections::BTreeMap;

use dashstream_stream::consumer::ConsumerConfig;
use dashstream_stream::transport::Message;
use dashstream_vectors::{Case, DecodeExpect};

use crate::rig::Rig;

// CON-001
#[tokio::test(start_paused = true)]
async fn everything_is_judged_by_the_one_reader() {
    let root = dashstream_vectors::default_root().unwrap();
    let set = dashstream_vectors::load(&root).unwrap();
    let mut counts = BTreeMap::<_, u32>::new();
    for vector in &set.vectors {
        let Case::Decode(case) = &vector.case else { continue };
        if case.tenant.is_some() || !case.limits.is_empty() {
            continue;
        }
        let rig = Rig { config: ConsumerConfig::default(), ..Rig::new(1) };
        let value = case.bytes.as_ref().map(dashstream_vectors::HexBytes::to_vec);
        rig.put(0, [Message { value, ..Message::default() }]);
        let account = rig.run_well().await;
        let name = &vector.id;
        match &case.expect {
            DecodeExpect::Accepted { .. } => {
                assert_eq!(account.new, 1, "{name}: {account:?}");
                *counts.entry("accepted").or_default() += 1;
            }
            DecodeExpect::Rejected { error: rejection, .. } if account.stopped == 1 => {
                assert_eq!(rig.script().stopped[0].error.code.name(), rejection.code, "{name}");
                assert_eq!(rig.state.next(0), None, "{name}");
                *counts.entry("stopped").or_default() += 1;
            }
            DecodeExpect::Rejected { error: rejection, .. } => {
                assert!(rig.numbers().is_empty(), "{name}");
                let letters = rig.letters();
                assert_eq!(letters, [(0, "judge", letters[0].2, 0)], "{name}");
                assert_eq!(letters[0].2, rejection.code, "{name}");
                *counts.entry("rejected").or_default() += 1;
            }
        }
    }
    assert!(counts["accepted"] > 300 && counts["rejected"] > 500 && counts["stopped"] > 20, "{counts:?}");
}
