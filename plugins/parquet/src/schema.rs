//! The types that columns of a file are read as.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Schema, TimeUnit};
use parquet::basic::Type as Physical;
use parquet::schema::types::SchemaDescriptor;

/// Changes types to those that Penstock has: views become plain, small decimals 128 bits wide, and
/// INT96 microseconds, because its nanoseconds would wrap around in the years that it is used for.
struct Change<'a> {
    file: &'a SchemaDescriptor,
    leaf: usize,
    is_other: bool,
}

impl Change<'_> {
    fn field(&mut self, field: &FieldRef) -> FieldRef {
        let kind = self.data_type(field.data_type());
        if &kind == field.data_type() {
            return field.clone();
        }
        self.is_other = true;
        Arc::new(field.as_ref().clone().with_data_type(kind))
    }

    fn data_type(&mut self, kind: &DataType) -> DataType {
        match kind {
            DataType::Struct(fields) => {
                DataType::Struct(fields.iter().map(|field| self.field(field)).collect())
            }
            DataType::List(item) => DataType::List(self.field(item)),
            DataType::LargeList(item) => DataType::LargeList(self.field(item)),
            DataType::ListView(item) => DataType::List(self.field(item)),
            DataType::LargeListView(item) => DataType::LargeList(self.field(item)),
            DataType::FixedSizeList(item, size) => {
                DataType::FixedSizeList(self.field(item), *size)
            }
            DataType::Map(entries, sorted) => DataType::Map(self.field(entries), *sorted),
            leaf => {
                let is_int96 = self.leaf < self.file.num_columns()
                    && self.file.column(self.leaf).physical_type() == Physical::INT96;
                self.leaf += 1;
                match leaf {
                    DataType::Timestamp(_, zone) if is_int96 => {
                        DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
                    }
                    DataType::Utf8View => DataType::Utf8,
                    DataType::BinaryView => DataType::Binary,
                    DataType::Decimal32(precision, scale)
                    | DataType::Decimal64(precision, scale) => {
                        DataType::Decimal128(*precision, *scale)
                    }
                    DataType::RunEndEncoded(_, values) => values.data_type().clone(),
                    other => other.clone(),
                }
            }
        }
    }
}

/// Returns the schema to read by, if it is not the one that the file suggests.
pub fn changed(suggested: &Schema, file: &SchemaDescriptor) -> Option<Schema> {
    let mut change = Change { file, leaf: 0, is_other: false };
    let fields: Vec<FieldRef> =
        suggested.fields().iter().map(|field| change.field(field)).collect();
    change
        .is_other
        .then(|| Schema::new_with_metadata(fields, suggested.metadata().clone()))
}

/// Returns the fields by themselves, each in a schema, for errors that name a column.
pub fn alone(field: &Field) -> Schema {
    Schema::new(vec![field.clone()])
}
