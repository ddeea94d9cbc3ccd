#include "libcore/data/zones/column_bounds.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/data/zones/text_bounds.h"

namespace penstock {
namespace {

template <typename T>
struct Span {
  T min;
  T max;
  bool has_nan = false;
};

// No value lies within, so that the first one makes both bounds.
template <typename T>
Span<T> no_values() {
  if constexpr (std::is_floating_point_v<T>) {
    return {std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity()};
  } else if constexpr (sizeof(T) == 16) {
    // The standard library knows no limits of it in its strict mode.
    const auto max = static_cast<T>(~uint128_t{0} >> 1U);
    return {max, -max - 1};
  } else {
    return {std::numeric_limits<T>::max(), std::numeric_limits<T>::min()};
  }
}

template <typename T>
void widen(Span<T>& span, T value) {
  span.min = value < span.min ? value : span.min;
  span.max = value > span.max ? value : span.max;
  if constexpr (std::is_floating_point_v<T>) span.has_nan |= value != value;
}

template <typename T>
void widen(Span<T>& span, const Span<T>& other) {
  span.min = std::min(span.min, other.min);
  span.max = std::max(span.max, other.max);
  span.has_nan |= other.has_nan;
}

template <typename T>
Span<T> span_of(const T* values, int64_t count) {
  // Several at a time: each step of one alone waits for the one before it.
  constexpr int64_t kLanes = 8;
  Span<T> lanes[kLanes];
  std::fill(lanes, lanes + kLanes, no_values<T>());
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int64_t k = 0; k < kLanes; ++k)
      widen(lanes[k], values[i + k]);
  }
  for (; i < count; ++i)
    widen(lanes[0], values[i]);
  for (int64_t k = 1; k < kLanes; ++k)
    widen(lanes[0], lanes[k]);
  return lanes[0];
}

// Fixed-width values whose order is that of their C++ type.
template <typename T>
class FixedBounds : public ColumnBounds {
 public:
  explicit FixedBounds(TypePtr type) : type_(std::move(type)) {}

  void add(const Column& column) override {
    const T* values = column.data<T>();
    if (column.null_count == 0) {
      widen(span_, span_of(values, column.length));
      is_empty_ = is_empty_ && column.length == 0;
      return;
    }
    for (int64_t i = 0; i < column.length; ++i) {
      if (column.is_valid(i)) widen(span_, values[i]);
    }
    is_empty_ = is_empty_ && column.null_count == column.length;
  }

  void end_zone() override {
    if (is_empty_ || span_.has_nan) {
      min_.append_null();
      max_.append_null();
    } else {
      // Of the two zeros, which are equal here, other programs may know which comes first.
      if constexpr (std::is_floating_point_v<T>) {
        if (span_.min == 0) span_.min = T{-0.0};
        if (span_.max == 0) span_.max = T{0.0};
      }
      min_.append(span_.min);
      max_.append(span_.max);
    }
    span_ = no_values<T>();
    is_empty_ = true;
  }

  ColumnPtr finish_min() override { return min_.finish(type_); }
  ColumnPtr finish_max() override { return max_.finish(type_); }

 private:
  TypePtr type_;
  Span<T> span_ = no_values<T>();
  bool is_empty_ = true;
  FixedBuilder<T> min_;
  FixedBuilder<T> max_;
};

class BoolBounds : public ColumnBounds {
 public:
  void add(const Column& column) override {
    if (column.null_count == column.length) return;
    const Buffer values = column.null_count == 0
                              ? column.values
                              : and_bitmaps(column.values, column.validity, column.length);
    const int64_t trues = count_set_bits(values.data(), column.length);
    has_true_ |= trues != 0;
    has_false_ |= trues != column.length - column.null_count;
  }

  void end_zone() override {
    if (!has_true_ && !has_false_) {
      min_.append_null();
      max_.append_null();
    } else {
      min_.append(!has_false_);
      max_.append(has_true_);
    }
    has_true_ = has_false_ = false;
  }

  ColumnPtr finish_min() override { return min_.finish(); }
  ColumnPtr finish_max() override { return max_.finish(); }

 private:
  bool has_true_ = false;
  bool has_false_ = false;
  BoolBuilder min_;
  BoolBuilder max_;
};

// Texts are compared by words of eight bytes, as numbers, and byte by byte only behind two equal
// ones: a call for each row was two thirds of all bounds of lineitem.
struct Text {
  const char* data = nullptr;
  size_t size = 0;
  uint64_t first = 0;

  std::string_view bytes() const { return {data, size}; }
};

constexpr size_t kWordBytes = sizeof(uint64_t);

// The bits of a word that has this many bytes of a text.
constexpr uint64_t kWordMasks[] = {0,
                                   ~uint64_t{0} << 56U,
                                   ~uint64_t{0} << 48U,
                                   ~uint64_t{0} << 40U,
                                   ~uint64_t{0} << 32U,
                                   ~uint64_t{0} << 24U,
                                   ~uint64_t{0} << 16U,
                                   ~uint64_t{0} << 8U,
                                   ~uint64_t{0}};

