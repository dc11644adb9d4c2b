//! Strings that were interned of late. Nearly all that a record refers to are among them, and by their length and ends
//! they are found without a hash over the whole string.

/// Places, a power of two.
const PLACES: usize = 1_024;

/// Above every length that a string may have.
const GENERATION: u64 = 1 << 32;

/// What of a string its place depends on. A string of up to [`Key::WHOLE`] bytes is all in its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    head: u64,
    tail: u64,
    len: u64,
}

impl Key {
    /// Strings of one length, up to this, that have the same ends are equal.
    const WHOLE: u64 = 16;

    #[inline(always)]
    pub(super) fn of(text: &[u8]) -> Self {
        let (head, tail) = match (text.first_chunk(), text.last_chunk()) {
            (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
            _ => ends_of_short(text),
        };
        Self { head, tail, len: text.len() as u64 }
    }

    /// Anyone can find strings that share a place. It does no harm: one takes the place of the other, and those that have
    /// lost their place are looked for in a table whose hash is seeded.
    #[inline(always)]
    const fn place(&self) -> usize {
        // By these constants names with a counter at one of their ends are spread as if by chance.
        let ends = self.head ^ self.tail.rotate_left(25) ^ self.len;
        (ends.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 50) as usize % PLACES
    }
}

/// The ends of a text of fewer than 8 bytes, which have every byte of it.
#[inline]
fn ends_of_short(text: &[u8]) -> (u64, u64) {
    if let (Some(head), Some(tail)) = (text.first_chunk(), text.last_chunk()) {
        return (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail)));
    }
    let at = |index| text.get(index).copied().map_or(0, u64::from);
    (at(0) << 8 | at(1), at(2))
}

/// A string of the table.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    head: u64,
    tail: u64,
    /// Its length, and above it the generation in which it was noted.
    len: u64,
    string_ref: u32,
    /// Where in the table its text begins.
    text: u32,
}

/// The strings of late, each at the place that its key gives it.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    entries: Box<[Entry; PLACES]>,
    /// Entries of other generations are void. A multiple of [`GENERATION`].
    generation: u64,
}

impl Default for Recent {
    fn default() -> Self {
        Self { entries: Box::new([Entry::default(); PLACES]), generation: GENERATION }
    }
}

impl Recent {
    /// Forgets all strings.
    pub(super) fn clear(&mut self) {
        self.generation = self.generation.checked_add(GENERATION).unwrap_or_else(|| {
            *self.entries = [Entry::default(); PLACES];
            GENERATION
        });
    }

    /// The ref of a string with that key. `encoded` is what the texts of the table stand in.
    #[inline(always)]
    pub(super) fn get(&self, key: &Key, text: &[u8], encoded: &[u8]) -> Option<u32> {
        let entry = self.entries.get(key.place())?;
        // One branch for all of these: they are nearly always right together. A text too long for the sum of length and
        // generation is found nowhere in the table.
        let wrong = (entry.head ^ key.head) | (entry.tail ^ key.tail) | (entry.len ^ key.len ^ self.generation);
        let is_it = wrong == 0 && (key.len <= Key::WHOLE || is_at(encoded, entry.text, text));
        is_it.then_some(entry.string_ref)
    }

    /// Takes note of a string whose text begins at `text` in what the texts of the table stand in.
    pub(super) fn note(&mut self, key: Key, string_ref: u32, text: u32) {
        if let Some(entry) = self.entries.get_mut(key.place()) {
            *entry = Entry { head: key.head, tail: key.tail, len: key.len ^ self.generation, string_ref, text };
        }
    }
}

/// Whether `text`, of more than [`Key::WHOLE`] bytes, stands at that place.
#[inline(always)]
fn is_at(encoded: &[u8], start: u32, text: &[u8]) -> bool {
    let start = start as usize;
    let Some(stored) = encoded.get(start..start + text.len()) else { return false };
    // Names are mostly shorter than this, and two pieces that overlap compare them without a loop.
    match text.len() {
        ..=32 => ends_are_equal::<16>(text, stored),
        33..=64 => ends_are_equal::<32>(text, stored),
        _ => text == stored,
    }
}

