//! The memory of the plugin: every block is readable past its end, which the buffers of Penstock
//! require (kBufferPadding), so that columns are passed on without a copy.

use std::alloc::{GlobalAlloc, Layout, System};

/// Bytes that may be read past the end of any block.
pub const PADDING: usize = 64;

struct Padded;

fn padded(layout: Layout) -> Option<Layout> {
    let size = layout.size().checked_add(PADDING)?;
    Layout::from_size_align(size, layout.align()).ok()
}

// SAFETY: each function passes a layout with the same alignment and a size that is larger by
// PADDING to the system's allocator, the same one for a block in each of its calls.
unsafe impl GlobalAlloc for Padded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match padded(layout) {
            Some(larger) => System.alloc(larger),
            None => std::ptr::null_mut(),
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match padded(layout) {
            Some(larger) => System.alloc_zeroed(larger),
            None => std::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        System.dealloc(block, padded(layout).unwrap_unchecked());
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(larger) = size.checked_add(PADDING) else {
            return std::ptr::null_mut();
        };
        System.realloc(block, padded(layout).unwrap_unchecked(), larger)
    }
}

#[global_allocator]
static ALLOCATOR: Padded = Padded;
