// An input of a merge join, whose rows must be in the order of their keys. Checks the order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/normalized_key.h"

namespace penstock {

class JoinSortedInput {
 public:
  // Key i is column `columns[i]`, in the order of directions[i], and is compared with the key of
  // the other input as types[i] (ops/join/key.h). `name` is the input's name in errors.
  JoinSortedInput(OperatorPtr rows, std::string name, std::vector<size_t> columns,
                  std::vector<TypePtr> types, const std::vector<KeyDirection>& directions);

  // Reads the next batch. Returns false at the end. Throws Error "NAME: row N is not in the order
  // of the key; …" (counted from 1) when it is not.
  bool next_batch();

  // The batch that was read.
  const Batch& batch() const { return batch_; }

  // Returns the key of a row in bytes that order as the keys of both inputs do; valid until the
  // next next_batch(). Empty for a row that cannot have a partner, because a column is null or has
  // a value that the other input cannot have.
  std::string_view key(int64_t row) const {
    if (!has_key_.empty() && !has_key_[static_cast<size_t>(row)]) return {};
    return keys_.row(row);
  }

 private:
  void require_order();
  void find_keyless(const std::vector<ColumnPtr>& keys);

  OperatorPtr rows_;
  std::string name_;
  std::vector<size_t> columns_;
  std::vector<TypePtr> types_;
  std::vector<KeyCoding> order_codings_;  // of the columns as they are read
  std::vector<KeyCoding> codings_;        // of the columns as they are compared
  bool is_converted_ = false;             // the two differ
  Batch batch_;
  NormalizedKeys order_keys_;  // unless they do not
  NormalizedKeys keys_;
  std::vector<bool> has_key_;  // empty when all rows have
  std::string last_;           // key of the batch before
  int64_t rows_before_ = 0;
};

}  // namespace penstock
