//! The caller's file: bytes come and go through its functions.

use std::ffi::c_void;
use std::io::{BufReader, Read, Write};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// The part of an error's text by which the caller knows that one of its own functions failed.
const CALLER_FAILED: &str = "the caller failed";

/// A page's header is much smaller.
const HEADER_BYTES: usize = 1024;

/// struct ParquetSource.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Source {
    pub context: *mut c_void,
    pub size: i64,
    pub read_at: unsafe extern "C" fn(*mut c_void, i64, *mut u8, i64) -> i64,
}

// SAFETY: the interface demands that read_at() may be called from any thread.
unsafe impl Send for Source {}
unsafe impl Sync for Source {}

impl Source {
    fn read_at(&self, start: u64, out: &mut [u8]) -> std::io::Result<usize> {
        let failed = || std::io::Error::other(CALLER_FAILED);
        let offset = i64::try_from(start).map_err(|_| failed())?;
        // SAFETY: `out` has the length that is passed.
        let count = unsafe {
            (self.read_at)(self.context, offset, out.as_mut_ptr(), out.len() as i64)
        };
        usize::try_from(count).ok().filter(|count| *count <= out.len()).ok_or_else(failed)
    }
}

/// Reads on from a place.
pub struct SourceReader {
    source: Source,
    at: u64,
}

impl Read for SourceReader {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at >= self.source.size as u64 {
            return Ok(0);
        }
        let most = (self.source.size as u64 - self.at).min(out.len() as u64) as usize;
        let count = self.source.read_at(self.at, &mut out[..most])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.size as u64
    }
}

impl ChunkReader for Source {
    type T = BufReader<SourceReader>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(HEADER_BYTES, SourceReader { source: *self, at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // Checked before memory is taken for it: the place comes from the file.
        if start.checked_add(length as u64).is_none_or(|end| end > self.size as u64) {
            return Err(ParquetError::General(format!(
                "is damaged: refers to {length} bytes at {start}, but the file has {} bytes",
                self.size
            )));
        }
        // Zeros would be written only to be replaced: 2 % of reading.
        let mut bytes: Vec<u8> = Vec::with_capacity(length);
        let mut done = 0;
        while done < length {
            // SAFETY: read_at() writes to the slice, and never reads it.
            let rest = unsafe {
                std::slice::from_raw_parts_mut(bytes.as_mut_ptr().add(done), length - done)
            };
            let count = self.read_at(start + done as u64, rest)?;
            if count == 0 {
                return Err(ParquetError::EOF("the file became shorter".to_string()));
            }
            done += count;
        }
        // SAFETY: all `length` bytes were written.
        unsafe { bytes.set_len(length) };
        Ok(bytes.into())
    }
}

/// struct ParquetSink.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Sink {
    pub context: *mut c_void,
    pub write: unsafe extern "C" fn(*mut c_void, *const u8, i64) -> i32,
}

// SAFETY: a writer is used by one thread at a time.
unsafe impl Send for Sink {}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // SAFETY: `bytes` has the length that is passed.
        match unsafe { (self.write)(self.context, bytes.as_ptr(), bytes.len() as i64) } {
            0 => Ok(bytes.len()),
            _ => Err(std::io::Error::other(CALLER_FAILED)),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
