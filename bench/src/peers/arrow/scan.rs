//! Columns as events.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayAccessor, ListArray, RecordBatch, StringArray, TypedDictionaryArray};

use crate::error::Error;
use crate::visit::{Head, View, Visit};

type Dictionary<'a> = TypedDictionaryArray<'a, UInt16Type, StringArray>;

fn bad() -> Error {
    Error::library("another schema")
}

/// A dictionary of texts.
fn dictionary(array: Option<&dyn Array>) -> Result<Dictionary<'_>, Error> {
    let array = array.and_then(|array| array.as_dictionary_opt::<UInt16Type>());
    array.and_then(|array| array.downcast_dict()).ok_or_else(bad)
}

/// Shows every field of every row.
pub(super) fn scan(batch: &RecordBatch, visit: &mut impl Visit) -> Result<(), Error> {
    let column = |name: &str| batch.column_by_name(name).map(AsRef::as_ref);
    let dict = |name: &str| dictionary(column(name));
    let long = |name: &str| column(name).and_then(|array| array.as_primitive_opt::<UInt64Type>()).ok_or_else(bad);
    let list = |name: &str| column(name).and_then(|array| array.as_list_opt::<i32>()).ok_or_else(bad);

    let id = column("id").and_then(|array| array.as_fixed_size_binary_opt()).ok_or_else(bad)?;
    let (sequence, t_us, duration_us) = (long("sequence")?, long("t_us")?, long("duration_us")?);
    let (tenant, thread, node) = (dict("tenant")?, dict("thread")?, dict("node")?);
    let (name, model) = (dict("name")?, dict("model")?);
    let r#type = column("type").and_then(|array| array.as_primitive_opt::<UInt8Type>()).ok_or_else(bad)?;
    let index = column("index").and_then(|array| array.as_primitive_opt::<UInt32Type>()).ok_or_else(bad)?;
    let text = column("text").and_then(|array| array.as_string_opt::<i32>()).ok_or_else(bad)?;
    let last = column("last").and_then(|array| array.as_boolean_opt()).ok_or_else(bad)?;
    let (metrics, ops) = (Metrics::of(list("metrics")?)?, Operations::of(list("ops")?)?);

    for row in 0..batch.num_rows() {
        visit.id(id.value(row));
        let head = Head {
            sequence: sequence.value(row),
            t_us: t_us.value(row),
            tenant: tenant.value(row),
            thread: thread.value(row),
            node: node.value(row),
        };
        let (name, model, text, duration_us) =
            (name.value(row), model.value(row), text.value(row), duration_us.value(row));
        match r#type.value(row) {
            1 => visit.event(head, View::GraphStart),
            2 => visit.event(head, View::GraphEnd),
            3 => visit.event(head, View::NodeStart),
            4 => visit.event(head, View::NodeEnd { duration_us }),
            5 => {
                let (index, last) = (index.value(row), last.value(row));
                visit.event(head, View::Token { request: name, model, index, text, last });
            }
            6 => visit.event(head, View::ToolCall { call: name, tool: model, arguments: text }),
            7 => visit.event(head, View::ToolResult { call: name, tool: model, result: text, duration_us }),
            8 => {
                visit.event(head, View::Metrics);
                metrics.show(row, visit);
            }
            9 => {
                visit.event(head, View::StateDiff);
                ops.show(row, visit);
            }
            _ => return Err(bad()),
        }
    }
    Ok(())
}

/// The items of a row of a list.
fn items(list: &ListArray, row: usize) -> std::ops::Range<usize> {
    let offsets = list.value_offsets();
    let at = |row: usize| offsets.get(row).and_then(|offset| usize::try_from(*offset).ok()).unwrap_or_default();
    at(row)..at(row + 1)
}

struct Metrics<'a> {
    list: &'a ListArray,
    name: Dictionary<'a>,
    int: &'a arrow_array::Int64Array,
    float: &'a arrow_array::Float64Array,
}

impl<'a> Metrics<'a> {
    fn of(list: &'a ListArray) -> Result<Self, Error> {
        let values = list.values().as_struct_opt().ok_or_else(bad)?;
        let column = |name: &str| values.column_by_name(name).map(AsRef::as_ref);
        Ok(Self {
            list,
            name: dictionary(column("name"))?,
            int: column("int").and_then(|array| array.as_primitive_opt::<Int64Type>()).ok_or_else(bad)?,
            float: column("float").and_then(|array| array.as_primitive_opt::<Float64Type>()).ok_or_else(bad)?,
        })
    }

    fn show(&self, row: usize, visit: &mut impl Visit) {
        for item in items(self.list, row) {
            let name = self.name.value(item);
            if self.float.is_valid(item) {
                visit.float(name, self.float.value(item));
            } else {
                visit.int(name, self.int.value(item));
            }
        }
    }
}

struct Operations<'a> {
    list: &'a ListArray,
    op: &'a arrow_array::UInt8Array,
    path: Dictionary<'a>,
    from: Dictionary<'a>,
    value: &'a StringArray,
}

impl<'a> Operations<'a> {
    fn of(list: &'a ListArray) -> Result<Self, Error> {
        let values = list.values().as_struct_opt().ok_or_else(bad)?;
        let column = |name: &str| values.column_by_name(name).map(AsRef::as_ref);
        Ok(Self {
            list,
            op: column("op").and_then(|array| array.as_primitive_opt::<UInt8Type>()).ok_or_else(bad)?,
            path: dictionary(column("path"))?,
            from: dictionary(column("from"))?,
            value: column("value").and_then(|array| array.as_string_opt::<i32>()).ok_or_else(bad)?,
        })
    }

    fn show(&self, row: usize, visit: &mut impl Visit) {
        for item in items(self.list, row) {
            let (path, from) = (self.path.value(item), self.from.value(item));
            visit.op(u32::from(self.op.value(item)), path, from, self.value.value(item));
        }
    }
}
