//! What a dump is made of.

use dashstream_codec::{Error, OffsetBase};
use serde_json::Value;

/// Some bytes and what they mean.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Offset of the first byte, counted as the section counts.
    pub(super) at: usize,
    /// How many bytes.
    pub(super) len: usize,
    /// How deep in messages.
    pub(super) depth: usize,
    /// Name of the field.
    pub(super) name: String,
    /// Its value; null where there is none to show.
    pub(super) value: Value,
    /// What else there is to say: number and type of the field, the name of a number.
    pub(super) note: String,
    /// What is wrong with it, where that can be seen from here.
    pub(super) problem: Option<String>,
}

impl Item {
    /// An item without a note.
    pub(super) fn new(at: usize, len: usize, depth: usize, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self { at, len, depth, name, value, note: String::new(), problem: None }
    }

    /// The item with a note.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The item with what is wrong with it.
    pub(super) fn problem(mut self, problem: impl Into<String>) -> Self {
        self.problem = Some(problem.into());
        self
    }

    /// Whether a byte is one of its.
    pub(super) const fn contains(&self, offset: usize) -> bool {
        self.at <= offset && offset < self.at + self.len
    }
}

/// A part of a frame or file.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// What it is.
    pub(super) title: String,
    /// What its offsets count from.
    pub(super) base: OffsetBase,
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What they mean, in order.
    pub(super) items: Vec<Item>,
}

impl Section {
    /// The bytes from `at` on, `len` at most.
    pub(super) fn slice(&self, at: usize, len: usize) -> &[u8] {
        let start = at.saturating_sub(self.start).min(self.bytes.len());
        let end = start.saturating_add(len).min(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Offset after its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.bytes.len()
    }
}

/// A frame, part by part, and the verdict on it.
#[derive(Clone, Debug)]
pub(super) struct FrameDump {
    /// Offset in the file of its first byte.
    pub(super) start: u64,
    /// Bytes of it.
    pub(super) len: usize,
    /// The parts.
    pub(super) sections: Vec<Section>,
    /// Why it was rejected.
    pub(super) error: Option<Error>,
    /// Records that were rejected, by their places from 0.
    pub(super) record_errors: Vec<(usize, Error)>,
    /// Deviations from the tidy form.
    pub(super) lints: Vec<String>,
    /// Records that were left out of the dump.
    pub(super) records_left_out: usize,
}

impl FrameDump {
    /// The section and the item that an error points at: the smallest item with that byte, or the last one of the
    /// section that ends there.
    pub(super) fn place_of(&self, error: &Error) -> Option<(usize, usize)> {
        let offset = usize::try_from(error.offset).ok()?;
        let with_base =
            || self.sections.iter().enumerate().filter(|(_, section)| section.base == error.code.offset_base());
        let inside = with_base().find(|(_, section)| section.start <= offset && offset < section.end());
        let (index, section) = inside.or_else(|| with_base().rfind(|(_, section)| section.end() <= offset))?;
        let items = section.items.iter().enumerate();
        let smallest = items.filter(|(_, item)| item.contains(offset)).min_by_key(|(_, item)| item.len);
        let item = smallest.map_or_else(|| section.items.len().saturating_sub(1), |(item, _)| item);
        (!section.items.is_empty()).then_some((index, item))
    }
}
