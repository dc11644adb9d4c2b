//! The string table of a frame that is being written.

use core::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use crate::body::number::STRINGS;
use crate::constants::{MAX_STRING_LEN, MAX_STRINGS};
use crate::error::Code;
use crate::reader::Reader;
use crate::strings::Table;

use super::error::EncodeError;
use super::put;
use super::recent::{Key, Recent};

/// The string table of a frame, kept in the form in which it is written.
#[derive(Debug, Default)]
pub(crate) struct StringTable {
    /// The `strings` fields of the body.
    encoded: Vec<u8>,
    /// Where in `encoded` the length of each string stands.
    starts: Vec<u32>,
    recent: Recent,
    /// Open addressing. A power of two, and at least twice as many as strings.
    slots: Vec<Slot>,
    /// Seeded at random, so that nobody can choose strings that share a slot.
    hasher: RandomState,
}

/// A place for a ref. It is free where the ref is 0.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// Of the string. Only where it is equal the strings are compared.
    hash: u32,
    string_ref: u32,
}

impl StringTable {
    const FEWEST_SLOTS: usize = 64;

    pub(super) fn clear(&mut self) {
        // One large batch does not make every later one dear.
        self.slots.truncate((self.starts.len() * 4).next_power_of_two().max(Self::FEWEST_SLOTS));
        self.slots.fill(Slot::default());
        self.encoded.clear();
        self.starts.clear();
        self.recent.clear();
    }

