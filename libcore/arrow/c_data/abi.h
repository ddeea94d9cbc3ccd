// The structures of the Arrow C Data Interface, by which libraries in one process hand each other
// columns. Their layout and the meaning of each member are fixed by Arrow's specification.
//
// Ownership: a structure with a `release` belongs to its holder, who calls it once and uses the
// structure no more. A structure is moved by copying it and setting the `release` of the original
// to null. A released structure has a null `release`.
#pragma once

#include <cstdint>

namespace penstock {

inline constexpr int64_t kArrowFlagOrdered = 1;
inline constexpr int64_t kArrowFlagNullable = 2;
inline constexpr int64_t kArrowFlagKeysSorted = 4;

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

// Each function returns 0, or an errno code, after which get_last_error() returns a text (or null)
// that is valid until the next call.
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  // At the end, `out` is released.
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};

// Releases what it holds.
template <typename Structure>
class Released {
 public:
  Released() = default;
  ~Released() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;

  Structure* get() { return &value_; }
  Structure* operator->() { return &value_; }
  bool empty() const { return value_.release == nullptr; }

 private:
  Structure value_{};
};

}  // namespace penstock
