#include "libcore/keys/row_order.h"

#include <algorithm>
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

std::span<SortItem> span_of(GrowingArray<SortItem>& items) {
  return {items.data(), items.size()};
}

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
    items_.resize_unset(rows);
    bool is_word = fits_word();
    if (is_word ? fill_with_codes({}) : fill_with_keys()) return std::nullopt;
    GrowingArray<SortItem> scratch;
    scratch.resize_unset(rows);
    if (is_word) {
      radix_sort(span_of(items_), span_of(scratch));
    } else {
      ItemSorter([this](const SortItem& item) { return key_of(item); }, false)
          .sort(span_of(items_), span_of(scratch));
    }
    return rows_of(span_of(items_));
  }

  std::optional<SortedWords> run_by_words(size_t prefix, const PieceRunner& run) {
    if (!fits_word()) return std::nullopt;
    int bytes = 0;
    for (size_t key = prefix; key < codings_.size(); ++key)
      bytes += codings_[key].code_bytes();
    size_t rows = 0;
    for (const KeyPart& part : parts_)
      rows += static_cast<size_t>(part.rows);
    items_.resize_unset(rows);
    if (!fill_with_codes(run)) {
      GrowingArray<SortItem> scratch;
      scratch.resize_unset(rows);
      radix_sort(span_of(items_), span_of(scratch), run);
    }
    // A word has no more bits to shift than these.
    const uint64_t mask = bytes == sizeof(uint64_t) ? 0 : ~uint64_t{0} << (8 * bytes);
    return SortedWords{std::move(items_), mask};
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
  bool fill_with_codes(const PieceRunner& run) {
    std::vector<size_t> begins;
    size_t rows = 0;
    for (const KeyPart& part : parts_) {
      begins.push_back(rows);
      rows += static_cast<size_t>(part.rows);
    }
    std::vector<uint8_t> in_order(parts_.size());
    auto fill = [&](size_t part) { in_order[part] = fill_part(part, begins[part]) ? 1 : 0; };
    if (run != nullptr) {
      run(parts_.size(), fill);
    } else {
      for (size_t part = 0; part < parts_.size(); ++part)
        fill(part);
    }
    if (std::count(in_order.begin(), in_order.end(), 0) != 0) return false;
    return std::all_of(begins.begin(), begins.end(), [this](size_t begin) {
      return begin == 0 || begin == items_.size() || items_[begin - 1].key <= items_[begin].key;
    });
  }

  // The items of a part, from `at` on. Returns whether they are in order.
  bool fill_part(size_t part, size_t at) {
    std::vector<uint64_t> codes(static_cast<size_t>(parts_[part].rows));
    for (size_t key = 0; key < codings_.size(); ++key)
      codings_[key].append_codes(*parts_[part].columns[key], codes.data());
    bool in_order = true;
    uint64_t last = 0;
    for (size_t row = 0; row < codes.size(); ++row) {
      in_order &= last <= codes[row];
      last = codes[row];
      items_[at++] = {last, {static_cast<int32_t>(part), static_cast<RowIndex>(row)}};
    }
    return in_order;
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
  return Sorter(parts, directions).run_by_words(prefix, run);
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
  return is_text ? TextSorter(parts, directions[0]).run() : Sorter(parts, directions).run();
}

}  // namespace penstock
