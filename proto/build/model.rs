//! The messages of the schemas, checked against the rules of `spec/wire.md` on what a schema may hold.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};

/// A message, its fields sorted by number.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) ty: FieldType,
    pub(crate) repeated: bool,
    pub(crate) packed: bool,
}

#[derive(Debug)]
pub(crate) enum FieldType {
    /// The variant of `schema::FieldType`.
    Scalar(&'static str),
    /// The name of the message.
    Message(String),
}

/// All messages, sorted by name; or the first rule that one of them breaks.
pub(crate) fn messages(set: &FileDescriptorSet) -> Result<Vec<Message>, String> {
    let mut messages = Vec::new();
    for file in &set.file {
        check_file(file)?;
        for descriptor in &file.message_type {
            messages.push(message(descriptor, file.package())?);
        }
    }
    messages.sort_by(|a, b| a.name.cmp(&b.name));
    for start in &messages {
        check_recursion(&messages, start, &mut Vec::new())?;
    }
    Ok(messages)
}

fn check_file(file: &FileDescriptorProto) -> Result<(), String> {
    let name = file.name();
    refuse(file.syntax() != "proto3", name, "is not proto3")?;
    refuse(!file.enum_type.is_empty(), name, "has an enum")?;
    refuse(!file.extension.is_empty(), name, "has an extension")?;
    refuse(!file.service.is_empty(), name, "has a service")
}

fn message(descriptor: &DescriptorProto, package: &str) -> Result<Message, String> {
    let name = descriptor.name();
    // A field that is `optional` sits in a oneof of its own, and a map in a nested message.
    refuse(!descriptor.oneof_decl.is_empty(), name, "has a oneof or an optional field")?;
    refuse(!descriptor.nested_type.is_empty(), name, "has a map, a group or a nested message")?;
    refuse(!descriptor.enum_type.is_empty(), name, "has an enum")?;
    let mut fields = Vec::new();
    for descriptor in &descriptor.field {
        fields.push(field(descriptor, package).map_err(|reason| format!("{name}.{reason}"))?);
    }
    fields.sort_by_key(|field| field.number);
    Ok(Message { name: name.to_owned(), fields })
}

fn field(descriptor: &FieldDescriptorProto, package: &str) -> Result<Field, String> {
    let name = descriptor.name();
    let ty = field_type(descriptor, package)?;
    let repeated = descriptor.label() == Label::Repeated;
    let packable = matches!(&ty, FieldType::Scalar(scalar) if !matches!(*scalar, "String" | "Bytes"));
    let unpacked = descriptor.options.as_ref().is_some_and(|options| options.packed == Some(false));
    refuse(repeated && packable && unpacked, name, "is repeated and not packed")?;
    let number = u32::try_from(descriptor.number()).map_err(|_| format!("{name} has a negative number"))?;
    Ok(Field { number, name: name.to_owned(), ty, repeated, packed: repeated && packable })
}

fn field_type(descriptor: &FieldDescriptorProto, package: &str) -> Result<FieldType, String> {
    let scalar = match descriptor.r#type() {
        Type::Uint32 => "Uint32",
        Type::Uint64 => "Uint64",
        Type::Sint64 => "Sint64",
        Type::Bool => "Bool",
        Type::Double => "Double",
        Type::Fixed32 => "Fixed32",
        Type::String => "String",
        Type::Bytes => "Bytes",
        Type::Message => return message_type(descriptor, package),
        other => return Err(format!("{} has a type outside the list: {}", descriptor.name(), other.as_str_name())),
    };
    Ok(FieldType::Scalar(scalar))
}

fn message_type(descriptor: &FieldDescriptorProto, package: &str) -> Result<FieldType, String> {
    descriptor
        .type_name()
        .strip_prefix(&format!(".{package}."))
        .map(|name| FieldType::Message(name.to_owned()))
        .ok_or_else(|| format!("{} is a message of another package", descriptor.name()))
}

/// Follows the message fields of `current`; `path` holds the messages that led to it.
fn check_recursion<'a>(all: &'a [Message], current: &'a Message, path: &mut Vec<&'a str>) -> Result<(), String> {
    refuse(path.contains(&current.name.as_str()), &current.name, "contains itself")?;
    path.push(&current.name);
    for field in &current.fields {
        if let FieldType::Message(name) = &field.ty {
            let next = all.iter().find(|message| message.name == *name);
            check_recursion(all, next.ok_or_else(|| format!("{name} is not defined"))?, path)?;
        }
    }
    path.pop();
    Ok(())
}

fn refuse(broken: bool, name: &str, what: &str) -> Result<(), String> {
    if broken { Err(format!("{name} {what}")) } else { Ok(()) }
}
