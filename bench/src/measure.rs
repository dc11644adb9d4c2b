//! Rounds, in each of which every subject has its turn, and what is made of them.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Error;
use crate::subject::{Account, Round, Subject};

/// What was measured of a subject.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Who it is.
    pub name: String,
    /// Records in a frame at most.
    pub records: usize,
    /// Events in the corpus.
    pub events: usize,
    /// What does not change.
    pub account: Account,
    /// The rounds; nothing where it was not its turn.
    pub rounds: Vec<Option<Round>>,
}

/// A part of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Making the library's own messages.
    Build,
    /// Encoding.
    Encode,
    /// Both.
    BuildAndEncode,
    /// Decoding.
    Decode,
}

/// A number that was measured in each round.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// In the middle.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Of these values; zeros where there are none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or_default();
        let last = values.len().saturating_sub(1);
        // Of an even number, the mean of the two in the middle.
        Self { median: f64::midpoint(at(last / 2), at(values.len() / 2)), min: at(0), max: at(last) }
    }
}

impl Part {
    fn of(self, round: &Round) -> Duration {
        match self {
            Self::Build => round.build,
            Self::Encode => round.encode,
            Self::BuildAndEncode => round.build + round.encode,
            Self::Decode => round.decode,
        }
    }
}

impl Measured {
    /// Bytes an event.
    #[must_use]
    pub fn bytes(&self) -> f64 {
        self.an_event(self.account.bytes)
    }

    /// A count, divided by the number of events.
    #[must_use]
    pub fn an_event(&self, count: u64) -> f64 {
        count as f64 / self.events as f64
    }

    /// Nanoseconds an event.
    #[must_use]
    pub fn ns(&self, part: Part) -> Spread {
        Spread::of(self.each(part).flatten())
    }

    fn each(&self, part: Part) -> impl Iterator<Item = Option<f64>> + '_ {
        let ns = move |round: &Round| part.of(round).as_secs_f64() * 1e9 / self.events as f64;
        self.rounds.iter().map(move |round| round.as_ref().map(ns))
    }

    /// How many times as long as another it takes, round by round: both were measured within one round, and what the
    /// machine did meanwhile it did to both.
    #[must_use]
    pub fn ratio(&self, part: Part, other: &Self, other_part: Part) -> Spread {
        Spread::of(self.each(part).zip(other.each(other_part)).filter_map(|(own, other)| Some(own? / other?)))
    }
}

/// Those for whom `is_rare` holds have a turn in every such round only.
pub const RARE: usize = 4;

/// Measures all subjects, in rounds. Every round begins with another subject, so that none always follows the same one.
///
/// # Errors
///
/// A subject does not give back what it was given.
pub fn measure(
    subjects: &mut [Box<dyn Subject + '_>],
    rounds: usize,
    is_rare: impl Fn(&dyn Subject) -> bool,
) -> Result<Vec<Measured>, Error> {
    let bar = progress((subjects.len() * (rounds + 1)) as u64);
    let mut measured = Vec::with_capacity(subjects.len());
    for subject in &mut *subjects {
        let (name, records, events) = (subject.name().to_owned(), subject.records(), subject.events());
        bar.set_message(format!("checks {name}"));
        let account = subject.account().map_err(|error| error.of(&name, records))?;
        measured.push(Measured { name, records, events, account, rounds: Vec::with_capacity(rounds) });
        bar.inc(1);
    }
    for round in 0..rounds {
        bar.set_message(format!("round {} of {rounds}", round + 1));
        let begin = round * 7 % subjects.len().max(1);
        let order = (begin..subjects.len()).chain(0..begin);
        for index in order {
            let (Some(subject), Some(measured)) = (subjects.get_mut(index), measured.get_mut(index)) else { continue };
            let is_its_turn = round.is_multiple_of(RARE) || !is_rare(&**subject);
            let taken = is_its_turn.then(|| subject.round()).transpose();
            measured.rounds.push(taken.map_err(|error| error.of(&measured.name, measured.records))?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(measured)
}

/// A bar on terminals; nothing elsewhere.
fn progress(steps: u64) -> ProgressBar {
    let bar = ProgressBar::new(steps);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {elapsed} of about {duration}  {msg}") {
        bar.set_style(style);
    }
    bar
}

/// The one with that name and that many records a frame.
///
/// # Errors
///
/// There is none.
pub fn find<'m>(measured: &'m [Measured], name: &str, records: usize) -> Result<&'m Measured, Error> {
    let found = measured.iter().find(|measured| measured.name == name && measured.records == records);
    found.ok_or_else(|| Error::NotMeasured { name: name.to_owned(), records })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_the_middle_and_both_ends() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), Spread { median: 2.0, min: 1.0, max: 3.0 });
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0]), Spread { median: 2.5, min: 1.0, max: 4.0 });
        assert_eq!(Spread::of([]), Spread::default());
    }

    #[test]
    fn a_ratio_is_taken_within_a_round() {
        let measured = |times: [u64; 3]| Measured {
            name: String::new(),
            records: 1,
            events: 1,
            account: Account::default(),
            rounds: times.map(|ns| Some(Round { encode: Duration::from_nanos(ns), ..Round::default() })).to_vec(),
        };
        // Twice as long in each round, while the machine was three times slower in one of them.
        let ratio = measured([20, 60, 22]).ratio(Part::Encode, &measured([10, 30, 11]), Part::Encode);
        assert!((ratio.min - 2.0).abs() < 1e-9 && (ratio.max - 2.0).abs() < 1e-9);
    }
}
