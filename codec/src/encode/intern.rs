//! Tables that hold each entry once: strings and ids.

use core::hash::BuildHasher;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::body::number::STRINGS;
use crate::constants::{MAX_STRING_LEN, MAX_STRINGS};
use crate::error::Code;
use crate::reader::Reader;
use crate::strings::Table;

use super::error::EncodeError;
use super::put;

/// The string table of a frame, kept in the form in which it is written.
#[derive(Debug, Default)]
pub(crate) struct StringTable {
    /// The `strings` fields of the body.
    encoded: Vec<u8>,
    /// Where in `encoded` the length of each string stands.
    starts: Vec<u32>,
    /// Refs by the hash of their string, open addressing, 0 for a free slot. A power of two.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl StringTable {
    pub(super) fn clear(&mut self) {
        self.encoded.clear();
        self.starts.clear();
        self.slots.fill(0);
    }

    /// The table as a reader has it.
    pub(crate) fn table(&self) -> Table<'_> {
        Table { body: &self.encoded, starts: &self.starts, ..Table::default() }
    }

    /// The `strings` fields of the body.
    pub(crate) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// The ref of a string, which is added where it is not there.
    pub(crate) fn intern(&mut self, text: &str) -> Result<u32, EncodeError> {
        // BODY-002
        if text.is_empty() || text.len() > MAX_STRING_LEN {
            return Err(EncodeError::refused(Code::StringTable, "BODY-002"));
        }
        if (self.starts.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let slot = self.slot_of(text.as_bytes());
        match self.slots.get(slot) {
            Some(&found) if found != 0 => Ok(found),
            _ => self.add(text, slot),
        }
    }

    fn add(&mut self, text: &str, slot: usize) -> Result<u32, EncodeError> {
        // BODY-001
        let full = EncodeError::refused(Code::StringTable, "BODY-001");
        if self.starts.len() >= MAX_STRINGS {
            return Err(full);
        }
        // The tag of a string has one byte.
        let start = u32::try_from(self.encoded.len() + 1).map_err(|_| full)?;
        put::bytes(&mut self.encoded, STRINGS, text.as_bytes());
        self.starts.push(start);
        let string_ref = u32::try_from(self.starts.len()).map_err(|_| full)?;
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = string_ref;
        }
        Ok(string_ref)
    }

    /// The slot that holds the string, or the free one where it belongs.
    fn slot_of(&self, text: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = usize::try_from(self.hasher.hash_one(text) & mask as u64).unwrap_or(0);
        while let Some(&string_ref) = self.slots.get(slot)
            && string_ref != 0
            && self.at(string_ref) != Some(text)
        {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn at(&self, string_ref: u32) -> Option<&[u8]> {
        let start = *self.starts.get(string_ref as usize - 1)?;
        Reader::new(self.encoded.get(start as usize..)?).delimited()
    }

    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(64);
        self.slots.clear();
        self.slots.resize(len, 0);
        for string_ref in 1..=u32::try_from(self.starts.len()).unwrap_or(0) {
            if let Some(text) = self.at(string_ref) {
                let slot = self.slot_of(text);
                if let Some(slot) = self.slots.get_mut(slot) {
                    *slot = string_ref;
                }
            }
        }
    }
}

/// A table of ids of one length.
#[derive(Debug)]
pub(super) struct IdTable<const LEN: usize> {
    ids: Vec<u8>,
    refs: HashMap<[u8; LEN], u32, RandomState>,
}

impl<const LEN: usize> Default for IdTable<LEN> {
    fn default() -> Self {
        Self { ids: Vec::new(), refs: HashMap::default() }
    }
}

impl<const LEN: usize> IdTable<LEN> {
    pub(super) fn clear(&mut self) {
        self.ids.clear();
        self.refs.clear();
    }

    /// The ids, one after another.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.ids
    }

    /// The ref of an id, which is added where it is not there. The table cannot overflow, for it has
    /// room for an id a record.
    pub(super) fn intern(&mut self, id: &[u8; LEN]) -> u32 {
        let next = u32::try_from(self.refs.len()).unwrap_or(u32::MAX - 1) + 1;
        let found = *self.refs.entry(*id).or_insert(next);
        if found == next {
            self.ids.extend_from_slice(id);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{IdTable, StringTable};
    use crate::error::Code;

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
    }

    #[test]
    fn an_id_stands_once() {
        let mut table = IdTable::<2>::default();
        assert_eq!([table.intern(b"aa"), table.intern(b"bb"), table.intern(b"aa")], [1, 2, 1]);
        assert_eq!(table.bytes(), b"aabb");
    }
}
