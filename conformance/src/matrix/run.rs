//! Asking many testees many questions, side by side.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::process::Failure;
use crate::protocol::{Answer, Question};
use crate::runner::{MOST_FAILED_STARTS, ending};
use crate::session::{Broken, Session, Testee as _};

/// One question of one testee, both by number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) side: usize,
    pub(super) question: usize,
}

/// How the tasks are done.
pub(super) struct Work<'w, T> {
    pub(super) tasks: &'w [Task],
    /// Makes the question of a number.
    pub(super) question: &'w (dyn Fn(usize) -> Question + Sync),
    /// Judges the answer to it.
    pub(super) judge: &'w (dyn Fn(Task, Result<Answer, Broken>) -> T + Sync),
    /// Sees how many are done, and how many of them are wrong.
    pub(super) watch: &'w (dyn Fn(usize) + Sync),
}

/// What came of each task, in their order, and what is wrong with a testee apart from any of them.
pub(super) fn ask_all<T: Send>(
    work: &Work<'_, T>,
    sessions: &dyn Fn() -> Vec<Option<Session>>,
    jobs: usize,
) -> (Vec<T>, Vec<String>) {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::default();
    let complaints: Mutex<Vec<String>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let sessions = sessions();
            scope.spawn(|| {
                complaints.lock().unwrap_or_else(PoisonError::into_inner).extend(one_job(work, sessions, &next, &done))
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    let complaints = complaints.into_inner().unwrap_or_else(PoisonError::into_inner);
    (done.into_iter().map(|(_, one)| one).collect(), complaints)
}

fn one_job<T: Send>(
    work: &Work<'_, T>,
    mut sessions: Vec<Option<Session>>,
    next: &AtomicUsize,
    done: &Mutex<Vec<(usize, T)>>,
) -> Vec<String> {
    // How often in a row each could not be started.
    let mut failed_starts = vec![0; sessions.len()];
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(task) = work.tasks.get(index) else { break };
        let side = sessions.get_mut(task.side).and_then(Option::as_mut).zip(failed_starts.get_mut(task.side));
        let answer = match side {
            Some((session, failed)) if *failed < MOST_FAILED_STARTS => {
                let answer = session.ask(&(work.question)(task.question));
                *failed = if session.failed_to_start() { *failed + 1 } else { 0 };
                answer
            }
            _ => Err(not_asked()),
        };
        let judged = (work.judge)(*task, answer);
        let count = {
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((index, judged));
            done.len()
        };
        (work.watch)(count);
    }
    sessions.iter_mut().flatten().filter_map(|session| ending(session).err()).collect()
}

fn not_asked() -> Broken {
    Broken { failure: Failure::Crash("not asked: it could not be started again".to_owned()), stderr: String::new() }
}
