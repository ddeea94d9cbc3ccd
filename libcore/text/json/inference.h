// Column types from sampled JSON records.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/text/date_format.h"
#include "libcore/text/decimal_guess.h"
#include "libcore/text/timestamp_guess.h"

namespace penstock {

// What has been seen of one value in all records: one of these stands for the records, and one for
// each key and for the items of each array inside.
//
// Rules: all true or false: bool. Whole numbers within 64 bits: int64; with fractions among them
// float64, unless one would lose digits (number_form.h); with `decimals` the decimal that holds all
// of them as written, where there is one. Strings that are all dates: date32; all
// timestamps, either all or none with an offset: timestamp (of UTC with one) in the unit of
// timestamp_guess.h; both in the form of `dates` where it is not null. Objects: a struct of all
// keys in order of first appearance. Arrays: a list. Nothing but nulls, objects without keys, and
// any mixture: utf8, which holds what is no string as its JSON text.
class JsonGuess {
 public:
  // `dates` outlives the object.
  explicit JsonGuess(const DateFormat* dates);
  ~JsonGuess();
  JsonGuess(JsonGuess&&) noexcept;

  // Takes the value at `token` into account; returns the token after it. REQUIRES that skip_json()
  // steps over it with kMaxNesting.
  const uint32_t* add(const uint8_t* data, const uint32_t* token);

  // Whether a guess of `type`, made before, stays this type when it sees the number `token`, or one
  // of the strings that are floats: the rule by which values of inferred columns are read. REQUIRES
  // int64, float64 or a decimal128 that was guessed.
  static bool takes(std::string_view token, const Type& type);

  // Fields of all keys, for the guess that stands for the records. A field of which no value was
  // seen has kEmptySampleKey in its metadata.
  std::vector<Field> fields(bool decimals) const;
  // Whether a value was seen, null counting as none.
  bool has_value() const { return seen_ != 0; }
  TypePtr type(bool decimals) const;

 private:
  enum Seen : uint32_t {
    kTrueOrFalse = 1,
    kWhole = 2,
    kLargeWhole = 4,  // beyond 2^53: exact as int64, not as float64
    kLong = 8,        // a number whose digits only a decimal holds
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
  void add_number(std::string_view token);
  void add_string(std::string_view contents);
  JsonGuess& key(std::string_view name);

  uint32_t seen_ = 0;
  const DateFormat* dates_;
  TimestampGuess timestamp_;
  DecimalGuess decimal_;
  std::vector<std::string> names_;
  std::vector<JsonGuess> values_;
  std::unordered_map<std::string, size_t> by_name_;
  std::unique_ptr<JsonGuess> item_;
};

}  // namespace penstock
