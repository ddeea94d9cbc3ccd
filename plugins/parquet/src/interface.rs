//! The table of functions that the caller gets. Their contracts stand in
//! libcore/parquet/interface.h.

use std::ffi::{c_char, CString};

use arrow_array::ffi::{to_ffi, FFI_ArrowArray};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::Array;
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::Schema;

use crate::guard::{guarded, silence_panics};
use crate::memory::PADDING;
use crate::reader::{File, RowRange, Wanted};
use crate::source::{Sink, Source};
use crate::statistics::bounds;
use crate::writer::{WriteOptions, Writer};

/// Of the interface; both sides must have the same.
const VERSION: i64 = 1;

/// struct ParquetRowGroup.
#[repr(C)]
pub struct RowGroup {
    pub rows: i64,
    pub bytes: i64,
}

/// struct ParquetWanted.
#[repr(C)]
pub struct WantedRows {
    columns: *const i32,
    columns_count: i64,
    row_groups: *const i32,
    row_groups_count: i64,
    ranges: *const RowRange,
    ranges_count: i64,
    batch_rows: i64,
}

type Text = *mut *mut c_char;

/// struct ParquetInterface.
#[repr(C)]
pub struct Interface {
    version: i64,
    padding: i64,
    free_text: unsafe extern "C" fn(*mut c_char),
    open_file: unsafe extern "C" fn(*const Source, i32, *mut *mut File, Text) -> i32,
    close_file: unsafe extern "C" fn(*mut File),
    get_schema: unsafe extern "C" fn(*const File, *mut FFI_ArrowSchema, Text) -> i32,
    row_groups: unsafe extern "C" fn(*const File) -> i64,
    row_group: unsafe extern "C" fn(*const File, i64) -> RowGroup,
    bounds: unsafe extern "C" fn(
        *const File,
        i64,
        i64,
        *mut FFI_ArrowSchema,
        *mut FFI_ArrowArray,
        Text,
    ) -> i32,
    read: unsafe extern "C" fn(
        *const File,
        *const WantedRows,
        *mut FFI_ArrowArrayStream,
        Text,
    ) -> i32,
    open_writer: unsafe extern "C" fn(
        *const Sink,
        *const FFI_ArrowSchema,
        *const WriteOptions,
        *mut *mut Writer,
        Text,
    ) -> i32,
    write: unsafe extern "C" fn(*mut Writer, *mut FFI_ArrowArray, Text) -> i32,
    finish: unsafe extern "C" fn(*mut Writer, Text) -> i32,
    close_writer: unsafe extern "C" fn(*mut Writer),
}

static INTERFACE: Interface = Interface {
    version: VERSION,
    padding: PADDING as i64,
    free_text,
    open_file,
    close_file,
    get_schema,
    row_groups,
    row_group,
    bounds: get_bounds,
    read,
    open_writer,
    write,
    finish,
    close_writer,
};

/// Returns the table; the only symbol that the library exports.
#[no_mangle]
pub extern "C" fn penstock_parquet() -> *const Interface {
    silence_panics();
    &INTERFACE
}

unsafe fn slice_of<'a, T>(items: *const T, count: i64) -> &'a [T] {
    match count {
        0 => &[],
        _ => std::slice::from_raw_parts(items, count as usize),
    }
}

unsafe extern "C" fn free_text(text: *mut c_char) {
    drop(CString::from_raw(text));
}

unsafe extern "C" fn open_file(
    source: *const Source,
    with_pages: i32,
    file: *mut *mut File,
    error: Text,
) -> i32 {
    guarded(error, || {
        *file = Box::into_raw(Box::new(File::open(*source, with_pages != 0)?));
        Ok(())
    })
}

unsafe extern "C" fn close_file(file: *mut File) {
    drop(Box::from_raw(file));
}

unsafe extern "C" fn get_schema(
    file: *const File,
    schema: *mut FFI_ArrowSchema,
    error: Text,
) -> i32 {
    guarded(error, || {
        let made = FFI_ArrowSchema::try_from((*file).metadata.schema().as_ref());
        schema.write(made.map_err(|error| error.to_string())?);
        Ok(())
    })
}

unsafe extern "C" fn row_groups(file: *const File) -> i64 {
    (*file).metadata.metadata().num_row_groups() as i64
}

unsafe extern "C" fn row_group(file: *const File, at: i64) -> RowGroup {
    let group = (*file).metadata.metadata().row_group(at as usize);
    let sizes = group.columns().iter().map(|column| column.compressed_size());
    RowGroup { rows: group.num_rows(), bytes: sizes.fold(0, i64::saturating_add) }
}

unsafe extern "C" fn get_bounds(
    file: *const File,
    column: i64,
    row_group: i64,
    schema: *mut FFI_ArrowSchema,
    array: *mut FFI_ArrowArray,
    error: Text,
) -> i32 {
    guarded(error, || {
        let of = usize::try_from(row_group).ok();
        let Some(known) = bounds(&*file, column as usize, of)? else {
            // Both stay released, by which the caller knows that nothing is known.
            schema.write(FFI_ArrowSchema::empty());
            array.write(FFI_ArrowArray::empty());
            return Ok(());
        };
        let (made, kind) = to_ffi(&known.to_data()).map_err(|error| error.to_string())?;
        schema.write(kind);
        array.write(made);
        Ok(())
    })
}

unsafe extern "C" fn read(
    file: *const File,
    wanted: *const WantedRows,
    stream: *mut FFI_ArrowArrayStream,
    error: Text,
) -> i32 {
    guarded(error, || {
        let wanted = &*wanted;
        let ranges = slice_of(wanted.ranges, wanted.ranges_count);
        let rows = Wanted {
            columns: slice_of(wanted.columns, wanted.columns_count),
            row_groups: slice_of(wanted.row_groups, wanted.row_groups_count),
            ranges: (!wanted.ranges.is_null()).then_some(ranges),
            batch_rows: wanted.batch_rows as usize,
        };
        stream.write((*file).read(&rows)?);
        Ok(())
    })
}

unsafe extern "C" fn open_writer(
    sink: *const Sink,
    schema: *const FFI_ArrowSchema,
    options: *const WriteOptions,
    writer: *mut *mut Writer,
    error: Text,
) -> i32 {
    guarded(error, || {
        let schema = Schema::try_from(&*schema).map_err(|error| error.to_string())?;
        *writer = Box::into_raw(Box::new(Writer::open(*sink, schema, &*options)?));
        Ok(())
    })
}

unsafe extern "C" fn write(writer: *mut Writer, array: *mut FFI_ArrowArray, error: Text) -> i32 {
    guarded(error, || (*writer).write(FFI_ArrowArray::from_raw(array)))
}

unsafe extern "C" fn finish(writer: *mut Writer, error: Text) -> i32 {
    guarded(error, || (*writer).finish())
}

unsafe extern "C" fn close_writer(writer: *mut Writer) {
    drop(Box::from_raw(writer));
}
