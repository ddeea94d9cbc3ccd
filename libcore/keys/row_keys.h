// The keys of rows as bytes that can be compared across batches, for sorting and merging.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/keys/normalized_key.h"

namespace penstock {

// The order of rows by a key list. Immutable.
//
// Keys are normalized (normalized_key.h), with one exception: a single text key is compared in
// place. Copying 10 million lines of 100 bytes to make keys took longer than sorting the keys.
class KeyOrder {
 public:
  // Throws Error when a key is unknown, ambiguous, or of a type without an order.
  // REQUIRES at least one key.
  KeyOrder(const Schema& schema, const std::vector<SortKey>& keys);

  // Returns the key columns of a batch of that schema (whose dictionary columns may have become
  // plain).
  std::vector<ColumnPtr> columns(const Batch& batch) const;
  std::span<const KeyDirection> directions() const { return directions_; }
  // The codings of the keys, for all values of the types.
  std::span<const KeyCoding> codings() const { return codings_; }

  // Returns whether the keys are the bytes of a single text key.
  bool is_text() const { return is_text_; }
  // Returns whether greater bytes come first. Only text keys are in this form; the bytes of others
  // are inverted already.
  bool is_descending_text() const { return is_text_ && directions_[0].descending; }
  bool has_nulls_first() const { return directions_[0].nulls_first; }

 private:
  std::vector<size_t> columns_;
  std::vector<KeyDirection> directions_;
  std::vector<KeyCoding> codings_;
  bool is_text_ = false;
};

// A key that outlives its batch.
struct OwnedKey {
  std::string bytes;
  bool is_null = false;  // of a text key; others have it in their bytes
};

// The keys of one batch's rows. Immutable after construction.
class RowKeys {
 public:
  RowKeys(const KeyOrder& order, const Batch& batch);

  int64_t rows() const { return rows_; }
  // The view is valid as long as this object. Empty for a text key that is null.
  std::string_view bytes(int64_t row) const {
    return text_ ? text_->bytes_at(row) : encoded_.row(row);
  }
  // For a text key: whether it is null.
  bool is_null(int64_t row) const { return text_ && text_->is_null(row); }
  bool has_nulls() const { return text_ && text_->null_count != 0; }
  OwnedKey owned(int64_t row) const { return {std::string(bytes(row)), is_null(row)}; }

 private:
  int64_t rows_;
  ColumnPtr text_;
  NormalizedKeys encoded_;
};

// Whether key a comes before key b.
inline bool comes_before(const KeyOrder& order, std::string_view a, bool a_is_null,
                         std::string_view b, bool b_is_null) {
  if (a_is_null || b_is_null) [[unlikely]] {
    return a_is_null != b_is_null && a_is_null == order.has_nulls_first();
  }
  return order.is_descending_text() ? b < a : a < b;
}
inline bool comes_before(const KeyOrder& order, const RowKeys& a, int64_t i, const RowKeys& b,
                         int64_t j) {
  return comes_before(order, a.bytes(i), a.is_null(i), b.bytes(j), b.is_null(j));
}
inline bool comes_before(const KeyOrder& order, const RowKeys& a, int64_t i, const OwnedKey& b) {
  return comes_before(order, a.bytes(i), a.is_null(i), b.bytes, b.is_null);
}
inline bool comes_before(const KeyOrder& order, const OwnedKey& a, const RowKeys& b, int64_t j) {
  return comes_before(order, a.bytes, a.is_null, b.bytes(j), b.is_null(j));
}

}  // namespace penstock
