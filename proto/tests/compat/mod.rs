//! What must not happen to a schema that somebody may already use.

use std::fmt;
use std::ops::Range;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

/// Numbers that are reserved for what is to come, and not for a field that went: what they are held for may take them.
const HELD: [(&str, i32); 2] = [("dashstream.v1.Metadata", 10), ("dashstream.v1.Metadata", 11)];

/// A change that breaks readers or writers of the old schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Break {
    /// A message is gone, or has another name.
    MessageRemoved(String),
    /// A change in the message that comes first.
    In(String, Change),
}

/// A breaking change to one message; fields go by their old numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A field of this number is gone, and the number may be taken again.
    NumberNotReserved(i32),
    /// A field of this name is gone, and the name may be taken again.
    NameNotReserved(String),
    /// A field has moved to another number.
    Renumbered(i32),
    Renamed(i32),
    /// Another scalar type, or another message.
    Retyped(i32),
    /// Repeated and was not, or the reverse.
    Relabelled(i32),
    /// Packed and was not, or the reverse.
    Repacked(i32),
    /// Numbers that were reserved are free, or taken.
    NumberFreed(i32),
    /// A name that was reserved is free, or taken.
    NameFreed(String),
}

impl fmt::Display for Break {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MessageRemoved(name) => write!(out, "{name}: the message is gone"),
            Self::In(name, change) => write!(out, "{name}: {change}"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NumberNotReserved(number) => write!(out, "field {number} is gone and its number is not reserved"),
            Self::NameNotReserved(name) => write!(out, "field `{name}` is gone and its name is not reserved"),
            Self::Renumbered(number) => write!(out, "field {number} has another number"),
            Self::Renamed(number) => write!(out, "field {number} has another name"),
            Self::Retyped(number) => write!(out, "field {number} has another type"),
            Self::Relabelled(number) => write!(out, "field {number} is repeated and was not, or the reverse"),
            Self::Repacked(number) => write!(out, "field {number} is packed and was not, or the reverse"),
            Self::NumberFreed(number) => write!(out, "number {number} is no longer reserved"),
            Self::NameFreed(name) => write!(out, "name `{name}` is no longer reserved"),
        }
    }
}

/// What may be frozen in place of `frozen`: `current`, if it only adds to it. Both are encoded descriptors.
pub(crate) fn successor<'a>(frozen: &[u8], current: &'a [u8]) -> Result<&'a [u8], String> {
    let read = |bytes: &[u8]| <FileDescriptorSet as prost::Message>::decode(bytes).map_err(|error| error.to_string());
    let (frozen, new) = (read(frozen)?, read(current)?);
    if messages(&frozen).next().is_none() {
        return Err("the frozen file holds no message".to_owned());
    }
    let breaks: Vec<String> = breaks(&frozen, &new).iter().map(ToString::to_string).collect();
    if breaks.is_empty() { Ok(current) } else { Err(breaks.join("\n")) }
}

/// Every breaking change from `old` to `new`. What `new` adds is not one.
pub(crate) fn breaks(old: &FileDescriptorSet, new: &FileDescriptorSet) -> Vec<Break> {
    let mut breaks = Vec::new();
    for (name, before) in messages(old) {
        match messages(new).find(|(candidate, _)| *candidate == name) {
            None => breaks.push(Break::MessageRemoved(name)),
            Some((_, after)) => {
                let held = |change: &Change| HELD.iter().any(|(m, n)| *m == name && *change == Change::NumberFreed(*n));
                let changes = changes(before, after).into_iter().filter(|change| !held(change));
                breaks.extend(changes.map(|change| Break::In(name.clone(), change)));
            }
        }
    }
    breaks
}

/// Each message with its full name.
fn messages(set: &FileDescriptorSet) -> impl Iterator<Item = (String, &DescriptorProto)> {
    set.file.iter().flat_map(|file| {
        file.message_type.iter().map(|message| (format!("{}.{}", file.package(), message.name()), message))
    })
}

fn changes(old: &DescriptorProto, new: &DescriptorProto) -> Vec<Change> {
    let mut changes = Vec::new();
    for field in &old.field {
        match new.field.iter().find(|candidate| candidate.number() == field.number()) {
            Some(successor) => changes.extend(field_changes(field, successor)),
            None => changes.extend(removal(field, new)),
        }
    }
    changes.extend(freed(old, new));
    changes
}

fn field_changes(old: &FieldDescriptorProto, new: &FieldDescriptorProto) -> Vec<Change> {
    let number = old.number();
    let retyped = old.r#type() != new.r#type() || old.type_name() != new.type_name();
    let relabelled = old.label() != new.label();
    [
        (old.name() != new.name()).then_some(Change::Renamed(number)),
        retyped.then_some(Change::Retyped(number)),
        relabelled.then_some(Change::Relabelled(number)),
        // Follows from the other two where they apply.
        (!retyped && !relabelled && is_packed(old) != is_packed(new)).then_some(Change::Repacked(number)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is wrong with the removal of a field; nothing where its number and its name are reserved.
fn removal(field: &FieldDescriptorProto, new: &DescriptorProto) -> Vec<Change> {
    let number = field.number();
    if new.field.iter().any(|candidate| candidate.name() == field.name()) {
        return vec![Change::Renumbered(number)];
    }
    let mut changes = Vec::new();
    if !is_reserved(new, number..number + 1) {
        changes.push(Change::NumberNotReserved(number));
    }
    if !new.reserved_name.iter().any(|name| name == field.name()) {
        changes.push(Change::NameNotReserved(field.name().to_owned()));
    }
    changes
}

/// Reservations that are given up. Compilers refuse a field that breaks one, so a number or name that is used again
/// has always been freed.
fn freed(old: &DescriptorProto, new: &DescriptorProto) -> Vec<Change> {
    let numbers = old.reserved_range.iter().map(|range| range.start()..range.end());
    let numbers =
        numbers.filter(|range| !is_reserved(new, range.clone())).map(|range| Change::NumberFreed(range.start));
    let names = old.reserved_name.iter().filter(|name| !new.reserved_name.contains(name));
    numbers.chain(names.map(|name| Change::NameFreed(name.clone()))).collect()
}

/// Whether every one of the numbers is reserved, in however many pieces.
fn is_reserved(message: &DescriptorProto, numbers: Range<i32>) -> bool {
    let mut next = numbers.start;
    while next < numbers.end {
        match message.reserved_range.iter().find(|range| (range.start()..range.end()).contains(&next)) {
            Some(range) => next = range.end(),
            None => return false,
        }
    }
    true
}

/// In proto3 repeated numbers are packed unless the field says otherwise.
fn is_packed(field: &FieldDescriptorProto) -> bool {
    let packable = !matches!(field.r#type(), Type::String | Type::Bytes | Type::Message | Type::Group);
    let said = field.options.as_ref().and_then(|options| options.packed);
    field.label() == Label::Repeated && packable && said.unwrap_or(true)
}
