//! A table that holds each id once.

use std::collections::HashMap;

use foldhash::fast::RandomState;

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
        let next = u32::try_from(self.refs.len() + 1).unwrap_or(u32::MAX);
        let found = *self.refs.entry(*id).or_insert(next);
        if found == next {
            self.ids.extend_from_slice(id);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::IdTable;

    #[test]
    fn an_id_stands_once() {
        let mut table = IdTable::<2>::default();
        assert_eq!([table.intern(b"aa"), table.intern(b"bb"), table.intern(b"aa")], [1, 2, 1]);
        assert_eq!(table.bytes(), b"aabb");
    }
}
