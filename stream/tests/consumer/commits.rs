//! What is committed, and what a commit that fails costs.

use std::collections::BTreeSet;
use std::time::Duration;

use dashstream_stream::consumer::{CommitError, ConsumerError, HandleError};

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

fn again() -> Result<(), HandleError> {
    Err(HandleError::Again("not now".to_owned()))
}

/// What is confirmed is committed in time, while something else of the partition waits; and what waited is committed afterwards.
#[tokio::test(start_paused = true)]
async fn a_commit_while_something_waits_leaves_it_for_the_next_one() {
    let mut rig = Rig::new(1);
    rig.config.max_lanes = 1;
    rig.config.attempts = 100;
    rig.put(0, [frame(1, 1), frame(2, 1), frame(1, 1).lane(1)].map(|one| one.message()));
    rig.script().handle = [vec![Ok(())], vec![again(); 12]].concat().into();
    rig.run_well().await;
    let commits: Vec<_> = rig.script().commits.iter().map(|one| (one.next, one.lanes.len())).collect();
    assert_eq!(commits[0], (1, 1), "the first frame alone");
    assert_eq!(commits[1], (2, 1), "its lane once more, as it is with the second");
    rig.put(0, [frame(2, 1).message(), frame(3, 1).message()]);
    assert_eq!(rig.run_well().await.duplicates, 1);
}

/// A commit that fails where a lane is looked for: the message whose lane it is comes again in its turn.
#[tokio::test(start_paused = true)]
async fn a_commit_that_fails_before_a_message_gives_it_again_in_its_turn() {
    let mut rig = Rig::new(1);
    rig.config.max_lanes = 1;
    rig.put(0, [frame(1, 1), frame(1, 1).lane(1), frame(2, 1)].map(|one| one.message()));
    rig.script().commit = [Some(false)].into();
    let account = rig.run_well().await;
    let seen: Vec<_> = rig.script().seen.iter().map(|one| (one.lane, one.sequence)).collect();
    assert_eq!(seen, [(0, 1), (0, 1), (1, 1), (0, 2)]);
    assert_eq!((account.abandoned, account.failed_commits), (1, 1));
}

/// A partition that is held back is no longer so when all begin again.
#[tokio::test(start_paused = true)]
async fn what_waited_is_given_again_when_a_commit_fails() {
    let mut rig = Rig::new(1);
    rig.config.attempts = 100;
    rig.put(0, [frame(1, 1), frame(2, 1)].map(|one| one.message()));
    rig.script().handle = [vec![Ok(())], vec![again(); 11]].concat().into();
    rig.script().commit = [Some(false)].into();
    let account = rig.run_well().await;
    assert_eq!(rig.state.effects().len(), 2);
    assert_eq!((account.failed_commits, account.abandoned, account.waiting), (1, 1, 0));
}

/// A state that does not answer in the midst of an assignment: all of it is begun with when the consumer is run again.
#[tokio::test(start_paused = true)]
async fn what_was_assigned_is_begun_with_however_often_that_fails() {
    let rig = Rig::new(3);
    (0..3).for_each(|partition| rig.put(partition, [frame(1, 1).lane(partition).message()]));
    let mut consumer = rig.consumer();
    for worked in [1, 0] {
        rig.script().begin = [vec![true; worked], vec![false; 10]].concat().into();
        let result = consumer.run(tokio::time::sleep(Duration::from_secs(3_600))).await;
        assert!(matches!(result, Err(ConsumerError::State(CommitError::Again(_)))), "{result:?}");
        rig.script().begin.clear();
    }
    consumer.run(tokio::time::sleep(Duration::from_secs(3_600))).await.unwrap();
    let lanes: BTreeSet<_> = rig.script().seen.iter().map(|one| one.lane).collect();
    assert_eq!(lanes, BTreeSet::from([0, 1, 2]));
    assert_eq!([0, 1, 2].map(|partition| rig.state.next(partition)), [Some(1); 3]);
}

/// The application stops, the last commit fails, and the state does not say where to go on: it is asked before anything else is done.
#[tokio::test(start_paused = true)]
async fn a_commit_that_failed_at_the_end_is_made_good_by_the_next_run() {
    let mut rig = Rig::new(1);
    rig.config.attempts = 2;
    rig.put(0, (1..4).map(|number| frame(number, 1).message()));
    rig.script().handle = [Ok(()), Err(HandleError::Stop("enough".to_owned()))].into();
    rig.script().commit = [Some(false)].into();
    rig.script().begin = [true, false, false].into();
    let mut consumer = rig.consumer();
    let ended = consumer.run(tokio::time::sleep(Duration::from_secs(3_600))).await;
    assert!(matches!(ended, Err(ConsumerError::Application(_))), "{ended:?}");
    consumer.run(tokio::time::sleep(Duration::from_secs(3_600))).await.unwrap();
    assert_eq!(rig.numbers(), [1, 2, 1, 2, 3]);
    assert_eq!(rig.state.effects().len(), 3);
    assert!(consumer.account().adds_up());
}

/// The time of a commit is told by the first that it is for, however many follow.
#[tokio::test(start_paused = true)]
async fn a_commit_comes_in_time() {
    let rig = Rig::new(1);
    rig.put(0, (1..21).map(|number| frame(number, 1).message()));
    rig.script().slow = Duration::from_millis(300);
    let account = rig.run_well().await;
    assert_eq!(account.commits, 4, "of five frames each: a second, and what was under way then");
}
