// Builds columns value by value, for code that makes few rows or strings of unknown length. Loops
// over whole columns write into MutableBuffers instead. finish() leaves a builder empty, ready for
// the next column.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "libcore/data/column.h"

namespace penstock {

// Validity of rows appended in order; makes no bitmap before the first null.
class ValidityBuilder {
 public:
  void append(bool valid) {
    if (!valid) {
      append_null();
    } else {
      append_valid();
    }
  }
  void append_valid() {
    if (null_count_ != 0) push(true);
    ++length_;
  }
  void append_null();
  int64_t length() const { return length_; }
  int64_t null_count() const { return null_count_; }
  // Returns the bitmap, empty when there was no null.
  Buffer finish();

 private:
  void push(bool valid);

  MutableBuffer bits_;
  int64_t length_ = 0;
  int64_t null_count_ = 0;
};

// Fixed-width values of C++ type T (not bool); finish() takes the column's type.
template <typename T>
class FixedBuilder {
 public:
  void append(T value) {
    values_.push(value);
    validity_.append_valid();
  }
  void append_null() {
    values_.push(T{});
    validity_.append_null();
  }
  int64_t length() const { return validity_.length(); }
  ColumnPtr finish(TypePtr type) {
    int64_t rows = length();
    return make_column(std::move(type), rows, values_.freeze(), validity_.finish());
  }

 private:
  MutableBuffer values_;
  ValidityBuilder validity_;
};

class BoolBuilder {
 public:
  void append(bool value);
  void append_null();
  int64_t length() const { return validity_.length(); }
  ColumnPtr finish();

 private:
  MutableBuffer bits_;
  ValidityBuilder validity_;
};

// utf8 or binary. append() throws Error past 2 GiB of bytes.
class BytesBuilder {
 public:
  BytesBuilder();
  void append(std::string_view bytes) {
    values_.append(bytes.data(), static_cast<int64_t>(bytes.size()));
    push_offset();
    validity_.append_valid();
  }
  void append_null() {
    push_offset();
    validity_.append_null();
  }
  // Appends the pieces of `bytes` between the bytes `by`, one value more than there are bytes `by`.
  void append_split(std::string_view bytes, char by);
  int64_t length() const { return validity_.length(); }
  int64_t byte_count() const { return values_.size(); }
  ColumnPtr finish(TypePtr type);

 private:
  void push_offset() {
    if (values_.size() > std::numeric_limits<int32_t>::max()) [[unlikely]]
      throw_too_large();
    offsets_.push(static_cast<int32_t>(values_.size()));
  }
  [[noreturn]] void throw_too_large() const;

  MutableBuffer offsets_;
  MutableBuffer values_;
  ValidityBuilder validity_;
};

}  // namespace penstock
