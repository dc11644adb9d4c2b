//! The reference codec through every vector, asked in this process: what `dashstream conform` asks through
//! pipes, in seconds, so that every change of the codec can be put to it.

#![allow(clippy::expect_used, reason = "helpers of a test: a panic is how it fails")]

use std::sync::atomic::{AtomicBool, Ordering};

use dashstream_codec::Decoder;
use dashstream_conformance::plain_oracle::PlainOracle;
use dashstream_conformance::protocol::{Answer, Question};
use dashstream_conformance::reference::answer;
use dashstream_conformance::runner::account::Outcome;
use dashstream_conformance::runner::one::Examiner;
use dashstream_conformance::session::{Broken, Testee};
use dashstream_vectors::Vector;

struct Codec(Decoder);

impl Testee for Codec {
    fn ask(&mut self, question: &Question) -> Result<Answer, Broken> {
        Ok(answer(&mut self.0, question))
    }
}

/// The first of each `of`-th vector from the one numbered `share` that does not pass, unless one was found elsewhere.
fn failure(vectors: &[&Vector], share: usize, of: usize, found: &AtomicBool) -> Option<String> {
    let mut codec = Codec(Decoder::new());
    let Ok(Answer::Hello(hello)) = codec.ask(&Question::Hello) else { return Some("no hello".to_owned()) };
    let examiner = Examiner::new(&hello, &PlainOracle, &[]);
    let mut results = vectors.iter().skip(share).step_by(of).map(|vector| examiner.examine(&mut codec, vector));
    let bad = results.find(|result| result.outcome != Outcome::Pass || found.load(Ordering::Relaxed))?;
    found.store(true, Ordering::Relaxed);
    (bad.outcome != Outcome::Pass).then(|| format!("{} {:?}: {:?}", bad.id, bad.outcome, bad.trouble))
}

#[test]
fn the_codec_answers_every_vector_as_it_says() {
    let root = dashstream_vectors::default_root().expect("the vectors");
    let set = dashstream_vectors::load(&root).expect("the vectors can be loaded");
    assert!(set.vectors.len() > 500, "only {} vectors were found", set.vectors.len());
    // Short ones first: most of what can be wrong shows in them.
    let mut vectors: Vec<&Vector> = set.vectors.iter().collect();
    vectors.sort_by_key(|vector| std::fs::metadata(&vector.path).map_or(0, |file| file.len()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (found, vectors) = (&AtomicBool::new(false), &vectors[..]);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let worker = |share| scope.spawn(move || failure(vectors, share, threads, found));
        let workers: Vec<_> = (0..threads).map(worker).collect();
        workers.into_iter().filter_map(|worker| worker.join().expect("no panic")).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
