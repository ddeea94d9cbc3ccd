//! A stream of batches for the caller, whose errors are the texts that this library makes: the
//! crate's own stream puts the kind of an error in front.

use std::ffi::{c_char, c_int, CString};
use std::ptr;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::errors::ParquetError;

use crate::guard::{caught, reading};

/// errno's EIO, which only says that there is a text.
const FAILED: c_int = 5;

/// What a stream is of. A reader that has failed has ended.
struct Batches {
    schema: SchemaRef,
    reader: Option<ParquetRecordBatchReader>,
    error: CString,
}

impl Batches {
    fn next(&mut self) -> Result<Option<RecordBatch>, String> {
        let Some(reader) = self.reader.as_mut() else { return Ok(None) };
        let next = caught(|| reader.next().transpose().map_err(|error| text_of(error)));
        if !matches!(next, Ok(Some(_))) {
            self.reader = None;
        }
        next
    }

    fn fail(&mut self, text: &str) -> c_int {
        self.error = CString::new(text.replace('\0', " ")).unwrap_or_default();
        FAILED
    }
}

fn text_of(error: ArrowError) -> String {
    match error {
        ArrowError::ParquetError(text) => reading(&ParquetError::General(text)),
        other => reading(&ParquetError::General(other.to_string())),
    }
}

/// # Safety
/// The stream is one of stream_of() and not released.
unsafe fn batches_of<'a>(stream: *mut FFI_ArrowArrayStream) -> &'a mut Batches {
    &mut *(*stream).private_data().cast::<Batches>()
}

unsafe extern "C" fn get_schema(
    stream: *mut FFI_ArrowArrayStream,
    out: *mut FFI_ArrowSchema,
) -> c_int {
    let batches = batches_of(stream);
    let schema = caught(|| {
        FFI_ArrowSchema::try_from(batches.schema.as_ref()).map_err(|error| error.to_string())
    });
    match schema {
        Ok(schema) => {
            ptr::write(out, schema);
            0
        }
        Err(text) => batches.fail(&text),
    }
}

unsafe extern "C" fn get_next(
    stream: *mut FFI_ArrowArrayStream,
    out: *mut FFI_ArrowArray,
) -> c_int {
    let batches = batches_of(stream);
    let next = batches.next().and_then(|batch| {
        caught(|| {
            Ok(match batch {
                Some(batch) => FFI_ArrowArray::new(&StructArray::from(batch).to_data()),
                None => FFI_ArrowArray::empty(),
            })
        })
    });
    match next {
        Ok(array) => {
            ptr::write(out, array);
            0
        }
        Err(text) => batches.fail(&text),
    }
}

unsafe extern "C" fn get_last_error(stream: *mut FFI_ArrowArrayStream) -> *const c_char {
    batches_of(stream).error.as_ptr()
}

unsafe extern "C" fn release(stream: *mut FFI_ArrowArrayStream) {
    let batches = (*stream).set_private_data(ptr::null_mut());
    (*stream).set_release(None);
    drop(Box::from_raw(batches.cast::<Batches>()));
}

/// Returns a stream of what a reader reads.
pub fn stream_of(reader: ParquetRecordBatchReader) -> FFI_ArrowArrayStream {
    let batches =
        Batches { schema: reader.schema(), reader: Some(reader), error: CString::default() };
    // SAFETY: the functions above take the data for what it is, and release() frees it once.
    unsafe {
        FFI_ArrowArrayStream::new_unchecked(
            Some(get_schema),
            Some(get_next),
            Some(get_last_error),
            Some(release),
            Box::into_raw(Box::new(batches)).cast(),
        )
    }
}
