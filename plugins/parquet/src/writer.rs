//! Writing.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use arrow_array::ffi::{from_ffi_and_data_type, FFI_ArrowArray};
use arrow_array::{RecordBatch, StructArray};
use arrow_schema::{DataType, Schema, SchemaRef};
use parquet::arrow::arrow_writer::ArrowWriter;
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::guard::writing;
use crate::schema;
use crate::source::Sink;

/// struct ParquetWriteLimits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WriteOptions {
    pub compression: i32,
    pub row_group_rows: i64,
    pub row_group_bytes: i64,
}

/// A writer holds a page and a dictionary of each column, however small its row groups are: 256 of
/// them, in 16 files, are more than the rows.
const PAGES_OF_ROW_GROUP: usize = 64;
const LEAST_PAGE_BYTES: usize = 32 << 10;
const MOST_PAGE_BYTES: usize = 1 << 20;

pub struct Writer {
    schema: SchemaRef,
    writer: Option<ArrowWriter<Sink>>,
}

fn compression_of(code: i32) -> Result<Compression, String> {
    Ok(match code {
        0 => Compression::UNCOMPRESSED,
        1 => Compression::SNAPPY,
        2 => Compression::ZSTD(ZstdLevel::try_new(1).map_err(|error| writing(&error))?),
        3 => Compression::LZ4_RAW,
        4 => Compression::GZIP(GzipLevel::default()),
        5 => Compression::BROTLI(BrotliLevel::default()),
        _ => return Err(format!("unknown compression {code}")),
    })
}

/// Refuses a type that the format, or its writer, does not have, and names its column.
fn check_types(schema: &Schema) -> Result<(), String> {
    for field in schema.fields() {
        let alone = schema::alone(field);
        let converted = catch_unwind(AssertUnwindSafe(|| {
            ArrowSchemaConverter::new().convert(&alone).map_err(|error| writing(&error))
        }));
        let reason = match converted {
            Ok(Ok(_)) if !is_refused(field.data_type()) => continue,
            Ok(Err(reason)) => format!(" ({reason})"),
            _ => String::new(),
        };
        return Err(format!("column '{}': Parquet cannot represent its type{reason}", field.name()));
    }
    Ok(())
}

/// Types whose schema the crate converts, but whose values it does not write.
fn is_refused(kind: &DataType) -> bool {
    match kind {
        DataType::Interval(arrow_schema::IntervalUnit::MonthDayNano) => true,
        DataType::Union(_, _) | DataType::FixedSizeBinary(0) => true,
        DataType::Struct(fields) => fields.iter().any(|field| is_refused(field.data_type())),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => is_refused(item.data_type()),
        DataType::Dictionary(_, value) => value.is_nested() || is_refused(value),
        _ => false,
    }
}

impl Writer {
    pub fn open(sink: Sink, schema: Schema, options: &WriteOptions) -> Result<Writer, String> {
        check_types(&schema)?;
        let rows = usize::try_from(options.row_group_rows).map_err(|_| "row_group_rows")?;
        let bytes = usize::try_from(options.row_group_bytes).map_err(|_| "row_group_bytes")?;
        let page = (bytes / PAGES_OF_ROW_GROUP).clamp(LEAST_PAGE_BYTES, MOST_PAGE_BYTES);
        let properties = WriterProperties::builder()
            .set_created_by("penstock".to_string())
            .set_compression(compression_of(options.compression)?)
            .set_statistics_enabled(EnabledStatistics::Page)
            .set_max_row_group_row_count(Some(rows))
            .set_max_row_group_bytes(Some(bytes))
            .set_data_page_size_limit(page)
            .set_dictionary_page_size_limit(page)
            .build();
        let schema = Arc::new(schema);
        let writer = ArrowWriter::try_new(sink, schema.clone(), Some(properties))
            .map_err(|error| writing(&error))?;
        Ok(Writer { schema, writer: Some(writer) })
    }

    /// # Safety
    /// The array is a struct of the columns of the schema.
    pub unsafe fn write(&mut self, array: FFI_ArrowArray) -> Result<(), String> {
        let kind = DataType::Struct(self.schema.fields().clone());
        let rows = array.len();
        let data = from_ffi_and_data_type(array, kind).map_err(|error| error.to_string())?;
        let batch = if self.schema.fields().is_empty() {
            let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows));
            RecordBatch::try_new_with_options(self.schema.clone(), vec![], &options)
        } else {
            let columns = StructArray::from(data).into_parts().1;
            RecordBatch::try_new(self.schema.clone(), columns)
        };
        let batch = batch.map_err(|error| error.to_string())?;
        let writer = self.writer.as_mut().ok_or("the writer has ended")?;
        writer.write(&batch).map_err(|error| writing(&error))
    }

    pub fn finish(&mut self) -> Result<(), String> {
        let writer = self.writer.take().ok_or("the writer has ended")?;
        writer.close().map(|_| ()).map_err(|error| writing(&error))
    }
}
