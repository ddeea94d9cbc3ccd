// Column types from sampled JSON records.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/text/decimal_guess.h"

namespace penstock {

// What has been seen of one value in all records: one of these stands for the records, and one for
// each key and for the items of each array inside.
//
// Rules: all true or false: bool. Whole numbers within 64 bits: int64; with fractions among them
// float64, unless a whole one would lose digits; with `decimals` the decimal that holds all of them
// as written, where there is one. Strings that are all dates: date32; all
// timestamps, either all or none with an offset: timestamp (of UTC with one) in microseconds, in
// nanoseconds when some need them. Objects: a struct of all keys in order of first appearance.
// Arrays: a list. Nothing but nulls, objects without keys, and any mixture: utf8, which holds what
// is no string as its JSON text.
class JsonGuess {
 public:
  JsonGuess();
  ~JsonGuess();
  JsonGuess(JsonGuess&&) noexcept;

  // Takes the value at `token` into account; returns the token after it. REQUIRES that skip_json()
  // steps over it with kMaxNesting.
  const uint32_t* add(const uint8_t* data, const uint32_t* token);

  // Fields of all keys, for the guess that stands for the records. A field of which no value was
  // seen has kEmptySampleKey in its metadata.
  std::vector<Field> fields(bool decimals) const;
  // Whether a value was seen, null counting as none.
  bool has_value() const { return seen_ != 0; }
  TypePtr type(bool decimals) const;

  // Keys here and inside; to hold against kMaxColumns.
  int64_t key_count() const;

 private:
  enum Seen : uint32_t {
    kTrueOrFalse = 1,
    kWhole = 2,
    kLargeWhole = 4,  // beyond 2^53: exact as int64, not as float64
    kHugeWhole = 8,   // beyond int64
    kFraction = 16,
    kNotFinite = 32,  // the strings nan, inf, -inf
    kDate = 64,
    kTimestamp = 128,
    kZoned = 256,
    kText = 512,
    kObject = 1024,
    kArray = 2048,
  };
  const uint32_t* add_object(const uint8_t* data, const uint32_t* token);
  void add_scalar(std::string_view token);
  void add_string(std::string_view contents);
  void add_timestamp(std::string_view contents);
  JsonGuess& key(std::string_view name);

  uint32_t seen_ = 0;
  bool nanoseconds_ = false;
  DecimalGuess decimal_;
  std::vector<std::string> names_;
  std::vector<JsonGuess> values_;
  std::unordered_map<std::string, size_t> by_name_;
  std::unique_ptr<JsonGuess> item_;
};

}  // namespace penstock
