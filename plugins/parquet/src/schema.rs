//! The types that columns of a file are read as.

use std::sync::Arc;

use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::root_as_message;
use arrow_schema::{DataType, Field, FieldRef, Schema, TimeUnit};
use base64::prelude::{Engine, BASE64_STANDARD};
use parquet::arrow::ARROW_SCHEMA_META_KEY;
use parquet::basic::Type as Physical;
use parquet::file::metadata::FileMetaData;
use parquet::schema::types::SchemaDescriptor;

/// Changes types to those that Penstock has: views become plain, small decimals 128 bits wide, and
/// INT96 microseconds, because its nanoseconds would wrap around in the years that it is used for.
/// Times have the zone of Arrow's schema also where their unit is another one, as seconds are stored
/// as milliseconds; the crate then leaves it out.
struct Change<'a> {
    file: &'a SchemaDescriptor,
    zones: Vec<Option<Arc<str>>>,
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
                    DataType::Timestamp(unit, Some(zone)) => {
                        let other = self.zones.get(self.leaf - 1).cloned().flatten();
                        DataType::Timestamp(*unit, other.or_else(|| Some(zone.clone())))
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

/// Adds the zone of each leaf of a type.
fn add_zones(kind: &DataType, zones: &mut Vec<Option<Arc<str>>>) {
    match kind {
        DataType::Struct(fields) => {
            fields.iter().for_each(|field| add_zones(field.data_type(), zones))
        }
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => add_zones(item.data_type(), zones),
        DataType::Timestamp(_, zone) => zones.push(zone.clone()),
        _ => zones.push(None),
    }
}

/// Returns the zones of the leaves of the schema that an Arrow library has left in the file; empty
/// where there is none that fits.
fn stored_zones(metadata: &FileMetaData) -> Vec<Option<Arc<str>>> {
    let stored = metadata.key_value_metadata().and_then(|pairs| {
        pairs.iter().find(|pair| pair.key == ARROW_SCHEMA_META_KEY)?.value.as_ref()
    });
    let Some(bytes) = stored.and_then(|text| BASE64_STANDARD.decode(text).ok()) else {
        return Vec::new();
    };
    // Messages of later versions of Arrow have a mark and their length in front.
    let message = bytes.strip_prefix(&[0xff; 4]).and_then(|rest| rest.get(4..)).unwrap_or(&bytes);
    let schema = root_as_message(message)
        .ok()
        .and_then(|message| message.header_as_schema())
        .and_then(|schema| try_fb_to_schema(schema).ok());
    let mut zones = Vec::new();
    for field in schema.iter().flat_map(|schema| schema.fields().iter()) {
        add_zones(field.data_type(), &mut zones);
    }
    if zones.len() != metadata.schema_descr().num_columns() {
        zones.clear();
    }
    zones
}

/// Returns the schema to read by, if it is not the one that the file suggests.
pub fn changed(suggested: &Schema, metadata: &FileMetaData) -> Option<Schema> {
    let file = metadata.schema_descr();
    let mut change = Change { file, zones: stored_zones(metadata), leaf: 0, is_other: false };
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
