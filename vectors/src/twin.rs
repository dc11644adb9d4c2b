//! What a rejected vector and its accepted twin have in common.

/// The one place where two byte strings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Splice {
    /// Bytes before the difference.
    pub at: usize,
    /// Bytes of the first string that are replaced.
    pub remove: usize,
    /// Bytes of the second that replace them.
    pub insert: usize,
}

/// Checksums and lengths of the prelude, which follow from the rest.
const DERIVED: std::ops::Range<usize> = 4..26;

/// prelude_crc, which follows even where a checksum or length is what differs.
const PRELUDE_CRC: std::ops::Range<usize> = 4..8;

/// The smallest splice that turns `twin` into `vector`: apart from the derived fields where there is
/// such a difference, else apart from prelude_crc, else of all bytes. Empty where they are equal.
#[must_use]
pub fn splice_between(twin: &[u8], vector: &[u8]) -> Splice {
    for ignored in [DERIVED, PRELUDE_CRC, 0..0] {
        let splice = smallest(twin, vector, &ignored);
        if splice.remove > 0 || splice.insert > 0 {
            return splice;
        }
    }
    Splice { at: 0, remove: 0, insert: 0 }
}

fn smallest(twin: &[u8], vector: &[u8], ignored: &std::ops::Range<usize>) -> Splice {
    let both = twin.len().min(vector.len());
    let same = |(index, (a, b)): (usize, (&u8, &u8))| a == b || ignored.contains(&index);
    let head = twin.iter().zip(vector).enumerate().take_while(|pair| same(*pair)).count();
    let room = both - head;
    let aligned = twin.len() == vector.len();
    let tail = twin
        .iter()
        .rev()
        .zip(vector.iter().rev())
        .enumerate()
        .take(room)
        .take_while(|(back, (a, b))| a == b || (aligned && ignored.contains(&(twin.len() - 1 - back))))
        .count();
    Splice { at: head, remove: twin.len() - head - tail, insert: vector.len() - head - tail }
}

/// Checks that the splice is what makes `vector` of `twin`.
pub(crate) fn check(twin: &[u8], vector: &[u8], splice: Splice) -> Result<(), String> {
    let Splice { at, remove, insert } = splice;
    let parts = |bytes: &[u8], len: usize| -> Option<(Vec<u8>, Vec<u8>, Vec<u8>)> {
        let end = at.checked_add(len)?;
        Some((bytes.get(..at)?.to_vec(), bytes.get(at..end)?.to_vec(), bytes.get(end..)?.to_vec()))
    };
    let (Some(old), Some(new)) = (parts(twin, remove), parts(vector, insert)) else {
        return Err("the splice lies outside the bytes".to_owned());
    };
    let differs = |a: &[u8], b: &[u8], from: usize| -> Option<usize> {
        if a.len() != b.len() {
            return Some(from);
        }
        let mut pairs = a.iter().zip(b).enumerate();
        pairs.find(|(i, (a, b))| a != b && !DERIVED.contains(&(from + i))).map(|(i, _)| from + i)
    };
    if let Some(place) = differs(&old.0, &new.0, 0) {
        return Err(format!("it also differs from its twin at {place}"));
    }
    if let Some(place) = differs(&old.2, &new.2, at + insert) {
        return Err(format!("it also differs from its twin at {place}"));
    }
    if old.1 == new.1 {
        return Err("it does not differ from its twin in the splice".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Vec<u8> {
        (0..80).collect()
    }

    #[test]
    fn derived_fields_do_not_count_unless_they_are_the_difference() {
        let twin = frame();
        let mut vector = frame();
        vector[5] = 0xff;
        vector[70] = 0xff;
        assert_eq!(splice_between(&twin, &vector), Splice { at: 70, remove: 1, insert: 1 });
        vector[70] = 70;
        assert_eq!(splice_between(&twin, &vector), Splice { at: 5, remove: 1, insert: 1 });
        vector[20] = 0xff;
        assert_eq!(splice_between(&twin, &vector), Splice { at: 20, remove: 1, insert: 1 });
    }

    #[test]
    fn a_length_that_changes_is_found_from_both_ends() {
        let twin = frame();
        let mut vector = frame();
        vector.splice(40..42, [9, 9, 9]);
        let splice = splice_between(&twin, &vector);
        assert_eq!(splice, Splice { at: 40, remove: 2, insert: 3 });
        assert_eq!(check(&twin, &vector, splice), Ok(()));
        vector[60] = 0;
        assert!(check(&twin, &vector, splice).is_err());
    }

    #[test]
    fn an_input_that_is_cut_is_a_splice() {
        let twin = frame();
        let splice = splice_between(&twin, &twin[..10]);
        assert_eq!(splice, Splice { at: 10, remove: 70, insert: 0 });
        assert_eq!(check(&twin, &twin[..10], splice), Ok(()));
    }

    #[test]
    fn equal_bytes_are_no_twin() {
        let twin = frame();
        assert!(check(&twin, &twin, Splice { at: 3, remove: 1, insert: 1 }).is_err());
    }
}
