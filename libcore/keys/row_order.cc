#include "libcore/keys/row_order.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/data/compare.h"
#include "libcore/keys/item_sort.h"
#include "libcore/keys/value.h"

namespace penstock {
namespace {

std::vector<PartRow> rows_of(std::span<const SortItem> items) {
  std::vector<PartRow> rows(items.size());
  for (size_t i = 0; i < items.size(); ++i)
    rows[i] = items[i].row;
  return rows;
}

template <typename Item>
std::span<Item> span_of(GrowingArray<Item>& items) {
  return {items.data(), items.size()};
}

class Sorter {
 public:
  Sorter(std::span<const KeyPart> parts, std::span<const KeyDirection> directions,
         const PieceRunner& run)
      : parts_(parts), run_(run) {
    for (size_t key = 0; key < directions.size(); ++key) {
      const KeyCoding unused(parts[0].columns[key]->type, directions[key]);
      std::vector<KeyCoding> of_parts(parts.size(), unused);
      for_each_part([&](size_t part) { of_parts[part].observe(*parts[part].columns[key]); });
      KeyCoding coding = unused;
      for (const KeyCoding& of_part : of_parts)
        coding.merge(of_part);
      coding.narrow();
      codings_.push_back(std::move(coding));
    }
  }

  std::optional<std::vector<PartRow>> run() {
    items_.resize_unset(count_rows());
    const bool is_word = code_bytes_from(0) <= kWordBytes;
    if (is_word ? fill_with_codes() : fill_with_keys()) return std::nullopt;
    GrowingArray<SortItem> scratch;
    scratch.resize_unset(items_.size());
    if (is_word) {
      radix_sort(span_of(items_), span_of(scratch), run_);
    } else {
      ItemSorter([this](const SortItem& item) { return key_of(item); }, false)
          .sort(span_of(items_), span_of(scratch));
    }
    return rows_of(span_of(items_));
  }

  std::optional<SortedWords> run_by_words(size_t prefix) {
    const int bytes = code_bytes_from(0);
    if (bytes > kWordBytes) return std::nullopt;
    const size_t rows = count_rows();
    SortedWords sorted;
    // A word has no more bits to shift than these.
    const int behind = code_bytes_from(prefix);
    sorted.prefix_mask = behind == kWordBytes ? 0 : ~uint64_t{0} << (8 * behind);
    const auto row_bits = static_cast<int>(std::bit_width(rows));
    if (8 * bytes + row_bits <= 64) {
      sorted.row_bits = row_bits;
      sorted.words.resize_unset(rows);
      if (!fill_words(sorted.words, row_bits)) {
        GrowingArray<uint64_t> scratch;
        scratch.resize_unset(rows);
        radix_sort(span_of(sorted.words), span_of(scratch), row_bits, run_);
      }
      return sorted;
    }
    items_.resize_unset(rows);
    if (!fill_with_codes()) {
      GrowingArray<SortItem> scratch;
      scratch.resize_unset(rows);
      radix_sort(span_of(items_), span_of(scratch), run_);
    }
    sorted.items = std::move(items_);
    return sorted;
  }

 private:
  static constexpr int kWordBytes = sizeof(uint64_t);

  size_t count_rows() const {
    size_t rows = 0;
    for (const KeyPart& part : parts_)
      rows += static_cast<size_t>(part.rows);
    return rows;
  }

  void for_each_part(const std::function<void(size_t)>& work) const {
    if (run_ != nullptr) return run_(parts_.size(), work);
    for (size_t part = 0; part < parts_.size(); ++part)
      work(part);
  }

  // The bytes of all codes from a key on; more than a word has if one of the keys has no code.
  int code_bytes_from(size_t key) const {
    int bytes = 0;
    for (; key < codings_.size(); ++key) {
      if (!codings_[key].is_code()) return kWordBytes + 1;
      bytes += codings_[key].code_bytes();
    }
    return bytes;
  }

  // The whole key is the item's. Returns whether all are in order already.
  bool fill_with_codes() {
    return fill([this](size_t at, uint64_t code, size_t part, size_t row) {
      items_[at] = {code, {static_cast<int32_t>(part), static_cast<RowIndex>(row)}};
    });
  }

  bool fill_words(GrowingArray<uint64_t>& words, int row_bits) const {
    return fill(
        [&](size_t at, uint64_t code, size_t, size_t) { words[at] = code << row_bits | at; });
  }

  // Calls put(number of the row, its code, its part, its number there) for all rows.
  template <typename Put>
  bool fill(const Put& put) const {
    std::vector<size_t> begins{0};
    for (const KeyPart& part : parts_)
      begins.push_back(begins.back() + static_cast<size_t>(part.rows));
    std::vector<PartCodes> filled(parts_.size());
    for_each_part([&](size_t part) { filled[part] = fill_part(part, begins[part], put); });
    uint64_t last = 0;
    for (size_t part = 0; part < parts_.size(); ++part) {
      if (parts_[part].rows == 0) continue;
      if (!filled[part].in_order || filled[part].first < last) return false;
      last = filled[part].last;
    }
    return true;
  }

  struct PartCodes {
    bool in_order = true;
    uint64_t first = 0;
    uint64_t last = 0;
  };

