// Infers types from text, for CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/text/csv/records.h"
#include "libcore/text/csv/value_style.h"
#include "libcore/text/date_format.h"
#include "libcore/text/decimal_guess.h"
#include "libcore/text/timestamp_guess.h"

namespace penstock {

// Infers the type of one column from its values. A value that the type would change keeps the
// column text: integers with leading zeros or a '+', integers beyond 64 bits, numbers of more
// digits than a float64 holds (number_form.h), "12e4" (an exponent without a point or sign may as
// well be a code), and integers beyond 2^53 in a column with fractions.
class TypeGuess {
 public:
  // Adds the value of a field, without its quotes. Do not add nulls: an empty value is a quoted
  // one, and text. `format` may be null. Numbers are written as `style` has them.
  void see(std::string_view text, const DateFormat* format, const ValueStyle& style = {});

  // Returns bool, int64, float64, date32, timestamp (in the unit of timestamp_guess.h; with zone
  // UTC when every value has an offset), or utf8 for mixtures and without values. With `decimals`,
  // returns a decimal instead of float64 if one holds all of the numbers as written.
  TypePtr type(bool decimals) const;

  // Returns whether an earlier guess of `type` would stay the same with `text` among its values:
  // the rule by which a value of an inferred column is read. REQUIRES int64, float64 or an inferred
  // decimal128; the values of other types are those that the guess accepts. A number is given as it
  // is usually written (ValueStyle).
  static bool takes(std::string_view text, const Type& type, const DateFormat* format);

  // Returns whether the guess is utf8 whatever values follow.
  bool is_text() const;
  // Returns whether there were no values but nulls.
  bool is_empty() const { return kinds_ == 0; }

 private:
  void see_number_or_word(std::string_view text);

  uint32_t kinds_ = 0;
  TimestampGuess timestamp_;
  bool beyond_double_ = false;  // an integer that a float64 does not hold exactly
  DecimalGuess decimal_;
};

// How the fields of a sample are seen. What it refers to must outlive it.
struct CsvSampling {
  const CsvDialect& dialect;
  const ValueStyle& style;
  const DateFormat* format;  // may be null
  const std::vector<bool>& wanted;
};

// Adds the fields of all records that end in `text` to the guesses, one for each column. Skips
// records with a fault, and guesses whose `wanted` is false.
void sample_records(std::string_view text, const CsvSampling& sampling,
                    std::vector<TypeGuess>& guesses);

}  // namespace penstock
