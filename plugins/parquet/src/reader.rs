//! Reading: a file's footer, and streams of its row groups.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_schema::{DataType, FieldRef, Schema};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::arrow::ProjectionMask;
use parquet::basic::{Encoding, PageType};
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaDataReader};
use parquet::file::reader::ChunkReader;

use crate::footer::{check_footer, MOST_FOOTER_BYTES};
use crate::guard::reading;
use crate::schema;
use crate::source::Source;
use crate::stream::stream_of;

/// The footer's length and the magic bytes behind it.
const TAIL_BYTES: u64 = 8;
const MAGIC: &[u8] = b"PAR1";
const ENCRYPTED_MAGIC: &[u8] = b"PARE";

/// An open file.
pub struct File {
    pub source: Source,
    pub metadata: ArrowReaderMetadata,
}

/// struct ParquetRowRange: rows of the chosen row groups.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RowRange {
    pub begin: i64,
    pub end: i64,
}

/// What is read of a file: indices of columns and row groups.
pub struct Wanted<'a> {
    pub columns: &'a [i32],
    pub row_groups: &'a [i32],
    pub ranges: Option<&'a [RowRange]>,
    pub batch_rows: usize,
}

fn check_tail(source: &Source) -> Result<(), String> {
    let damaged = |what: &str| Err(format!("is damaged: {what}"));
    let size = source.size as u64;
    if size < TAIL_BYTES + MAGIC.len() as u64 {
        return damaged("it is too short for Parquet");
    }
    let tail =
        source.get_bytes(size - TAIL_BYTES, TAIL_BYTES as usize).map_err(|error| reading(&error))?;
    if &tail[4..] == ENCRYPTED_MAGIC {
        return Err("is encrypted, which is not supported".to_string());
    }
    if &tail[4..] != MAGIC {
        return damaged("its end is not that of a Parquet file; was it cut?");
    }
    let length = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if length > MOST_FOOTER_BYTES {
        return Err(format!("has a footer of {length} bytes, more than {MOST_FOOTER_BYTES}"));
    }
    if length + TAIL_BYTES + MAGIC.len() as u64 > size {
        return damaged("its footer is longer than the file");
    }
    let footer = source
        .get_bytes(size - TAIL_BYTES - length, length as usize)
        .map_err(|error| reading(&error))?;
    check_footer(&footer)
}

/// Refuses numbers of rows and places that no file can have, before anything is computed of them.
fn check_row_groups(file: &File) -> Result<(), String> {
    let metadata = file.metadata.metadata();
    let mut rows = 0i64;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let damaged = |what: &str| Err(format!("is damaged: row group {number}: {what}"));
        if group.num_rows() < 0 {
            return damaged("it has less than no rows");
        }
        let Some(sum) = rows.checked_add(group.num_rows()) else {
            return damaged("it has too many rows");
        };
        rows = sum;
        for column in group.columns() {
            let begin = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
            let begin = begin.min(column.data_page_offset());
            let end = begin.checked_add(column.compressed_size());
            let is_inside = begin >= 0
                && column.compressed_size() >= 0
                && end.is_some_and(|end| end <= file.source.size);
            if !is_inside {
                return damaged("a column lies outside of the file");
            }
            let is_flat = column.column_descr().max_rep_level() == 0;
            if is_flat && column.num_values() != group.num_rows() {
                return damaged("a column has another number of rows");
            }
        }
    }
    if rows != metadata.file_metadata().num_rows() {
        return Err("is damaged: its row groups have not as many rows as it states".to_string());
    }
    Ok(())
}

impl File {
    /// Reads the footer, and the index of pages when it is asked for.
    pub fn open(source: Source, with_pages: bool) -> Result<File, String> {
        check_tail(&source)?;
        let policy =
            if with_pages { PageIndexPolicy::Optional } else { PageIndexPolicy::Skip };
        let metadata = ParquetMetaDataReader::new()
            .with_page_index_policy(policy)
            .parse_and_finish(&source)
            .map_err(|error| reading(&error))?;
        let metadata = Arc::new(metadata);
        let suggested =
            ArrowReaderMetadata::try_new(metadata.clone(), ArrowReaderOptions::new())
                .map_err(|error| reading(&error))?;
        let chosen = match schema::changed(suggested.schema(), metadata.file_metadata()) {
            None => suggested,
            Some(schema) => ArrowReaderMetadata::try_new(
                metadata,
                ArrowReaderOptions::new().with_schema(Arc::new(schema)),
            )
            .map_err(|error| reading(&error))?,
        };
        let file = File { source, metadata: chosen };
        check_row_groups(&file)?;
        Ok(file)
    }

