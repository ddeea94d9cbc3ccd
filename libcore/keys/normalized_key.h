// Keys as bytes whose order as unsigned bytes (memcmp) is the keys' order: Graefe, "Implementing
// Sorting in Database Systems", ACM Computing Surveys 38(3), 2006, section 3.
//
// A comparison is then one memcmp, whatever the keys' types, directions and nulls, and sorting can
// look at digits instead of comparing.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/decimal_scale.h"

namespace penstock {

struct KeyDirection {
  bool descending = false;
  bool nulls_first = false;
};

// Encodes the values of one key column as bytes.
//
// A key is a byte for null (which sorts before or after all values, as `direction` says), then the
// value: numbers in their width, big-endian, changed so that they compare as unsigned (sign bit
// flipped; negative floats inverted, NaN the greatest, -0 as 0); text and binary with each 0x00 as
// 0x00 0xFF, and 0x00 0x00 at the end. Descending inverts the bytes of the value. No key is a
// prefix of another.
//
// When all rows are known, a value needs only the bytes of its distance from the least value, and
// the null byte only if there are nulls: see narrow(). Then ten years of dates take two bytes, a
// float64 that is a price four (decimal_scale.h), and most sort keys fit into one 8-byte word.
class KeyCoding {
 public:
  // REQUIRES a plain type that can be a key (keys/value.h).
  KeyCoding(TypePtr type, KeyDirection direction);

  // Observes rows that will be encoded after narrow().
  void observe(const Column& column);
  // Observes what `other`, of the same type and direction, has observed.
  void merge(const KeyCoding& other);
  // From now on encodes for the observed rows alone.
  void narrow();

  // Returns whether every row takes the same few bytes, code_bytes() of them, so that
  // append_codes() can be called.
  bool is_code() const {
    bool fixed = form_ == Form::kNone || form_ == Form::kCode || form_ == Form::kShortText;
    return fixed && code_bytes() <= 8;
  }
  int32_t code_bytes() const { return null_bytes_ + value_bytes_; }

  // Sets codes[i] to its bytes so far followed by those of row i, as one number. REQUIRES
  // is_code().
  void append_codes(const Column& column, uint64_t* codes) const;

  // Adds the number of bytes that row i takes to sizes[i].
  void add_sizes(const Column& column, uint64_t* sizes) const;
  // Writes row i at bytes + ends[i], and moves ends[i] past it.
  void append_bytes(const Column& column, uint8_t* bytes, uint64_t* ends) const;

 private:
  // kCode: a number of up to 8 bytes. kWide: a 128-bit number. kShortText: at most 7 bytes and
  // their number, as one code. kRaw: bytes unchanged (fixed-size binary). kSwapped: little-endian
  // signed numbers in reverse byte order (decimal256).
  enum class Form { kNone, kCode, kWide, kShortText, kText, kRaw, kSwapped };

  template <typename Use>
  void with_codes(const Column& column, Use&& use) const;
  template <typename Write>
  void append_each(const Column& column, uint8_t* bytes, uint64_t* ends, Write write) const;
  uint8_t null_byte(bool is_null) const { return is_null != direction_.nulls_first ? 1 : 0; }

  TypePtr type_;
  KeyDirection direction_;
  Form form_ = Form::kNone;
  int32_t null_bytes_ = 1;
  int32_t value_bytes_ = 0;
  uint128_t least_ = 0;  // codes are taken from here, or up to `greatest_` when descending
  uint128_t greatest_ = 0;
  // What was observed.
  bool saw_null_ = false;
  bool saw_value_ = false;
  uint128_t seen_least_ = 0;
  uint128_t seen_greatest_ = 0;
  int64_t longest_ = 0;
  DecimalScale scale_;  // of float64
  bool is_scaled_ = false;
};

// The keys of a batch's rows.
class NormalizedKeys {
 public:
  // Encodes `rows` rows. REQUIRES as many columns as codings.
  void encode(std::span<const KeyCoding> codings, std::span<const ColumnPtr> columns, int64_t rows);

  // Frees the memory that only encode() needs, for keys that are kept.
  void drop_scratch();

  // The view is valid until the next encode().
  std::string_view row(int64_t i) const {
    auto at = static_cast<size_t>(i);
    return {reinterpret_cast<const char*>(bytes_.data()) + starts_[at],
            starts_[at + 1] - starts_[at]};
  }

 private:
  MutableBuffer bytes_;
  std::vector<uint64_t> starts_;  // rows + 1
  std::vector<uint64_t> ends_;
};

// Returns eight bytes of a key from `depth` on, as a number that orders as they do; bytes after the
// key's end are zeros. REQUIRES a key in a Buffer, because eight bytes are read whatever its size.
inline uint64_t key_word(std::string_view key, size_t depth) {
  if (depth >= key.size()) return 0;
  uint64_t word;
  std::memcpy(&word, key.data() + depth, sizeof word);
  word = __builtin_bswap64(word);
  size_t size = key.size() - depth;
  return size >= sizeof word ? word : word & ~(~uint64_t{0} >> (8 * size));
}

}  // namespace penstock