    /// The table as a reader has it.
    pub(crate) fn table(&self) -> Table<'_> {
        Table { body: &self.encoded, starts: &self.starts, ..Table::default() }
    }

    /// Strings in the table.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The `strings` fields of the body.
    pub(crate) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// The ref of a string, which is added where it is not there.
    #[inline(always)]
    pub(crate) fn intern(&mut self, text: &str) -> Result<u32, EncodeError> {
        let text = text.as_bytes();
        let key = Key::of(text);
        match self.recent.get(&key, text, &self.encoded) {
            Some(string_ref) => Ok(string_ref),
            None => self.look_up(text, key),
        }
    }

    /// The same for a string that is not one of late.
    #[inline(never)]
    fn look_up(&mut self, text: &[u8], key: Key) -> Result<u32, EncodeError> {
        // BODY-002
        if text.is_empty() || text.len() > MAX_STRING_LEN {
            return Err(EncodeError::refused(Code::StringTable, "BODY-002"));
        }
        if (self.starts.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = self.hash(text);
        let slot = self.slot_of(text, hash);
        let string_ref = match self.slots.get(slot) {
            Some(found) if found.string_ref != 0 => found.string_ref,
            _ => self.add(text, slot, hash)?,
        };
        if let Some(text) = self.text(string_ref) {
            self.recent.note(key, string_ref, text);
        }
        Ok(string_ref)
    }

    fn add(&mut self, text: &[u8], slot: usize, hash: u32) -> Result<u32, EncodeError> {
        // BODY-001
        let full = EncodeError::refused(Code::StringTable, "BODY-001");
        if self.starts.len() >= MAX_STRINGS {
            return Err(full);
        }
        // The tag of a string has one byte.
        let start = u32::try_from(self.encoded.len() + 1).map_err(|_| full)?;
        put::bytes(&mut self.encoded, STRINGS, text);
        self.starts.push(start);
        let string_ref = u32::try_from(self.starts.len()).map_err(|_| full)?;
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = Slot { hash, string_ref };
        }
        Ok(string_ref)
    }

    fn hash(&self, text: &[u8]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(text);
        (hasher.finish() >> 32) as u32
    }

    /// The slot that holds the string, or the free one where it belongs.
    fn slot_of(&self, text: &[u8], hash: u32) -> usize {
        self.probe(hash, |found| found.hash == hash && self.at(found.string_ref) == Some(text))
    }

    /// The first slot for that hash that is free, or is the one.
    fn probe(&self, hash: u32, is_it: impl Fn(&Slot) -> bool) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots.get(slot).is_some_and(|found| found.string_ref != 0 && !is_it(found)) {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn at(&self, string_ref: u32) -> Option<&[u8]> {
        let start = *self.starts.get(string_ref as usize - 1)?;
        Reader::new(self.encoded.get(start as usize..)?).delimited()
    }

    /// Where in `encoded` the text of a string begins.
    fn text(&self, string_ref: u32) -> Option<u32> {
        let start = *self.starts.get(string_ref as usize - 1)?;
        // BODY-002: the length has one byte or two.
        let first = *self.encoded.get(start as usize)?;
        Some(start + if first < 0x80 { 1 } else { 2 })
    }

    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(Self::FEWEST_SLOTS);
        let old = core::mem::replace(&mut self.slots, vec![Slot::default(); len]);
        for string in old.into_iter().filter(|slot| slot.string_ref != 0) {
            let slot = self.probe(string.hash, |_| false);
            if let Some(slot) = self.slots.get_mut(slot) {
                *slot = string;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use proptest::prelude::*;

    use super::{Key, Slot, StringTable};
    use crate::error::Code;
    use crate::strings::Strings;

    #[test]
    fn a_string_keeps_its_ref_however_many_follow() {
        let mut table = StringTable::default();
        let texts: Vec<String> = (0..16_384).map(|index| format!("string {index}")).collect();
        for (index, text) in texts.iter().enumerate() {
            assert_eq!(table.intern(text).unwrap() as usize, index + 1);
        }
        for (index, text) in texts.iter().enumerate() {
            assert_eq!(table.intern(text).unwrap() as usize, index + 1);
        }
        assert_eq!(table.intern("one more").unwrap_err().code(), Code::StringTable);
        table.clear();
        assert_eq!(table.intern("one more"), Ok(1));
    }

    #[test]
    fn strings_have_1_to_1024_bytes() {
        let mut table = StringTable::default();
        assert_eq!(table.intern("").unwrap_err().code(), Code::StringTable);
        assert_eq!(table.intern(&"a".repeat(1025)).unwrap_err().code(), Code::StringTable);
        assert_eq!(table.intern(&"a".repeat(1024)), Ok(1));
        assert_eq!(table.intern(&"a".repeat(1024)), Ok(1));
    }

    #[test]
    fn a_string_of_any_length_is_one_of_late() {
        let mut table = StringTable::default();
        for len in [1, 16, 17, 127, 128, 1_024] {
            let text = "a".repeat(len);
            let string_ref = table.intern(&text).unwrap();
            let text = text.as_bytes();
            assert_eq!(table.recent.get(&Key::of(text), text, &table.encoded), Some(string_ref), "{len} bytes");
        }
    }

    /// Nobody can know which strings share a slot.
    #[test]
    fn hashes_are_spread_and_others_in_each_table() {
        let [one, other] = [StringTable::default(), StringTable::default()];
        let hashes = |table: &StringTable| (0..1_000).map(|n: u32| table.hash(&n.to_le_bytes())).collect::<Vec<_>>();
        assert!(HashSet::<u32>::from_iter(hashes(&one)).len() > 990);
        assert_ne!(hashes(&one), hashes(&other));
    }

    /// 100 strings, whose slots are all the same one before and after the table grows.
    #[test]
    fn strings_of_one_hash_are_told_apart() {
        let mut table = StringTable { slots: vec![Slot::default(); 128], ..StringTable::default() };
        let texts: Vec<String> = (0..100).map(|index| format!("string {index}")).collect();
        for text in &texts {
            let slot = table.slot_of(text.as_bytes(), 7);
            table.add(text.as_bytes(), slot, 7).unwrap();
        }
        for grown in [128, 256] {
            assert_eq!(table.slots.len(), grown);
            for (text, string_ref) in texts.iter().zip(1..) {
                let slot = table.slot_of(text.as_bytes(), 7);
                assert_eq!(table.slots[slot].string_ref, string_ref);
            }
            table.grow();
        }
    }

    #[test]
    fn a_large_batch_leaves_no_large_table_behind() {
        let mut table = StringTable::default();
        (0..1_000).for_each(|index| _ = table.intern(&index.to_string()).unwrap());
        table.clear();
        assert_eq!(table.slots.len(), 2_048);
        assert_eq!(table.intern("a"), Ok(1));
        table.clear();
        assert_eq!(table.slots.len(), StringTable::FEWEST_SLOTS);
        (0..1_000).for_each(|index| assert_eq!(table.intern(&index.to_string()), Ok(index + 1)));
    }

    proptest! {
        /// Lengths on both sides of those at which another way is taken, and many strings with the same ends.
        #[test]
        fn a_string_has_one_ref(
            batches in prop::collection::vec(prop::collection::vec("[ab]{1,9}|[ab]x{4,20}[ab]x{4,20}[ab]", 1..200), 1..4)
        ) {
            let mut table = StringTable::default();
            for texts in &batches {
                table.clear();
                let mut model = HashMap::new();
                for text in texts {
                    let next = u32::try_from(model.len()).unwrap() + 1;
                    prop_assert_eq!(table.intern(text).unwrap(), *model.entry(text).or_insert(next));
                }
                let stored = table.table();
                for (text, string_ref) in model {
                    prop_assert_eq!(Strings::new(&stored).get(string_ref), Some(text.as_str()));
                }
            }
        }
    }
}
