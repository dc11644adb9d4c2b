//! The wire scan of spec/wire.md, and the tree of values that it finds on its way.

use super::bytes::{byte, cut, little, size, wide};
use super::gate::Gate;
use super::lints::Lints;
use super::schema::{FieldDef, Schema, Type};
pub use super::tree::{Entry, Field, Tree, Value, is_default};
use std::collections::BTreeSet;

const MAX_SEQUENCE: u64 = 9_007_199_254_740_991;

/// A varint as it stands in the bytes, however long.
struct Varint {
    /// The first ten bytes' worth.
    value: u128,
    length: usize,
    /// The bytes ended before it did.
    cut: bool,
}

fn varint(bytes: &[u8], at: usize) -> Varint {
    let mut found = Varint { value: 0, length: 0, cut: false };
    loop {
        let Some(next) = bytes.get(at + found.length) else {
            found.cut = true;
            return found;
        };
        if found.length < 10 {
            found.value |= u128::from(next & 0x7f) << (7 * found.length);
        }
        found.length += 1;
        if next & 0x80 == 0 {
            return found;
        }
    }
}

impl Varint {
    fn minimal(&self) -> bool {
        let mut needed = 1;
        while needed < 10 && self.value >> (7 * needed) != 0 {
            needed += 1;
        }
        self.length <= needed
    }

    fn low(&self) -> u64 {
        u64::try_from(self.value & u128::from(u64::MAX)).unwrap_or(0)
    }
}

/// Where and by which rule a scan failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Offset of the tag of the innermost field in which the scan failed.
    pub at: usize,
    /// The rule.
    pub requirement: &'static str,
}

/// Scans one message. `base` is added to every offset.
pub struct Scan<'a> {
    /// Asked about every rule.
    pub gate: Gate,
    /// Gets the deviations from the tidy form.
    pub lints: &'a mut Lints,
}

