//! Errors and panics at the border: both become text, and nothing unwinds into the caller.

use std::cell::Cell;
use std::ffi::{c_char, CString};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Once;

use parquet::errors::ParquetError;

/// What a call returns: 0, or 1 with a text in its last parameter.
pub const OK: i32 = 0;
pub const FAILED: i32 = 1;

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Panics of this library become errors, which the caller reports; they are not printed.
pub fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !IS_GUARDED.get() {
                before(info);
            }
        }));
    });
}

fn text_of(error: &ParquetError) -> String {
    let text = match error {
        ParquetError::General(text) => text.clone(),
        ParquetError::EOF(text) => text.clone(),
        ParquetError::NYI(text) => text.clone(),
        ParquetError::ArrowError(text) => text.clone(),
        other => other.to_string(),
    };
    text.replace(['\n', '\r'], " ")
}

/// Returns the text of an error of reading.
pub fn reading(error: &ParquetError) -> String {
    format!("is damaged, or not supported: {}", text_of(error))
}

/// Returns the text of an error of writing.
pub fn writing(error: &ParquetError) -> String {
    format!("cannot be written as Parquet: {}", text_of(error))
}

/// Runs `work`; a panic in it is an error too.
pub fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let before = IS_GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(before);
    result.unwrap_or_else(|panic| {
        let reason = if let Some(text) = panic.downcast_ref::<&str>() {
            (*text).to_string()
        } else if let Some(text) = panic.downcast_ref::<String>() {
            text.clone()
        } else {
            "unknown reason".to_string()
        };
        Err(format!("is damaged, or not supported: {reason}").replace(['\n', '\r'], " "))
    })
}

/// Runs `work` for a call of the interface, and stores the text of its error in `error`, for which
/// the caller calls free_text().
///
/// # Safety
/// `error` is valid for a write.
pub unsafe fn guarded(
    error: *mut *mut c_char,
    work: impl FnOnce() -> Result<(), String>,
) -> i32 {
    match caught(work) {
        Ok(()) => OK,
        Err(text) => {
            *error = CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default().into_raw();
            FAILED
        }
    }
}