/// Whether the first and the last bytes are equal.
#[inline(always)]
fn ends_are_equal<const LEN: usize>(one: &[u8], other: &[u8]) -> bool {
    one.first_chunk::<LEN>() == other.first_chunk() && one.last_chunk::<LEN>() == other.last_chunk()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::{GENERATION, Key, Recent};

    #[test]
    fn a_string_is_found_until_another_takes_its_place() {
        let mut recent = Recent::default();
        let encoded = b"the first and the last";
        let (text, key) = (&encoded[4..21], Key::of(&encoded[4..21]));
        assert_eq!(recent.get(&key, text, encoded), None);
        recent.note(key, 5, 4);
        assert_eq!(recent.get(&key, text, encoded), Some(5));
        // The same length and ends.
        let other = b"first anx the las";
        assert_eq!(Key::of(other), key);
        assert_eq!(recent.get(&key, other, encoded), None);
        recent.note(key, 6, 0);
        assert_eq!(recent.get(&key, text, encoded), None);
    }

    /// Lengths on both sides of those at which another way is taken.
    #[test]
    fn every_byte_counts() {
        let mut recent = Recent::default();
        for len in 1..=100 {
            let text = vec![b'a'; len];
            recent.note(Key::of(&text), 1, 0);
            assert_eq!(recent.get(&Key::of(&text), &text, &text), Some(1));
            for index in 0..len {
                let mut other = text.clone();
                other[index] = b'b';
                assert_eq!(recent.get(&Key::of(&other), &other, &text), None, "byte {index} of {len}");
            }
        }
    }

    #[test]
    fn nothing_is_found_that_was_noted_before_a_clear() {
        let mut recent = Recent::default();
        let (first, key) = (Key::of(b"first"), Key::of(b"a"));
        recent.note(first, 2, 1);
        for generation in [1, 7, u64::MAX / GENERATION] {
            recent.generation = generation * GENERATION;
            recent.note(key, 1, 0);
            assert_eq!(recent.get(&key, b"a", b"a"), Some(1));
            recent.clear();
            assert_eq!(recent.get(&key, b"a", b"a"), None);
            assert_eq!(recent.get(&first, b"first", b""), None);
        }
        // The numbers of generations have begun again.
        assert_eq!(recent.generation, GENERATION);
    }

    /// The differences are chosen so that two of them could make up for each other.
    #[test]
    fn strings_of_one_place_are_told_apart_by_each_part_of_their_keys() {
        let one = Key { head: 3, tail: 5, len: 9 };
        for (head, tail, len) in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)] {
            let by = |bits: u64| Key { head: 3 ^ (head * bits), tail: 5 ^ (tail * bits), len: 9 ^ (len * bits) };
            let other = (1..1 << 20).map(by).find(|other| other.place() == one.place()).unwrap();
            let mut recent = Recent::default();
            recent.note(one, 1, 0);
            assert_eq!(recent.get(&one, b"", b""), Some(1));
            assert_eq!(recent.get(&other, b"", b""), None, "{one:?} {other:?}");
        }
    }

    #[test]
    fn short_strings_have_keys_of_their_own() {
        let letters = [0, b'a', b'b'];
        let mut texts = vec![vec![]];
        let mut keys = HashSet::new();
        for len in 0..=8_u64 {
            for text in &texts {
                let Key { head, tail, len: known } = Key::of(text);
                assert_eq!(known, len);
                assert!(keys.insert((head, tail, len)), "{text:?}");
            }
            texts = texts.iter().flat_map(|text| letters.map(|letter| [&text[..], &[letter]].concat())).collect();
        }
    }

    /// By chance 400 strings would take about 331 of the places.
    #[test]
    fn names_with_a_counter_are_spread() {
        let families: [fn(usize) -> String; 6] = [
            |index| index.to_string(),
            |index| format!("step_{index}"),
            |index| format!("node-{index:04}"),
            |index| format!("agent {}{}", index / 20, index % 20),
            |index| format!("tool_call_{index:x}"),
            |index| format!("req-airline-{}-{}-{}", index / 40, index / 20 % 2, index % 20),
        ];
        for name in families {
            let places: HashSet<usize> = (0..400).map(|index| Key::of(name(index).as_bytes()).place()).collect();
            assert!(places.len() > 300, "{}: {}", name(0), places.len());
        }
    }

    proptest! {
        #[test]
        fn keys_of_up_to_16_bytes_are_equal_for_equal_strings_only(
            texts in (8_usize..=16).prop_flat_map(|len| prop::array::uniform2(prop::collection::vec(0_u8..2, len)))
        ) {
            let [one, other] = &texts;
            prop_assert_eq!(Key::of(one) == Key::of(other), one == other);
        }
    }
}
