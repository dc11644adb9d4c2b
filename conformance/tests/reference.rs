//! The reference codec through every vector, asked in this process: what `dashstream conform` asks through
//! pipes, in seconds, so that every change of the codec can be put to it.

#![allow(clippy::expect_used, reason = "helpers of a test: a panic is how it fails")]

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

/// What did not pass, of each `of`-th vector from the one numbered `share`.
fn failures(vectors: &[Vector], share: usize, of: usize) -> Vec<String> {
    let mut codec = Codec(Decoder::new());
    let Ok(Answer::Hello(hello)) = codec.ask(&Question::Hello) else { return vec!["no hello".to_owned()] };
    let examiner = Examiner::new(&hello, &PlainOracle, &[]);
    let mut failures = Vec::new();
    for vector in vectors.iter().skip(share).step_by(of) {
        let result = examiner.examine(&mut codec, vector);
        if result.outcome != Outcome::Pass {
            failures.push(format!("{} {:?}: {:?} {:?}", vector.id, result.outcome, result.reason, result.trouble));
        }
    }
    failures
}

#[test]
fn the_codec_answers_every_vector_as_it_says() {
    let root = dashstream_vectors::default_root().expect("the vectors");
    let set = dashstream_vectors::load(&root).expect("the vectors can be loaded");
    assert!(set.vectors.len() > 500, "only {} vectors were found", set.vectors.len());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let vectors = &set.vectors;
        let workers: Vec<_> =
            (0..threads).map(|share| scope.spawn(move || failures(vectors, share, threads))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    assert!(failures.is_empty(), "{} vectors fail\n{}", failures.len(), failures.join("\n"));
}
