//! A smaller case with the same disagreement.

use super::cases::Case;
use super::draft::Draft;
use super::seal::reseal;
use super::store::Store;
use super::wire::Message;
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
            let file = without_parts(file, &mut |file| still(&with(file, pieces.clone())));
            with(&file, pieces)
        }
        Question::Ledger { input } => {
            let with =
                |input: &[Arrival]| Case { question: Question::Ledger { input: input.to_vec() }, ..case.clone() };
            let input = without_parts(input, &mut |input| still(&with(input)));
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
        let frame = by_parts(frame, &mut test);
        question.frame = Some(by_bytes(frame, &mut test));
    }
    Case { question: Question::Decode(question), ..case }
}

/// Takes fields out of metadata and body, then bytes out of the body, with lengths and CRCs that fit.
fn by_parts(frame: Vec<u8>, test: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut store = Store::new();
    let Some(mut draft) = Draft::of(&frame) else { return frame };
    let Some(raw) = draft.raw(&mut store).cloned() else { return frame };
    let mut stored_plainly = draft.clone();
    stored_plainly.set_codec(0);
    if test(&stored_plainly.clone().finish(&mut store)) {
        draft = stored_plainly;
    }
    let with_metadata = |metadata: Vec<u8>| {
        let mut changed = draft.clone();
        changed.metadata = metadata;
        changed
    };
    let metadata = without_fields(&draft.metadata, &mut |metadata| {
        test(&with_metadata(metadata.to_vec()).finish(&mut Store::new()))
    });
    let small = with_metadata(metadata);
    let with_raw = |raw: &[u8]| {
        let mut draft = small.clone();
        if let Some(place) = draft.raw(&mut Store::new()) {
            *place = raw.to_vec();
        }
        draft.finish(&mut Store::new())
    };
    let raw = without_fields(&raw, &mut |raw| test(&with_raw(raw)));
    let raw = without_parts(raw, &mut |raw| test(&with_raw(raw)));
    let smaller = with_raw(&raw);
    if smaller.len() < frame.len() && test(&smaller) { smaller } else { frame }
}

/// Takes bytes out anywhere, with the CRCs as they are or made anew.
fn by_bytes(frame: Vec<u8>, test: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
    let frame = without_parts(frame, test);
    let mut resealed = frame.clone();
    reseal(&mut resealed);
    if resealed != frame {
        return frame;
    }
    without_parts(frame, &mut |bytes| {
        let mut resealed = bytes.to_vec();
        reseal(&mut resealed);
        resealed == bytes && test(bytes)
    })
}

fn without_fields(message: &[u8], test: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
    let message = Message::read(message);
    let rest = message.rest.clone();
    let bytes = |pieces: &[super::wire::Piece<'_>]| Message { pieces: pieces.to_vec(), rest: rest.clone() }.to_bytes();
    let pieces = without_parts(message.pieces, &mut |pieces| test(&bytes(pieces)));
    bytes(&pieces)
}

/// Takes runs of elements out, halves first, single ones last, as long as `test` holds.
fn without_parts<T: Clone>(mut all: Vec<T>, test: &mut dyn FnMut(&[T]) -> bool) -> Vec<T> {
    let mut run = all.len().div_ceil(2);
    while run > 0 {
        let mut at = 0;
        while at < all.len() {
            let mut fewer = all.clone();
            fewer.drain(at..all.len().min(at + run));
            if test(&fewer) {
                all = fewer;
            } else {
                at += run;
            }
        }
        run /= 2;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::cases::{Cases, Seeds};

    #[test]
    fn what_is_not_needed_is_taken_away() {
        let all: Vec<u8> = (0..200).collect();
        let kept = without_parts(all, &mut |some| some.contains(&17) && some.contains(&170));
        assert_eq!(kept, [17, 170]);
    }

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
