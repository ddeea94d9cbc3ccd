#include "libcore/data/builder.h"

#include <utility>

#include "libcore/base/error.h"

namespace penstock {

void ValidityBuilder::append_null() {
  if (null_count_ == 0) bits_ = make_bitmap(length_, true);
  push(false);
  ++null_count_;
  ++length_;
}

void ValidityBuilder::push(bool valid) {
  if ((length_ & 7) == 0) bits_.push(uint8_t{0});
  if (valid) set_bit(bits_.data(), length_);
}

Buffer ValidityBuilder::finish() {
  Buffer bits = null_count_ == 0 ? Buffer() : bits_.freeze();
  length_ = null_count_ = 0;
  return bits;
}

void BoolBuilder::append(bool value) {
  if ((length() & 7) == 0) bits_.push(uint8_t{0});
  if (value) set_bit(bits_.data(), length());
  validity_.append_valid();
}

void BoolBuilder::append_null() {
  if ((length() & 7) == 0) bits_.push(uint8_t{0});
  validity_.append_null();
}

ColumnPtr BoolBuilder::finish() {
  int64_t rows = length();
  return make_column(bool_type(), rows, bits_.freeze(), validity_.finish());
}

BytesBuilder::BytesBuilder() {
  offsets_.push(int32_t{0});
}

void BytesBuilder::throw_too_large() const {
  throw Error("text over 2 GiB in one batch (32-bit offsets); use fewer rows a batch");
}

ColumnPtr BytesBuilder::finish(TypePtr type) {
  int64_t rows = length();
  ColumnPtr column = make_bytes_column(std::move(type), rows, offsets_.freeze(), values_.freeze(),
                                       validity_.finish());
  offsets_.push(int32_t{0});
  return column;
}

}  // namespace penstock