impl Scan<'_> {
    /// Scans the bytes as a message of the schema.
    ///
    /// # Errors
    /// The offset of the tag of the innermost field in which a rule fails.
    pub fn message(&mut self, bytes: &[u8], base: usize, schema: &Schema) -> Result<Tree, Failed> {
        let mut tree = Tree::default();
        let mut seen = BTreeSet::new();
        let mut previous = 0;
        let mut p = 0;
        while p < bytes.len() {
            let at = base + p;
            let (number, wire_type) = self.tag(bytes, &mut p, at)?;
            // WIRE-014
            self.tidy("FIELD_ORDER", "WIRE-014", number < previous, at)?;
            previous = number;
            let def = schema.field(number);
            let again = def.is_some_and(|def| !def.repeated || def.packed()) && seen.contains(&number);
            let late = self.gate.strict("WIRE-005.late");
            if let Some(def) = def {
                self.rule("WIRE-004", wire_type != wire_type_of(def), at)?;
                self.rule("WIRE-005", again && !late, at)?;
            }
            seen.insert(number);
            // WIRE-017
            self.tidy("UNKNOWN_FIELD", "WIRE-017", def.is_none(), at)?;
            let (from, to, number_value) = self.extent(bytes, &mut p, wire_type, at)?;
            let Some(def) = def.filter(|def| wire_type == wire_type_of(def)) else {
                continue;
            };
            let value = if wire_type == 2 {
                self.long(&cut(bytes, from, to), base + from, def, at)?
            } else {
                self.short(number_value, def.kind, at)?
            };
            self.rule("WIRE-005", again && late, at)?;
            let plain_default = !def.repeated && is_default(&value);
            let zeros = self.gate.strict("WIRE-015.zeros");
            let none = |entries: &[Entry]| entries.is_empty() || (zeros && entries.iter().all(|entry| entry.bits == 0));
            let nothing = matches!(&value, Value::Packed(entries) if none(entries));
            // WIRE-015
            self.tidy("EXPLICIT_DEFAULT", "WIRE-015", plain_default || nothing, at)?;
            tree.fields.push(Field { number, at, value });
        }
        Ok(tree)
    }

    /// Reads a tag: field number and wire type.
    fn tag(&mut self, bytes: &[u8], p: &mut usize, at: usize) -> Result<(u32, u32), Failed> {
        let tag = varint(bytes, *p);
        let too_big = tag.value > u128::from(u32::MAX);
        // A wire type without a value, so that the scan goes on behind the tag.
        let nothing = (u32::MAX >> 3, 7);
        if tag.cut && self.gate.strict("WIRE-001.cut") {
            *p = bytes.len();
            return Ok(nothing);
        }
        if !tag.cut && (too_big || tag.length > 5) && self.gate.strict("WIRE-001.wide") {
            *p += tag.length;
            let wire_type = u32::try_from(tag.value & 7).unwrap_or(0);
            return Ok((nothing.0, wire_type));
        }
        self.rule("WIRE-001", tag.cut || tag.length > 5 || too_big, at)?;
        self.minimal(&tag, at)?;
        *p += tag.length;
        let low = u32::try_from(tag.value & u128::from(u32::MAX)).unwrap_or(0);
        self.rule("WIRE-002", low >> 3 == 0, at)?;
        self.rule("WIRE-003", matches!(low & 7, 3 | 4 | 6 | 7), at)?;
        Ok((low >> 3, low & 7))
    }

    /// Finds where a value lies: `[from, to)`, and its number where it is one. Moves past it.
    fn extent(
        &mut self,
        bytes: &[u8],
        p: &mut usize,
        wire_type: u32,
        at: usize,
    ) -> Result<(usize, usize, u64), Failed> {
        let left = bytes.len().saturating_sub(*p);
        let from = *p;
        match wire_type {
            0 => {
                let value = self.varint(bytes, p, at)?;
                Ok((from, *p, value))
            }
            1 | 5 => {
                let length = if wire_type == 1 { 8 } else { 4 };
                self.rule("WIRE-007", left < length, at)?;
                *p = bytes.len().min(from + length);
                Ok((from, *p, little(bytes, from, length)))
            }
            2 => {
                let length = self.varint(bytes, p, at)?;
                let left = bytes.len().saturating_sub(*p);
                self.rule("WIRE-008", length > wide(left), at)?;
                let from = *p;
                *p = from + left.min(size(length));
                Ok((from, *p, 0))
            }
            _ => Ok((from, from, 0)),
        }
    }

    /// Reads a value or a length.
    fn varint(&mut self, bytes: &[u8], p: &mut usize, at: usize) -> Result<u64, Failed> {
        let found = varint(bytes, *p);
        let over = found.length == 10 && !found.cut && byte(bytes, *p + 9) > 1;
        self.rule("WIRE-006", found.length > 10 || over, at)?;
        let unseen = found.length == 4 && self.gate.strict("WIRE-007.four");
        self.rule("WIRE-007", found.cut && !unseen, at)?;
        self.minimal(&found, at)?;
        *p += found.length;
        Ok(found.low())
    }

    /// A number that stands by itself or in a packed field.
    fn short(&mut self, number: u64, kind: Type, at: usize) -> Result<Value, Failed> {
        Ok(match kind {
            Type::Uint32 => {
                self.rule("WIRE-009", number > u64::from(u32::MAX), at)?;
                Value::Number(number & u64::from(u32::MAX))
            }
            Type::Bool => {
                self.rule("WIRE-010", number > 1, at)?;
                Value::Bool(number != 0)
            }
            Type::Uint64 => {
                self.rule("WIRE-011", number > MAX_SEQUENCE, at)?;
                Value::Number(number)
            }
            Type::Sint64 => {
                let signed = unzigzag(number);
                self.rule("WIRE-012", signed.unsigned_abs() > MAX_SEQUENCE, at)?;
                Value::Signed(signed)
            }
            Type::Double => Value::Double(f64::from_bits(number)),
            _ => Value::Number(number),
        })
    }

    /// A value that has a length.
    fn long(&mut self, bytes: &[u8], base: usize, def: &FieldDef, at: usize) -> Result<Value, Failed> {
        match def.kind {
            Type::Text => {
                let text = String::from_utf8(bytes.to_vec());
                self.rule("WIRE-013", text.is_err(), at)?;
                Ok(Value::Text(String::from_utf8_lossy(bytes).into_owned()))
            }
            Type::Bytes => {
                if self.gate.strict("REC-006") && def.name == "text" {
                    String::from_utf8(bytes.to_vec()).map_err(|_| Failed { at, requirement: "REC-006" })?;
                }
                Ok(Value::Bytes(base, bytes.to_vec()))
            }
            Type::Message(schema) => Ok(Value::Message(self.message(bytes, base, schema)?)),
            kind => self.packed(bytes, base, kind, at),
        }
    }

    fn packed(&mut self, bytes: &[u8], base: usize, kind: Type, at: usize) -> Result<Value, Failed> {
        let wire_type = scalar_wire_type(kind);
        let mut entries = Vec::new();
        let mut p = 0;
        while p < bytes.len() {
            let place = base + p;
            let (_, _, number) = self.extent(bytes, &mut p, wire_type, at)?;
            let bits = match self.short(number, kind, at)? {
                Value::Number(number) => number,
                Value::Signed(signed) => u64::from_le_bytes(signed.to_le_bytes()),
                Value::Bool(truth) => u64::from(truth),
                _ => number,
            };
            entries.push(Entry { at: place, bits });
        }
        Ok(Value::Packed(entries))
    }

    fn rule(&self, requirement: &'static str, bad: bool, at: usize) -> Result<(), Failed> {
        if self.gate.fails(requirement, bad) { Err(Failed { at, requirement }) } else { Ok(()) }
    }

    /// WIRE-016
    fn minimal(&mut self, found: &Varint, at: usize) -> Result<(), Failed> {
        self.tidy("NON_MINIMAL_VARINT", "WIRE-016", !found.minimal(), at)
    }

    /// Something that is accepted and noted.
    fn tidy(&mut self, lint: &'static str, requirement: &'static str, found: bool, at: usize) -> Result<(), Failed> {
        if found {
            self.lints.insert(lint);
            if self.gate.strict(requirement) {
                return Err(Failed { at, requirement });
            }
        }
        Ok(())
    }
}

fn unzigzag(number: u64) -> i64 {
    let half = i64::from_le_bytes((number >> 1).to_le_bytes());
    if number & 1 == 1 { -1 - half } else { half }
}

fn scalar_wire_type(kind: Type) -> u32 {
    match kind {
        Type::Uint32 | Type::Uint64 | Type::Sint64 | Type::Bool => 0,
        Type::Double => 1,
        Type::Fixed32 => 5,
        _ => 2,
    }
}

fn wire_type_of(def: &FieldDef) -> u32 {
    if def.repeated { 2 } else { scalar_wire_type(def.kind) }
}
