//! A rejected vector beside its accepted twin: where the bytes differ, and which differences follow from the others.

use dashstream_vectors::Twin;

use super::hex::FIELDS;

/// Bytes shown before and after a difference.
const AROUND: usize = 6;
/// Bytes of a difference that are shown.
const MOST: usize = 40;
/// Checksums and lengths of the prelude, which follow from the rest.
const DERIVED: std::ops::Range<usize> = 4..26;

/// One place where the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Bytes before it, in both.
    pub(super) at: usize,
    /// Whether it only follows from the one that is meant.
    pub(super) follows: bool,
    /// What stands in the twin.
    pub(super) twin: Part,
    /// What stands in the vector.
    pub(super) own: Part,
}

/// Some bytes with those around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) before: Vec<u8>,
    pub(super) here: Vec<u8>,
    pub(super) after: Vec<u8>,
    /// Bytes of `here` that are not shown.
    pub(super) hidden: usize,
}

impl Part {
    fn of(bytes: &[u8], at: usize, len: usize, around: usize) -> Self {
        let part = |from: usize, to: usize| {
            let to = to.min(bytes.len());
            bytes.get(from.min(to)..to).unwrap_or_default().to_vec()
        };
        let end = at.saturating_add(len);
        let mut here = part(at, end);
        let hidden = here.len().saturating_sub(MOST);
        here.truncate(MOST);
        let after = if hidden == 0 { part(end, end.saturating_add(around)) } else { Vec::new() };
        Self { before: part(at.saturating_sub(around), at), here, after, hidden }
    }
}

/// The differences, in their order. None where the bytes are equal, and only limits or tenant differ.
pub(super) fn changes(twin: &[u8], own: &[u8], declared: &Twin) -> Vec<Change> {
    let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let (at, remove, insert) = (size(declared.at), size(declared.remove), size(declared.insert));
    let mut found = Vec::new();
    if remove > 0 || insert > 0 {
        let (twin, own) = (Part::of(twin, at, remove, AROUND), Part::of(own, at, insert, AROUND));
        found.push(Change { at, follows: false, twin, own });
    }
    let meant = |range: &std::ops::Range<usize>| range.start < at.saturating_add(remove) && at < range.end;
    // Behind a splice that moves what follows it, places cannot be compared.
    let aligned = |range: &std::ops::Range<usize>| remove == insert || range.end <= at;
    for range in fields().filter(|range| !meant(range) && aligned(range)) {
        if let (Some(a), Some(b)) = (twin.get(range.clone()), own.get(range.clone()))
            && a != b
        {
            let part = |bytes: &[u8]| Part::of(bytes, range.start, range.len(), 0);
            found.push(Change { at: range.start, follows: true, twin: part(twin), own: part(own) });
        }
    }
    found.sort_by_key(|change| change.at);
    found
}

/// The fields that follow from others.
fn fields() -> impl Iterator<Item = std::ops::Range<usize>> {
    let starts = FIELDS.iter().map(|(first, _)| *first);
    starts.clone().zip(starts.skip(1)).map(|(first, next)| first..next).filter(|field| DERIVED.contains(&field.start))
}

/// The places of the vector's own bytes that differ, with whether they only follow.
pub(super) fn places(changes: &[Change], declared: &Twin) -> Vec<(std::ops::Range<usize>, bool)> {
    let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let place = |change: &Change| {
        let len = if change.follows { change.own.here.len() } else { size(declared.insert) };
        (change.at..change.at.saturating_add(len), change.follows)
    };
    changes.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twin(at: u64, remove: u64, insert: u64) -> Twin {
        Twin { id: "x".to_owned(), at, remove, insert }
    }

    #[test]
    fn what_is_meant_and_what_follows() {
        let old: Vec<u8> = (0..80).collect();
        let mut new = old.clone();
        new.splice(70..72, [0xAA, 0xBB, 0xCC]);
        new[4] = 0xFF;
        new[16] = 0xFE;
        let found = changes(&old, &new, &twin(70, 2, 3));
        let told: Vec<_> = found.iter().map(|one| (one.at, one.follows)).collect();
        assert_eq!(told, [(4, true), (16, true), (70, false)]);
        assert_eq!((&found[0].twin.here, &found[0].own.here), (&vec![4, 5, 6, 7], &vec![0xFF, 5, 6, 7]));
        let (a, b) = (&found[2].twin, &found[2].own);
        assert_eq!((&a.here, &b.here), (&vec![70, 71], &vec![0xAA, 0xBB, 0xCC]));
        assert_eq!((&a.before, &a.after), (&vec![64, 65, 66, 67, 68, 69], &vec![72, 73, 74, 75, 76, 77]));
        assert_eq!(b.after, a.after);
        assert_eq!(places(&found, &twin(70, 2, 3)), [(4..8, true), (16..20, true), (70..73, false)]);
    }

    #[test]
    fn a_field_that_is_meant_does_not_follow_too() {
        let old: Vec<u8> = (0..64).collect();
        let mut new = old.clone();
        new[13] = 0xFF;
        let found = changes(&old, &new, &twin(13, 1, 1));
        assert_eq!(found.iter().map(|one| (one.at, one.follows)).collect::<Vec<_>>(), [(13, false)]);
        assert_eq!(changes(&old, &old, &twin(0, 0, 0)), []);
    }

    #[test]
    fn long_differences_are_cut_and_short_inputs_are_no_trouble() {
        let found = changes(&[1; 3], &[2; 500], &twin(0, 3, 500));
        assert_eq!((found[0].own.here.len(), found[0].own.hidden), (MOST, 500 - MOST));
        assert_eq!(found[0].twin.here, [1; 3]);
        assert_eq!(changes(&[], &[1], &twin(0, 0, 1))[0].own.here, [1]);
    }
}
