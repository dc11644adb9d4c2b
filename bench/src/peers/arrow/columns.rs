//! Events as columns.

use std::sync::{Arc, LazyLock};

use arrow_array::builder::{
    BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, Int64Builder, StringBuilder, StringDictionaryBuilder,
    UInt8Builder, UInt32Builder, UInt64Builder,
};
use arrow_array::types::UInt16Type;
use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};

use crate::error::Error;
use crate::event::{Event, What};

/// Dictionaries of the schema.
pub(super) const DICTIONARIES: usize = 8;

/// A column that an event does not need is 0 or empty. `name` is a request or call, `model` a model or tool, `text` the
/// text of a token, the arguments of a call or its result: columns that no event shares would make the batch larger.
pub(super) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let list = |name: &str, fields: &Fields| Field::new(name, DataType::List(item(fields)), false);
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::FixedSizeBinary(16), false),
        Field::new("sequence", DataType::UInt64, false),
        Field::new("t_us", DataType::UInt64, false),
        Field::new("tenant", dictionary(), false),
        Field::new("thread", dictionary(), false),
        Field::new("node", dictionary(), false),
        Field::new("type", DataType::UInt8, false),
        Field::new("name", dictionary(), false),
        Field::new("model", dictionary(), false),
        Field::new("index", DataType::UInt32, false),
        Field::new("text", DataType::Utf8, false),
        Field::new("last", DataType::Boolean, false),
        Field::new("duration_us", DataType::UInt64, false),
        list("metrics", &METRIC),
        list("ops", &OPERATION),
    ]))
});

/// A number is whole where it has no `float`.
static METRIC: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("name", dictionary(), false),
        Field::new("int", DataType::Int64, false),
        Field::new("float", DataType::Float64, true),
    ])
});

static OPERATION: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("op", DataType::UInt8, false),
        Field::new("path", dictionary(), false),
        Field::new("from", dictionary(), false),
        Field::new("value", DataType::Utf8, false),
    ])
});

fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8))
}

fn item(fields: &Fields) -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(fields.clone()), false))
}

/// The columns of a batch that is being filled.
pub(super) struct Columns {
    id: FixedSizeBinaryBuilder,
    sequence: UInt64Builder,
    t_us: UInt64Builder,
    tenant: StringDictionaryBuilder<UInt16Type>,
    thread: StringDictionaryBuilder<UInt16Type>,
    node: StringDictionaryBuilder<UInt16Type>,
    r#type: UInt8Builder,
    name: StringDictionaryBuilder<UInt16Type>,
    model: StringDictionaryBuilder<UInt16Type>,
    index: UInt32Builder,
    text: StringBuilder,
    last: BooleanBuilder,
    duration_us: UInt64Builder,
    metrics: Metrics,
    ops: Operations,
}

#[derive(Default)]
struct Metrics {
    ends: Vec<i32>,
    name: StringDictionaryBuilder<UInt16Type>,
    int: Int64Builder,
    float: Float64Builder,
}

#[derive(Default)]
struct Operations {
    ends: Vec<i32>,
    op: UInt8Builder,
    path: StringDictionaryBuilder<UInt16Type>,
    from: StringDictionaryBuilder<UInt16Type>,
    value: StringBuilder,
}

/// The columns that only some events need.
#[derive(Default)]
struct Rest<'e> {
    r#type: u8,
    name: &'e str,
    model: &'e str,
    index: u32,
    text: &'e str,
    last: bool,
    duration_us: u64,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            id: FixedSizeBinaryBuilder::new(16),
            sequence: UInt64Builder::new(),
            t_us: UInt64Builder::new(),
            tenant: StringDictionaryBuilder::new(),
            thread: StringDictionaryBuilder::new(),
            node: StringDictionaryBuilder::new(),
            r#type: UInt8Builder::new(),
            name: StringDictionaryBuilder::new(),
            model: StringDictionaryBuilder::new(),
            index: UInt32Builder::new(),
            text: StringBuilder::new(),
            last: BooleanBuilder::new(),
            duration_us: UInt64Builder::new(),
            metrics: Metrics::default(),
            ops: Operations::default(),
        }
    }
}