    /// Returns a stream of the wanted rows, with the columns in the order of the file.
    pub fn read(&self, wanted: &Wanted) -> Result<FFI_ArrowArrayStream, String> {
        let columns = self.metadata.schema().fields().len();
        let groups = self.metadata.metadata().num_row_groups();
        let mut roots = Vec::new();
        for column in wanted.columns {
            roots.push(usize::try_from(*column).ok().filter(|at| *at < columns).ok_or("column")?);
        }
        let mut chosen = Vec::new();
        for group in wanted.row_groups {
            chosen.push(usize::try_from(*group).ok().filter(|at| *at < groups).ok_or("row group")?);
        }
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), roots);
        let rows: i64 =
            chosen.iter().map(|at| self.metadata.metadata().row_group(*at).num_rows()).sum();
        let schema = encoded(self, &chosen);
        let metadata = match schema {
            None => self.metadata.clone(),
            Some(schema) => ArrowReaderMetadata::try_new(
                self.metadata.metadata().clone(),
                ArrowReaderOptions::new().with_schema(Arc::new(schema)),
            )
            .map_err(|error| reading(&error))?,
        };
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.source, metadata)
                .with_batch_size(wanted.batch_rows)
                .with_projection(mask)
                .with_row_groups(chosen);
        if let Some(ranges) = wanted.ranges {
            let ranges = ranges.iter().map(|range| range.begin as usize..range.end as usize);
            let selection = RowSelection::from_consecutive_ranges(ranges, rows as usize);
            builder = builder.with_row_selection(selection);
        }
        let reader = builder.build().map_err(|error| reading(&error))?;
        Ok(stream_of(reader))
    }
}

/// Bytes, as stored, of a dictionary that is worth being passed on with each batch.
const SMALL_DICTIONARY_BYTES: i64 = 4096;

/// Whether all values of a column of text refer to a small dictionary.
fn has_small_dictionary(column: &ColumnChunkMetaData) -> bool {
    let is_dictionary = |encoding: Encoding| {
        encoding == Encoding::RLE_DICTIONARY || encoding == Encoding::PLAIN_DICTIONARY
    };
    let is_encoded = match (column.page_encoding_stats_mask(), column.page_encoding_stats()) {
        (Some(mask), _) => mask.encodings().all(is_dictionary),
        (None, Some(stats)) => stats
            .iter()
            .filter(|pages| pages.page_type != PageType::DICTIONARY_PAGE)
            .all(|pages| is_dictionary(pages.encoding)),
        (None, None) => false,
    };
    let size = column
        .dictionary_page_offset()
        .map(|begin| column.data_page_offset().saturating_sub(begin));
    is_encoded && size.is_some_and(|size| (1..=SMALL_DICTIONARY_BYTES).contains(&size))
}

/// Returns the schema by which columns of text stay dictionaries where the row groups have them as
/// such; None for no column. The caller makes texts of them, twice as fast as the crate does.
fn encoded(file: &File, row_groups: &[usize]) -> Option<Schema> {
    let metadata = file.metadata.metadata();
    let file_schema = file.metadata.parquet_schema();
    let mut fields: Vec<FieldRef> = file.metadata.schema().fields().iter().cloned().collect();
    let mut is_other = false;
    for leaf in 0..file_schema.num_columns() {
        let field = &mut fields[file_schema.get_column_root_idx(leaf)];
        let is_encoded = field.data_type() == &DataType::Utf8
            && row_groups.iter().all(|at| has_small_dictionary(metadata.row_group(*at).column(leaf)));
        if is_encoded {
            let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            *field = Arc::new(field.as_ref().clone().with_data_type(kind));
            is_other = true;
        }
    }
    is_other.then(|| Schema::new_with_metadata(fields, file.metadata.schema().metadata().clone()))
}
