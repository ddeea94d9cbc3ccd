#include "libcore/ops/row_order.h"

#include <algorithm>
#include <cstring>

#include "libcore/base/check.h"
#include "libcore/ops/radix_sort.h"

namespace penstock {
namespace {

// Bytes of keys that are looked at eight at a time; rows equal so far are told apart by memcmp.
constexpr size_t kWordDepth = 64;

class Sorter {
 public:
  Sorter(std::span<const KeyPart> parts, std::span<const KeyDirection> directions) : parts_(parts) {
    for (size_t key = 0; key < directions.size(); ++key) {
      KeyCoding coding(parts[0].columns[key]->type, directions[key]);
      for (const KeyPart& part : parts)
        coding.observe(*part.columns[key]);
      coding.narrow();
      codings_.push_back(std::move(coding));
    }
  }

  std::optional<std::vector<PartRow>> run() {
    size_t rows = 0;
    for (const KeyPart& part : parts_)
      rows += static_cast<size_t>(part.rows);
    items_.resize(rows);
    bool in_order = fits_word() ? fill_with_codes() : fill_with_keys();
    if (in_order) return std::nullopt;
    std::vector<SortItem> scratch(rows);
    radix_sort(items_, scratch);
    if (!keys_.empty()) sort_ties(items_, scratch, sizeof(uint64_t));
    scratch = {};
    std::vector<PartRow> order(rows);
    for (size_t i = 0; i < rows; ++i)
      order[i] = items_[i].row;
    return order;
  }

 private:
  bool fits_word() const {
    int32_t bytes = 0;
    for (const KeyCoding& coding : codings_) {
      if (!coding.is_code()) return false;
      bytes += coding.code_bytes();
    }
    return bytes <= static_cast<int32_t>(sizeof(uint64_t));
  }

  // The whole key is the item's. Returns whether all are in order already.
  bool fill_with_codes() {
    std::vector<uint64_t> codes;
    bool in_order = true;
    uint64_t last = 0;
    size_t at = 0;
    for (size_t p = 0; p < parts_.size(); ++p) {
      codes.assign(static_cast<size_t>(parts_[p].rows), 0);
      for (size_t key = 0; key < codings_.size(); ++key) {
        codings_[key].append_codes(*parts_[p].columns[key], codes.data());
      }
      for (size_t row = 0; row < codes.size(); ++row) {
        in_order &= last <= codes[row];
        last = codes[row];
        items_[at++] = {last, {static_cast<int32_t>(p), static_cast<RowIndex>(row)}};
      }
    }
    return in_order;
  }

  // The item's is the first eight bytes.
  bool fill_with_keys() {
    bool in_order = true;
    std::string_view last;
    size_t at = 0;
    keys_.resize(parts_.size());
    for (size_t p = 0; p < parts_.size(); ++p) {
      keys_[p].encode(codings_, parts_[p].columns, parts_[p].rows);
      keys_[p].drop_scratch();
      for (int64_t row = 0; row < parts_[p].rows; ++row) {
        std::string_view key = keys_[p].row(row);
        in_order = in_order && last <= key;
        last = key;
        items_[at++] = {key_word(key, 0), {static_cast<int32_t>(p), static_cast<RowIndex>(row)}};
      }
    }
    return in_order;
  }

  std::string_view key_of(const SortItem& item) const {
    return keys_[static_cast<size_t>(item.row.part)].row(item.row.row);
  }

  // Sorts each run of items that are equal in their first `depth` bytes by what follows.
  void sort_ties(std::span<SortItem> items, std::span<SortItem> scratch, size_t depth) {
    for (size_t begin = 0; begin < items.size();) {
      size_t end = begin + 1;
      while (end < items.size() && items[end].key == items[begin].key)
        ++end;
      if (end - begin > 1) {
        sort_tie(items.subspan(begin, end - begin), scratch.subspan(begin, end - begin), depth);
      }
      begin = end;
    }
  }

  void sort_tie(std::span<SortItem> items, std::span<SortItem> scratch, size_t depth) {
    // No key is a prefix of another: equal up to an end is equal.
    if (key_of(items[0]).size() <= depth) return;
    if (depth >= kWordDepth) {
      std::stable_sort(items.begin(), items.end(), [this, depth](const auto& a, const auto& b) {
        return key_of(a).substr(depth) < key_of(b).substr(depth);
      });
      return;
    }
    for (SortItem& item : items)
      item.key = key_word(key_of(item), depth);
    radix_sort(items, scratch);
    sort_ties(items, scratch, depth + sizeof(uint64_t));
  }

  std::span<const KeyPart> parts_;
  std::vector<KeyCoding> codings_;
  std::vector<NormalizedKeys> keys_;  // of each part, when keys need more than a word
  std::vector<SortItem> items_;
};

}  // namespace

std::optional<std::vector<PartRow>> sorted_rows(std::span<const KeyPart> parts,
                                                std::span<const KeyDirection> directions) {
  PENSTOCK_CHECK(!parts.empty());
  return Sorter(parts, directions).run();
}

}  // namespace penstock
