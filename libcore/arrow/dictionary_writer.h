// Keeps account of the dictionaries in a written stream, and of those that it still needs.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libcore/arrow/column_encoder.h"
#include "libcore/data/batch.h"

namespace penstock {

// Before each batch, passes the batch's new dictionaries to `emit`. In a stream, a dictionary that
// differs replaces the one before. A file cannot replace a dictionary; there it is appended (as a
// delta) and the indices are shifted. Not thread-safe.
class DictionaryWriter : public IndexShift {
 public:
  using Emit = std::function<void(int64_t id, bool is_delta, const Column& values)>;

  DictionaryWriter(bool is_file, Emit emit) : is_file_(is_file), emit_(std::move(emit)) {}

  // Emits the dictionaries that the batch needs, inner ones before outer ones. Throws Error when a
  // file would have to extend a dictionary that contains a dictionary.
  void prepare(const Batch& batch);

  int64_t shift(int64_t id, const Column& dictionary) const override;

 private:
  struct Written {
    ColumnPtr dictionary;
    int64_t shift = 0;
  };

  void prepare(const Column& column, int64_t& next_id);
  void need(int64_t id, const ColumnPtr& dictionary);

  bool is_file_;
  Emit emit_;
  std::unordered_map<int64_t, std::vector<Written>> written_;  // in a stream, the last one only
};

}  // namespace penstock
