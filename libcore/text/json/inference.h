// Infers column types from sampled JSON records.
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

// The kinds of values seen at one place in all records: one object stands for the records
// themselves, one for each key, and one for the items of each array inside.
//
// Rules: all true or false: bool. Whole numbers within 64 bits: int64. With fractions among them:
// float64, unless one would lose digits (number_form.h); with `decimals`, the decimal that holds
// all of them as written, if there is one. Strings that are all dates: date32. Strings that are all
// timestamps, either all or none with an offset: timestamp (of UTC with one) in the unit of
// timestamp_guess.h. Both have the form of `dates` if it is not null. Objects: a struct of all keys
// in order of first appearance. Arrays: a list. Only nulls, objects without keys, and any mixture:
// utf8, where a value that is not a string becomes its JSON text.
class JsonGuess {
 public:
  // `dates` must outlive the object.
  explicit JsonGuess(const DateFormat* dates);
  ~JsonGuess();
  JsonGuess(JsonGuess&&) noexcept;

  // Adds the value at `token` and returns the token after it. REQUIRES that skip_json() steps over
  // it with kMaxNesting.
  const uint32_t* add(const uint8_t* data, const uint32_t* token);

  // Returns whether an earlier guess of `type` would stay the same with the number `token`, or one
  // of the strings that are floats, among its values: the rule by which values of inferred columns
  // are read. REQUIRES int64, float64 or a decimal128 that was guessed.
  static bool takes(std::string_view token, const Type& type);

  // Returns fields of all keys, for the guess that stands for the records. A field without values
  // has kEmptySampleKey in its metadata.
  std::vector<Field> fields(bool decimals) const;
  // Returns whether a value other than null was seen.
  bool has_value() const { return seen_ != 0; }
  TypePtr type(bool decimals) const;

 private:
  enum Seen : uint32_t {
    kTrueOrFalse = 1,
    kWhole = 2,
    kLargeWhole = 4,  // beyond 2^53: exact as int64, not as float64
    kLong = 8,        // a number whose digits need a decimal
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