// The first bytes of a text as a number, with zeros behind its end. REQUIRES bytes of a column,
// behind which a word more can be read.
uint64_t word_of(const char* bytes, size_t size) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return __builtin_bswap64(word) & kWordMasks[std::min(size, kWordBytes)];
}

bool is_less(const Text& a, const Text& b) {
  if (a.first != b.first) return a.first < b.first;
  if (a.size <= kWordBytes || b.size <= kWordBytes) return a.size < b.size;
  const uint64_t a_second = word_of(a.data + kWordBytes, a.size - kWordBytes);
  const uint64_t b_second = word_of(b.data + kWordBytes, b.size - kWordBytes);
  if (a_second != b_second) return a_second < b_second;
  if (a.size <= 2 * kWordBytes || b.size <= 2 * kWordBytes) return a.size < b.size;
  return a.bytes() < b.bytes();
}

// Texts of fewer bytes than a word have their order as numbers, with the size in the last byte. For
// few values in any order that is five times as fast as steps that depend on each of them.
constexpr size_t kShortBytes = kWordBytes - 1;

uint64_t short_key(const char* bytes, size_t size) {
  return word_of(bytes, size) | size;
}

std::string text_of(uint64_t short_key) {
  const uint64_t bytes = __builtin_bswap64(short_key);
  return {reinterpret_cast<const char*>(&bytes), short_key & 0xFFU};
}

template <typename Offset>
bool are_short(const Offset* offsets, int64_t count) {
  Offset longest = 0;
  for (int64_t i = 0; i < count; ++i)
    longest = std::max(longest, offsets[i + 1] - offsets[i]);
  return longest <= static_cast<Offset>(kShortBytes);
}

// Texts and bytes with offsets of this type.
template <typename Offset>
class BytesBounds : public ColumnBounds {
 public:
  BytesBounds(TypePtr type, bool is_utf8) : type_(std::move(type)), is_utf8_(is_utf8) {}

  void add(const Column& column) override {
    if (column.null_count == column.length) return;
    const auto* offsets = column.offsets.as<Offset>();
    const auto* bytes = reinterpret_cast<const char*>(column.values.data());
    // A column of empty texts may have no bytes at all.
    if (bytes == nullptr) return widen_by({}, {});
    if (column.null_count == 0 && are_short(offsets, column.length)) {
      Span<uint64_t> span = no_values<uint64_t>();
      for (int64_t i = 0; i < column.length; ++i)
        widen(span,
              short_key(bytes + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])));
      return widen_by(text_of(span.min), text_of(span.max));
    }
    bool is_first = true;
    Text min;
    Text max;
    for (int64_t i = 0; i < column.length; ++i) {
      if (column.is_null(i)) continue;
      const auto size = static_cast<size_t>(offsets[i + 1] - offsets[i]);
      const Text text{bytes + offsets[i], size, word_of(bytes + offsets[i], size)};
      if (is_first) min = max = text;
      is_first = false;
      if (text.first > min.first && text.first < max.first) continue;
      if (is_less(text, min)) min = text;
      if (is_less(max, text)) max = text;
    }
    widen_by(min.bytes(), max.bytes());
  }

  void end_zone() override {
    const std::optional<std::string> max = is_empty_ ? std::nullopt : cut_max(max_text_, is_utf8_);
    if (is_empty_) {
      min_.append_null();
    } else {
      min_.append(cut_min(min_text_, is_utf8_));
    }
    if (max) {
      max_.append(*max);
    } else {
      max_.append_null();
    }
    is_empty_ = true;
  }

  ColumnPtr finish_min() override { return min_.finish(type_); }
  ColumnPtr finish_max() override { return max_.finish(type_); }

 private:
  void widen_by(std::string_view min, std::string_view max) {
    if (is_empty_ || min < min_text_) min_text_ = min;
    if (is_empty_ || max > max_text_) max_text_ = max;
    is_empty_ = false;
  }

  TypePtr type_;
  bool is_utf8_;
  bool is_empty_ = true;
  std::string min_text_;
  std::string max_text_;
  BytesBuilder min_;
  BytesBuilder max_;
};

// The other types without children, which are rare: row by row.
class ComparedBounds : public ColumnBounds {
 public:
  explicit ComparedBounds(TypePtr type) : type_(std::move(type)) {}

  void add(const Column& column) override {
    for (int64_t i = 0; i < column.length; ++i) {
      if (column.is_null(i)) continue;
      const bool is_first = min_ == nullptr;
      const auto row = static_cast<RowIndex>(i);
      if (is_first || compare_values(column, i, *min_, 0) < 0) min_ = take(column, {&row, 1});
      if (is_first || compare_values(column, i, *max_, 0) > 0) max_ = take(column, {&row, 1});
    }
  }

