#include "libcore/arrow/dictionary_writer.h"

#include <cstring>

#include "libcore/base/error.h"

namespace penstock {
namespace {

bool same_bytes(const Buffer& a, const Buffer& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), static_cast<size_t>(a.size())) == 0);
}

// Returns whether two columns of one type have the same bytes. Equal values may have different
// layouts (then false): writing a dictionary once more does no harm.
bool same_column(const ColumnPtr& a, const ColumnPtr& b) {
  if (a == b) return true;
  if (!a || !b || a->length != b->length || a->null_count != b->null_count) return false;
  if (!same_bytes(a->validity, b->validity) || !same_bytes(a->offsets, b->offsets)) return false;
  if (!same_bytes(a->values, b->values) || !same_column(a->dictionary, b->dictionary)) return false;
  for (size_t i = 0; i < a->children.size(); ++i) {
    if (!same_column(a->children[i], b->children[i])) return false;
  }
  return true;
}

}  // namespace

void DictionaryWriter::prepare(const Batch& batch) {
  int64_t next_id = 0;
  for (const ColumnPtr& column : batch.columns)
    prepare(*column, next_id);
}

void DictionaryWriter::prepare(const Column& column, int64_t& next_id) {
  if (column.type->id != TypeId::kDictionary) {
    for (const ColumnPtr& child : column.children)
      prepare(*child, next_id);
    return;
  }
  int64_t id = next_id;
  int64_t inner_id = id + 1;
  next_id += count_dictionaries(*column.type);
  if (!column.dictionary) return;
  prepare(*column.dictionary, inner_id);
  need(id, column.dictionary);
}

void DictionaryWriter::need(int64_t id, const ColumnPtr& dictionary) {
  std::vector<Written>& written = written_[id];
  for (const Written& known : written) {
    if (known.dictionary == dictionary) return;
  }
  int64_t shift = 0;
  if (!written.empty()) {
    const Written& last = written.back();
    if (same_column(last.dictionary, dictionary)) {
      // Known under its new address from now on.
      shift = last.shift;
      if (!is_file_) written.clear();
      written.push_back({dictionary, shift});
      return;
    }
    if (is_file_) shift = last.shift + last.dictionary->length;
  }
  bool is_delta = is_file_ && !written.empty();
  if (is_delta && count_dictionaries(*dictionary->type) != 0) {
    throw Error(
        "an Arrow file cannot hold several versions of a dictionary within a dictionary; write a "
        "stream (-t arrow to a pipe), or decode the column first");
  }
  emit_(id, is_delta, *dictionary);
  if (!is_file_) written.clear();
  written.push_back({dictionary, shift});
}

int64_t DictionaryWriter::shift(int64_t id, const Column& dictionary) const {
  auto found = written_.find(id);
  if (found == written_.end()) return 0;
  for (const Written& known : found->second) {
    if (known.dictionary.get() == &dictionary) return known.shift;
  }
  return 0;
}

}  // namespace penstock
