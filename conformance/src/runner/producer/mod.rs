//! Judges what a producer did. The rules for producers hold in every script, so the judge follows the script, keeps what a destination
//! would have, and names each rule that is broken; what rules leave open is compared with the vector (`vectors/pipeline.md`).

mod facts;
mod lives;
mod offers;
mod sent;
mod stored;

use dashstream_vectors::{Does, ProducerExpect, ProducerStep};
use serde_json::json;

use self::lives::Lives;
use self::offers::Offers;
use self::sent::Frames;
use super::compare::{Difference, compare_at};
use super::oracle::Oracle;
use crate::protocol::{ProducerQuestion, ProducerReport, ProducerStepReport};

/// What the judge found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) differences: Vec<Difference>,
    pub(super) warnings: Vec<String>,
}

impl Findings {
    /// A rule is broken.
    fn breaks(&mut self, rule: &str, path: &str, expected: &str, got: impl Into<String>) {
        let path = format!("{path} ({rule})");
        self.differences.push(Difference { path, expected: expected.to_owned(), got: got.into() });
    }
}

/// Judges the report on a script.
pub(super) fn judge(
    oracle: &dyn Oracle,
    question: &ProducerQuestion,
    expect: &ProducerExpect,
    report: &ProducerReport,
) -> Findings {
    let mut script = Script {
        oracle,
        question,
        does: Does::Accept,
        now_ms: 0,
        frames: Frames::default(),
        lives: Lives::default(),
        offers: Offers::default(),
        found: Findings::default(),
    };
    let steps = (question.steps.len(), report.steps.len());
    compare_at("steps.length", &json!(steps.0), &json!(steps.1), &mut script.found.differences);
    for (index, (step, report)) in question.steps.iter().zip(&report.steps).enumerate() {
        script.step(index, *step, report);
    }
    script.end(expect);
    script.found
}

/// A script, as far as it has been followed.
struct Script<'a> {
    oracle: &'a dyn Oracle,
    question: &'a ProducerQuestion,
    does: Does,
    now_ms: u64,
    frames: Frames,
    lives: Lives,
    offers: Offers,
    found: Findings,
}

impl Script<'_> {
    fn step(&mut self, index: usize, step: ProducerStep, report: &ProducerStepReport) {
        let path = format!("steps[{index}]");
        match step {
            ProducerStep::Open {} => self.lives.open(),
            ProducerStep::Offer { lane, count, .. } => self.offers.offer(lane, self.lives.number(), count, self.now_ms),
            ProducerStep::Destination { does } => {
                self.does = does;
                self.frames.let_go(does);
            }
            ProducerStep::Wait { ms } => self.now_ms += ms,
            ProducerStep::Forget {} => self.lives.forget(),
            ProducerStep::Save {} => self.lives.save(),
            ProducerStep::Restore {} => self.lives.restore(),
            ProducerStep::Crash {} | ProducerStep::Close { .. } => {}
        }
        if matches!(step, ProducerStep::Forget {} | ProducerStep::Restore {}) {
            // Nobody can send again what nobody has.
            self.frames.release();
        }
        for (number, sent) in report.sent.iter().enumerate() {
            self.sent(&format!("{path}.sent[{number}]"), sent.partition, &sent.frame.0);
        }
        for (number, line) in report.outcomes.iter().enumerate() {
            let path = format!("{path}.outcomes[{number}]");
            self.offers.answer(&path, *line, &self.frames, &mut self.found);
        }
        match step {
            ProducerStep::Wait { .. } => {
                let deadline_ms = self.question.settings.deadline_ms;
                self.offers.expired(&path, self.now_ms, deadline_ms, &mut self.found);
            }
            ProducerStep::Close { .. } => {
                if self.does == Does::Accept {
                    self.lives.check_end(&path, &self.frames, &mut self.found);
                }
                self.lives.closed();
                self.offers.closed(&path, &mut self.found);
                self.gone();
            }
            ProducerStep::Crash {} => {
                self.offers.crashed();
                self.gone();
            }
            _ => {}
        }
    }

    /// There is no producer any more.
    fn gone(&mut self) {
        self.lives.gone();
        self.frames.drop_held();
    }

    fn sent(&mut self, path: &str, partition: u32, bytes: &[u8]) {
        if let Some(known) = self.frames.find(bytes) {
            self.again(path, partition, known);
            return;
        }
        // WRT-001
        let reading = match self.oracle.decode(bytes) {
            Ok(reading) => reading,
            Err(refusal) => {
                let got = format!("{} at {}", refusal.code, refusal.offset.unwrap_or_default());
                return self.found.breaks("WRT-001", path, "a frame that every check accepts", got);
            }
        };
        if !reading.lints.is_empty() {
            self.found.breaks("WRT-003", path, "the tidy form", reading.lints.join(", "));
        }
        let Some(facts) = facts::Facts::read(&reading.frame) else {
            return self.found.breaks("WRT-001", path, "a frame that can be judged", reading.frame.to_string());
        };
        self.frames.check_lane(path, partition, &facts, &mut self.found);
        self.frames.check_numbers(path, &facts, &mut self.found);
        self.offers.place(path, partition, &facts, &self.question.settings, self.frames.next(), &mut self.found);
        self.lives.see(path, &facts, &self.frames, self.frames.next(), &mut self.found);
        let frame = self.frames.add(bytes, partition, facts);
        self.frames.deliver(frame, self.does);
    }

    /// A frame that was sent before.
    fn again(&mut self, path: &str, partition: u32, known: usize) {
        // KAF-002
        if let Some(frame) = self.frames.get(known).filter(|frame| frame.partition != partition) {
            let expected = format!("partition {}", frame.partition);
            self.found.breaks("KAF-002", path, &expected, format!("partition {partition}"));
        }
        self.lives.see_again(path, known, &self.frames, &mut self.found);
        self.frames.deliver(known, self.does);
    }

    fn end(&mut self, expect: &ProducerExpect) {
        self.frames.check_late(&mut self.found);
        self.offers.end(expect, &self.frames, &mut self.found);
        stored::compare(self.oracle, expect, &self.frames, &self.lives, &self.offers, &mut self.found);
    }
}
