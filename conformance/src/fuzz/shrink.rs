//! A smaller case with the same disagreement.

use super::cases::Case;
use super::smaller;
use crate::protocol::{Arrival, DecodeQuestion, Limits, Question};

/// Whether a case still has the disagreement; false too where there is no time left.
type Still<'t> = dyn FnMut(&Case) -> bool + 't;

/// Takes from the case what is not needed for `still` to hold. Asks as often as `still` lets it: it ends
/// when nothing more can be taken away.
pub fn shrink(case: Case, still: &mut Still<'_>) -> Case {
    let mut case = case;
    loop {
        let before = size(&case);
        case = once(case, still);
        if size(&case) >= before {
            return case;
        }
    }
}

/// Bytes of all there is in a case, with what is said beside them.
#[must_use]
pub fn size(case: &Case) -> usize {
    match &case.question {
        Question::Decode(question) => {
            let beside = usize::from(question.limits != Limits::default()) + usize::from(question.tenant.is_some());
            question.frame.as_ref().map_or(0, Vec::len) + beside + usize::from(question.pieces.is_some())
        }
        Question::File { file, pieces } => file.len() + usize::from(pieces.is_some()),
        Question::Ledger { input } => input.iter().map(|arrival| 1 + arrival.frame.len()).sum(),
        _ => 0,
    }
}

fn once(case: Case, still: &mut Still<'_>) -> Case {
    match case.question.clone() {
        Question::Decode(question) => decode(case, question, still),
        Question::File { file, pieces } => {
            let with = |file: &[u8], pieces: Option<Vec<u64>>| {
                let question = Question::File { file: file.to_vec(), pieces };
                Case { question, ..case.clone() }
            };
            let pieces = pieces.filter(|_| !still(&with(&file, None)));
            let file = smaller::file(file, &mut |file| still(&with(file, pieces.clone())));
            with(&file, pieces)
        }
        Question::Ledger { input } => {
            let with =
                |input: &[Arrival]| Case { question: Question::Ledger { input: input.to_vec() }, ..case.clone() };
            let input = smaller::without_parts(input, &mut |input| still(&with(input)));
            with(&input)
        }
        _ => case,
    }
}

fn decode(case: Case, mut question: DecodeQuestion, still: &mut Still<'_>) -> Case {
    let mut keep = |changed: DecodeQuestion, kept: &mut DecodeQuestion| {
        let holds = still(&Case { question: Question::Decode(changed.clone()), ..case.clone() });
        if holds {
            *kept = changed;
        }
        holds
    };
    keep(DecodeQuestion { pieces: None, ..question.clone() }, &mut question);
    keep(DecodeQuestion { tenant: None, ..question.clone() }, &mut question);
    keep(DecodeQuestion { limits: Limits::default(), ..question.clone() }, &mut question);
    if let Some(frame) = question.frame.clone() {
        let mut test = |frame: &[u8]| {
            let changed = DecodeQuestion { frame: Some(frame.to_vec()), ..question.clone() };
            still(&Case { question: Question::Decode(changed), ..case.clone() })
        };
        question.frame = Some(smaller::frame(frame, &mut test));
    }
    Case { question: Question::Decode(question), ..case }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::cases::{Cases, Seeds};

    /// Whatever asks for it, the case that is left has it, and no more is asked when there is no time.
    #[test]
    fn the_small_case_still_holds() {
        let seeds = Seeds::of(&dashstream_vectors::load(&dashstream_vectors::default_root().unwrap()).unwrap());
        let mut cases = Cases::new(&seeds, 1);
        for number in 0..60 {
            let case = cases.make(number);
            let most = size(&case) / 2;
            let mut asked = 0;
            let small = shrink(case.clone(), &mut |case| {
                asked += 1;
                size(case) >= most
            });
            assert!(size(&small) >= most && size(&small) <= size(&case), "case {number}");
            assert!(asked > 0 || most == 0);
            assert_eq!(shrink(case.clone(), &mut |_| false), case);
        }
    }
}
