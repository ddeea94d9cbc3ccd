//! Bounds of a column, in the row groups and in the pages of a row group.

use std::sync::Arc;

use arrow_array::{new_null_array, Array, ArrayRef, Int64Array, StructArray};
use arrow_array::UInt64Array;
use arrow_data::transform::MutableArrayData;
use arrow_schema::{DataType, Field, Fields};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::file::metadata::RowGroupMetaData;

use crate::guard::reading;
use crate::reader::File;

/// The lower and upper bound, numbers of nulls and of rows; each null where nothing is known.
struct Bounds {
    minima: ArrayRef,
    maxima: ArrayRef,
    nulls: Int64Array,
    rows: Int64Array,
}

/// Whether bounds say nothing of a row group: those that an old writer compared as signed numbers.
fn is_unknown(kind: &DataType, group: &RowGroupMetaData, leaf: usize) -> bool {
    let is_signed = matches!(
        kind,
        DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::Date32
            | DataType::Timestamp(_, _)
    );
    match group.column(leaf).statistics() {
        None => true,
        Some(statistics) => statistics.is_min_max_deprecated() && !is_signed,
    }
}

/// Whether there may be NaN among numbers that no upper bound counts, which sorts after all others.
fn may_hide_nan(kind: &DataType, count: Option<u64>) -> bool {
    kind.is_floating() && count != Some(0)
}

/// Returns the values with nulls where `unknown` is set.
fn without(values: &ArrayRef, unknown: &[bool]) -> Result<ArrayRef, String> {
    let data = values.to_data();
    let nulls = new_null_array(values.data_type(), 1).to_data();
    let mut made = MutableArrayData::new(vec![&data, &nulls], true, values.len());
    for row in 0..values.len() {
        let (from, at) = if unknown[row] { (1, 0) } else { (0, row) };
        made.try_extend(from, at, at + 1).map_err(|error| error.to_string())?;
    }
    Ok(arrow_array::make_array(made.freeze()))
}

fn signed(counts: &UInt64Array) -> Int64Array {
    counts.iter().map(|count| count.and_then(|count| i64::try_from(count).ok())).collect()
}

fn packed(field: &Field, bounds: Bounds) -> Result<StructArray, String> {
    let fields = Fields::from(vec![
        Field::new("minimum", bounds.minima.data_type().clone(), true),
        Field::new("maximum", bounds.maxima.data_type().clone(), true),
        Field::new("nulls", DataType::Int64, true),
        Field::new("rows", DataType::Int64, true),
    ]);
    let columns: Vec<ArrayRef> =
        vec![bounds.minima, bounds.maxima, Arc::new(bounds.nulls), Arc::new(bounds.rows)];
    StructArray::try_new(fields, columns, None)
        .map_err(|error| format!("column '{}': {error}", field.name()))
}

/// Returns a struct of minimum, maximum, nulls and rows with a row for each row group, or, of one
/// row group, for each page of the column. None where nothing is known: of a column that is nested,
/// or that has no index of pages.
pub fn bounds(file: &File, column: usize, of: Option<usize>) -> Result<Option<StructArray>, String> {
    let metadata = file.metadata.metadata();
    let schema = file.metadata.schema();
    let file_schema = file.metadata.parquet_schema();
    let Some(field) = schema.fields().get(column) else {
        return Err("no such column".to_string());
    };
    let kind = match field.data_type() {
        DataType::Dictionary(_, value) => value.as_ref(),
        other => other,
    };
    if kind.is_nested() {
        return Ok(None);
    }
    // By its place, because names may repeat.
    let leaf = (0..file_schema.num_columns()).find(|leaf| {
        file_schema.get_column_root_idx(*leaf) == column
    });
    let Some(leaf) = leaf else {
        return Ok(None);
    };
    let converter = StatisticsConverter::from_column_index(leaf, field, file_schema)
        .map_err(|error| reading(&error))?
        .with_missing_null_counts_as_zero(false);
    let groups = metadata.row_groups();
    let text = |error| reading(&error);
    let Some(group) = of else {
        let unknown: Vec<bool> =
            groups.iter().map(|group| is_unknown(kind, group, leaf)).collect();
        let nans = converter.row_group_nan_counts(groups).map_err(text)?;
        let hides: Vec<bool> = (0..groups.len())
            .map(|at| unknown[at] || may_hide_nan(kind, nans.is_valid(at).then(|| nans.value(at))))
            .collect();
        let minima = converter.row_group_mins(groups).map_err(text)?;
        let maxima = converter.row_group_maxes(groups).map_err(text)?;
        let rows = groups.iter().map(|group| Some(group.num_rows())).collect();
        let nulls = converter.row_group_null_counts(groups).map_err(text)?;
        let known = Bounds {
            minima: without(&minima, &unknown)?,
            maxima: without(&maxima, &hides)?,
            nulls: signed(&nulls),
            rows,
        };
        return packed(field, known).map(Some);
    };
    if group >= groups.len() {
        return Err("no such row group".to_string());
    }
    let Some(index) = metadata.page_index().map(|index| index.as_ref()) else {
        return Ok(None);
    };
    let has_both = index.column_index(group, leaf).is_some();
    let Some(offsets) = index.offset_index(group, leaf).filter(|_| has_both) else {
        return Ok(None);
    };
    let mut begins: Vec<i64> =
        offsets.page_locations().iter().map(|page| page.first_row_index).collect();
    begins.push(groups[group].num_rows());
    if begins[0] != 0 || begins.windows(2).any(|pair| pair[0] > pair[1]) {
        return Err(format!("is damaged: row group {group}: its pages are not in order"));
    }
    let rows: Int64Array = begins.windows(2).map(|pair| Some(pair[1] - pair[0])).collect();
    let minima = converter.data_page_mins(index, &[group]).map_err(text)?;
    let maxima = converter.data_page_maxes(index, &[group]).map_err(text)?;
    let nulls = converter.data_page_null_counts(index, &[group]).map_err(text)?;
    if minima.len() != rows.len() || maxima.len() != rows.len() || nulls.len() != rows.len() {
        return Ok(None);
    }
    let nans = converter.data_page_nan_counts(index, &[group]).map_err(text)?;
    let hides: Vec<bool> = (0..rows.len())
        .map(|at| {
            let is_known = at < nans.len() && nans.is_valid(at);
            may_hide_nan(kind, is_known.then(|| nans.value(at)))
        })
        .collect();
    let maxima = without(&maxima, &hides)?;
    packed(field, Bounds { minima, maxima, nulls: signed(&nulls), rows }).map(Some)
}
