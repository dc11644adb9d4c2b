//! What is committed, and what a commit that fails costs.

use dashstream_stream::consumer::{ConsumerError, HandleError};

use crate::frames::frame;
use crate::rig::Rig;

// CON-007, KAF-009
#[tokio::test(start_paused = true)]
async fn effects_ledger_and_offset_are_one_commit() {
    let mut rig = Rig::new(1);
    rig.config.commit_frames = 2;
    rig.put(0, (1..6).map(|number| frame(number, 1).message()));
    rig.run_well().await;
    let commits = rig.script().commits.clone();
    assert_eq!(commits.iter().map(|one| one.next).collect::<Vec<_>>(), [2, 4, 5]);
    assert_eq!(
        commits.iter().map(|one| (one.effects.len(), one.lanes.len())).collect::<Vec<_>>(),
        [(2, 1), (2, 1), (1, 1)]
    );
    // A commit comes after the application has confirmed what lies before it, and before it is given more than was said.
    let log = rig.script().log.join(", ");
    assert_eq!(log, "seen 0, seen 1, commit 2, seen 2, seen 3, commit 4, seen 4, commit 5");
}

/// A commit whose outcome nobody knows: what is in memory is of no use, and the state tells where to go on.
#[tokio::test(start_paused = true)]
async fn a_commit_that_fails_begins_again_from_the_state() {
    for committed in [false, true] {
        let mut rig = Rig::new(1);
        rig.config.commit_frames = 2;
        rig.put(0, (1..6).map(|number| frame(number, 1).message()));
        rig.script().commit = [None, Some(committed)].into();
        let account = rig.run_well().await;
        let again: &[u64] = if committed { &[] } else { &[3, 4] };
        assert_eq!(rig.numbers(), [&[1, 2, 3, 4], again, &[5]].concat());
        assert_eq!(rig.state.effects().len(), 5, "each effect once");
        assert_eq!(account.failed_commits, 1);
        let marked: Vec<u64> =
            rig.script().seen.iter().skip(4).filter(|one| one.may_repeat).map(|one| one.sequence).collect();
        assert!(again.iter().all(|number| marked.contains(number)), "{marked:?}");
    }
}

// CON-008
#[tokio::test(start_paused = true)]
async fn what_may_be_a_repetition_is_marked() {
    let mut rig = Rig::new(1);
    rig.config.commit_frames = 3;
    rig.put(0, (1..11).map(|number| frame(number, 1).message()));
    rig.script().handle = [Ok(()), Ok(()), Ok(()), Ok(()), Err(HandleError::Stop("enough".to_owned()))].into();
    // As a crash: nothing is committed behind the last whole commit.
    rig.script().commit = [None, Some(false)].into();
    let (_, result) = rig.run().await;
    assert!(matches!(result, Err(ConsumerError::Application(_))), "{result:?}");
    assert_eq!((rig.numbers(), rig.state.next(0)), (vec![1, 2, 3, 4, 5], Some(3)));
    rig.script().seen.clear();
    rig.run_well().await;
    let marked: Vec<_> = rig.script().seen.iter().map(|one| (one.sequence, one.may_repeat)).collect();
    assert_eq!(marked, [(4, true), (5, true), (6, true), (7, false), (8, false), (9, false), (10, false)]);
}

/// A frame that the application has not confirmed is in no commit, neither in the ledger nor in the offset.
#[tokio::test(start_paused = true)]
async fn what_waits_is_in_no_commit() {
    let rig = Rig::new(1);
    rig.put(0, (1..4).map(|number| frame(number, 1).message()));
    rig.script().handle = [Ok(()), Err(HandleError::Stop("enough".to_owned()))].into();
    let (account, result) = rig.run().await;
    assert!(matches!(result, Err(ConsumerError::Application(why)) if why == "enough"));
    assert_eq!((rig.state.next(0), account.waiting), (Some(1), 1));
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 2, 2, 3]);
    assert_eq!((account.new, account.duplicates), (2, 0));
    assert_eq!(rig.state.effects().len(), 3);
}