  void end_zone() override {
    // A NaN comes last, and makes both unknown as those of FixedBounds are.
    const bool is_unknown = min_ == nullptr || (is_float(type_->id) && is_nan(*max_));
    minima_.push_back(is_unknown ? make_null_column(type_, 1) : min_);
    maxima_.push_back(is_unknown ? make_null_column(type_, 1) : max_);
    min_ = max_ = nullptr;
  }

  ColumnPtr finish_min() override { return finish(minima_); }
  ColumnPtr finish_max() override { return finish(maxima_); }

 private:
  // Of a float16: the exponent is all ones, the fraction is not zero.
  static bool is_nan(const Column& value) { return (value.data<uint16_t>()[0] & 0x7FFFU) > 0x7C00; }

  ColumnPtr finish(std::vector<ColumnPtr>& rows) const {
    const std::vector<ColumnPtr> taken = std::exchange(rows, {});
    return taken.empty() ? make_null_column(type_, 0) : concatenate(taken);
  }

  TypePtr type_;
  ColumnPtr min_;
  ColumnPtr max_;
  std::vector<ColumnPtr> minima_;
  std::vector<ColumnPtr> maxima_;
};

// Of the dictionary's values, those that rows have.
class DictionaryBounds : public ColumnBounds {
 public:
  explicit DictionaryBounds(std::unique_ptr<ColumnBounds> values) : values_(std::move(values)) {}

  void add(const Column& column) override {
    if (column.length == 0 || column.null_count == column.length) return;
    std::vector<bool> is_used(static_cast<size_t>(column.dictionary->length));
    switch (fixed_width(*column.type)) {
      case 1:
        mark<uint8_t>(column, is_used);
        break;
      case 2:
        mark<uint16_t>(column, is_used);
        break;
      case 4:
        mark<uint32_t>(column, is_used);
        break;
      default:
        mark<uint64_t>(column, is_used);
    }
    std::vector<RowIndex> rows;
    for (size_t k = 0; k < is_used.size(); ++k) {
      if (is_used[k]) rows.push_back(static_cast<RowIndex>(k));
    }
    values_->add(*plain(take(*column.dictionary, rows)));
  }

  void end_zone() override { values_->end_zone(); }
  ColumnPtr finish_min() override { return values_->finish_min(); }
  ColumnPtr finish_max() override { return values_->finish_max(); }

 private:
  // An index of a row that is not null is never negative.
  template <typename Index>
  static void mark(const Column& column, std::vector<bool>& is_used) {
    const auto* indices = column.data<Index>();
    for (int64_t i = 0; i < column.length; ++i) {
      if (column.is_valid(i)) is_used[static_cast<size_t>(indices[i])] = true;
    }
  }

  std::unique_ptr<ColumnBounds> values_;
};

std::unique_ptr<ColumnBounds> make_compared_bounds(const TypePtr& type) {
  if (!type->children.empty() || !is_orderable(*type) || type->id == TypeId::kNull) return nullptr;
  return std::make_unique<ComparedBounds>(type);
}

}  // namespace

std::unique_ptr<ColumnBounds> make_column_bounds(const TypePtr& type) {
  switch (type->id) {
    case TypeId::kBool:
      return std::make_unique<BoolBounds>();
    case TypeId::kInt8:
      return std::make_unique<FixedBounds<int8_t>>(type);
    case TypeId::kInt16:
      return std::make_unique<FixedBounds<int16_t>>(type);
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
      return std::make_unique<FixedBounds<int32_t>>(type);
    case TypeId::kInt64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
      return std::make_unique<FixedBounds<int64_t>>(type);
    case TypeId::kUint8:
      return std::make_unique<FixedBounds<uint8_t>>(type);
    case TypeId::kUint16:
      return std::make_unique<FixedBounds<uint16_t>>(type);
    case TypeId::kUint32:
      return std::make_unique<FixedBounds<uint32_t>>(type);
    case TypeId::kUint64:
      return std::make_unique<FixedBounds<uint64_t>>(type);
    case TypeId::kFloat32:
      return std::make_unique<FixedBounds<float>>(type);
    case TypeId::kFloat64:
      return std::make_unique<FixedBounds<double>>(type);
    case TypeId::kDecimal128:
      return std::make_unique<FixedBounds<int128_t>>(type);
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return std::make_unique<BytesBounds<int32_t>>(type, is_text(type->id));
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary:
      return std::make_unique<BytesBounds<int64_t>>(plain(type), is_text(type->id));
    case TypeId::kDictionary: {
      std::unique_ptr<ColumnBounds> values = make_column_bounds(plain(type->value_type));
      return values == nullptr ? nullptr : std::make_unique<DictionaryBounds>(std::move(values));
    }
    default:
      return make_compared_bounds(type);
  }
}

}  // namespace penstock