  template <typename Put>
  PartCodes fill_part(size_t part, size_t at, const Put& put) const {
    std::vector<uint64_t> codes(static_cast<size_t>(parts_[part].rows));
    for (size_t key = 0; key < codings_.size(); ++key)
      codings_[key].append_codes(*parts_[part].columns[key], codes.data());
    PartCodes filled;
    if (!codes.empty()) filled.first = codes[0];
    for (size_t row = 0; row < codes.size(); ++row) {
      filled.in_order &= filled.last <= codes[row];
      filled.last = codes[row];
      put(at++, codes[row], part, row);
    }
    return filled;
  }

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
        items_[at++] = {0, {static_cast<int32_t>(p), static_cast<RowIndex>(row)}};
      }
    }
    return in_order;
  }

  std::string_view key_of(const SortItem& item) const {
    return keys_[static_cast<size_t>(item.row.part)].row(item.row.row);
  }

  std::span<const KeyPart> parts_;
  const PieceRunner& run_;
  std::vector<KeyCoding> codings_;
  std::vector<NormalizedKeys> keys_;  // of each part, when keys need more than a word
  GrowingArray<SortItem> items_;
};

// Sorts rows by one text column, whose bytes are compared in place.
class TextSorter {
 public:
  TextSorter(std::span<const KeyPart> parts, KeyDirection direction)
      : parts_(parts), direction_(direction) {}

  std::optional<std::vector<PartRow>> run() {
    if (!fill()) return std::nullopt;
    std::span<SortItem> items(items_);
    size_t nulls =
        static_cast<size_t>(std::stable_partition(items_.begin(), items_.end(),
                                                  [&](const SortItem& item) {
                                                    return is_null(item) == direction_.nulls_first;
                                                  }) -
                            items_.begin());
    std::span<SortItem> values = direction_.nulls_first ? items.subspan(nulls) : items.first(nulls);
    std::vector<SortItem> scratch(values.size());
    ItemSorter([this](const SortItem& item) { return text_of(item); }, direction_.descending)
        .sort(values, scratch);
    return rows_of(items_);
  }

 private:
  // Whether they are out of order.
  bool fill() {
    bool in_order = true;
    SortItem last{0, {-1, 0}};
    for (size_t p = 0; p < parts_.size(); ++p) {
      for (int64_t row = 0; row < parts_[p].rows; ++row) {
        SortItem item{0, {static_cast<int32_t>(p), static_cast<RowIndex>(row)}};
        in_order = in_order && (last.row.part < 0 || !is_before(item, last));
        last = item;
        items_.push_back(item);
      }
    }
    return !in_order;
  }

  const Column& column_of(const SortItem& item) const {
    return *parts_[static_cast<size_t>(item.row.part)].columns[0];
  }
  bool is_null(const SortItem& item) const { return column_of(item).is_null(item.row.row); }
  std::string_view text_of(const SortItem& item) const {
    return column_of(item).bytes_at(item.row.row);
  }
  bool is_before(const SortItem& a, const SortItem& b) const {
    bool a_is_null = is_null(a);
    bool b_is_null = is_null(b);
    if (a_is_null || b_is_null)
      return a_is_null != b_is_null && a_is_null == direction_.nulls_first;
    return direction_.descending ? text_of(b) < text_of(a) : text_of(a) < text_of(b);
  }

  std::span<const KeyPart> parts_;
  KeyDirection direction_;
  std::vector<SortItem> items_;
};

// Rows by keys of which some are nested and have no normalized form: by the one definition of
// order.
class ComparingSorter {
 public:
  ComparingSorter(std::span<const KeyPart> parts, std::span<const KeyDirection> directions)
      : parts_(parts), directions_(directions) {}

  std::optional<std::vector<PartRow>> run() {
    std::vector<PartRow> rows;
    for (size_t p = 0; p < parts_.size(); ++p) {
      for (int64_t row = 0; row < parts_[p].rows; ++row)
        rows.push_back({static_cast<int32_t>(p), static_cast<RowIndex>(row)});
    }
    auto less = [this](const PartRow& a, const PartRow& b) { return is_before(a, b); };
    if (std::is_sorted(rows.begin(), rows.end(), less)) return std::nullopt;
    std::stable_sort(rows.begin(), rows.end(), less);
    return rows;
  }

 private:
  bool is_before(const PartRow& a, const PartRow& b) const {
    for (size_t key = 0; key < directions_.size(); ++key) {
      const Column& left = *parts_[static_cast<size_t>(a.part)].columns[key];
      const Column& right = *parts_[static_cast<size_t>(b.part)].columns[key];
      const KeyDirection& direction = directions_[key];
      auto order = compare_rows(left, a.row, right, b.row, direction.nulls_first);
      if (order == 0) continue;
      bool reversed = direction.descending && left.is_valid(a.row) && right.is_valid(b.row);
      return (order < 0) != reversed;
    }
    return false;
  }

  std::span<const KeyPart> parts_;
  std::span<const KeyDirection> directions_;
};

}  // namespace

std::optional<SortedWords> sorted_words(std::span<const KeyPart> parts,
                                        std::span<const KeyDirection> directions, size_t prefix,
                                        const PieceRunner& run) {
  PENSTOCK_CHECK(!parts.empty());
  for (const ColumnPtr& column : parts[0].columns)
    if (!is_key_type(*column->type)) return std::nullopt;
  return Sorter(parts, directions, run).run_by_words(prefix);
}

std::optional<std::vector<PartRow>> sorted_rows(std::span<const KeyPart> parts,
                                                std::span<const KeyDirection> directions) {
  PENSTOCK_CHECK(!parts.empty());
  TypeId first = parts[0].columns[0]->type->id;
  auto is_nested = [](const ColumnPtr& column) { return !is_key_type(*column->type); };
  if (std::any_of(parts[0].columns.begin(), parts[0].columns.end(), is_nested)) {
    return ComparingSorter(parts, directions).run();
  }
  bool is_text = directions.size() == 1 && (first == TypeId::kUtf8 || first == TypeId::kBinary);
  if (is_text) return TextSorter(parts, directions[0]).run();
  const PieceRunner in_this_thread;
  return Sorter(parts, directions, in_this_thread).run();
}

}  // namespace penstock