impl<'e> From<&'e What> for Rest<'e> {
    fn from(what: &'e What) -> Self {
        match what {
            What::GraphStart => Self { r#type: 1, ..Self::default() },
            What::GraphEnd => Self { r#type: 2, ..Self::default() },
            What::NodeStart => Self { r#type: 3, ..Self::default() },
            What::NodeEnd { duration_us } => Self { r#type: 4, duration_us: *duration_us, ..Self::default() },
            What::Token { request, model, index, text, last } => {
                Self { r#type: 5, name: request, model, index: *index, text, last: *last, duration_us: 0 }
            }
            What::ToolCall { call, tool, arguments } => {
                Self { r#type: 6, name: call, model: tool, text: arguments, ..Self::default() }
            }
            What::ToolResult { call, tool, result, duration_us } => {
                Self { r#type: 7, name: call, model: tool, text: result, duration_us: *duration_us, ..Self::default() }
            }
            What::Metrics { .. } => Self { r#type: 8, ..Self::default() },
            What::StateDiff { .. } => Self { r#type: 9, ..Self::default() },
        }
    }
}

impl Columns {
    /// Adds an event.
    pub(super) fn push(&mut self, event: &Event) -> Result<(), Error> {
        let rest = Rest::from(&event.what);
        self.push_columns(event, &rest).map_err(Error::library)?;
        match &event.what {
            What::Metrics { ints, floats } => self.metrics.push(ints, floats).map_err(Error::library)?,
            What::StateDiff { ops } => self.ops.push(ops).map_err(Error::library)?,
            _ => {}
        }
        self.metrics.ends.push(end(self.metrics.int.values_slice().len())?);
        self.ops.ends.push(end(self.ops.op.values_slice().len())?);
        Ok(())
    }

    fn push_columns(&mut self, event: &Event, rest: &Rest<'_>) -> Result<(), ArrowError> {
        self.id.append_value(event.id)?;
        self.sequence.append_value(event.sequence);
        self.t_us.append_value(event.t_us);
        self.tenant.append(&event.tenant)?;
        self.thread.append(&event.thread)?;
        self.node.append(&event.node)?;
        self.r#type.append_value(rest.r#type);
        self.name.append(rest.name)?;
        self.model.append(rest.model)?;
        self.index.append_value(rest.index);
        self.text.append_value(rest.text);
        self.last.append_value(rest.last);
        self.duration_us.append_value(rest.duration_us);
        Ok(())
    }

    /// The batch; the columns are then empty again.
    pub(super) fn finish(&mut self) -> Result<RecordBatch, Error> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.id.finish()),
            Arc::new(self.sequence.finish()),
            Arc::new(self.t_us.finish()),
            Arc::new(self.tenant.finish()),
            Arc::new(self.thread.finish()),
            Arc::new(self.node.finish()),
            Arc::new(self.r#type.finish()),
            Arc::new(self.name.finish()),
            Arc::new(self.model.finish()),
            Arc::new(self.index.finish()),
            Arc::new(self.text.finish()),
            Arc::new(self.last.finish()),
            Arc::new(self.duration_us.finish()),
            Arc::new(self.metrics.finish().map_err(Error::library)?),
            Arc::new(self.ops.finish().map_err(Error::library)?),
        ];
        RecordBatch::try_new(SCHEMA.clone(), columns).map_err(Error::library)
    }
}

fn end(len: usize) -> Result<i32, Error> {
    i32::try_from(len).map_err(Error::library)
}

impl Metrics {
    fn push(&mut self, ints: &[(String, i64)], floats: &[(String, f64)]) -> Result<(), ArrowError> {
        for (name, value) in ints {
            self.name.append(name)?;
            self.int.append_value(*value);
            self.float.append_null();
        }
        for (name, value) in floats {
            self.name.append(name)?;
            self.int.append_value(0);
            self.float.append_value(*value);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ListArray, ArrowError> {
        let columns: Vec<ArrayRef> =
            vec![Arc::new(self.name.finish()), Arc::new(self.int.finish()), Arc::new(self.float.finish())];
        list(&METRIC, columns, &mut self.ends)
    }
}

impl Operations {
    fn push(&mut self, ops: &[crate::event::Op]) -> Result<(), ArrowError> {
        for op in ops {
            self.op.append_value(u8::try_from(op.op).unwrap_or_default());
            self.path.append(&op.path)?;
            self.from.append(&op.from)?;
            self.value.append_value(&op.value);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ListArray, ArrowError> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.op.finish()),
            Arc::new(self.path.finish()),
            Arc::new(self.from.finish()),
            Arc::new(self.value.finish()),
        ];
        list(&OPERATION, columns, &mut self.ends)
    }
}

fn list(fields: &Fields, columns: Vec<ArrayRef>, ends: &mut Vec<i32>) -> Result<ListArray, ArrowError> {
    let offsets: Vec<i32> = std::iter::once(0).chain(ends.drain(..)).collect();
    let values = StructArray::try_new(fields.clone(), columns, None)?;
    ListArray::try_new(item(fields), OffsetBuffer::new(ScalarBuffer::from(offsets)), Arc::new(values), None)
}
