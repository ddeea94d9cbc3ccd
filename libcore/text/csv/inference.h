// Types guessed from text, for CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/text/csv/records.h"
#include "libcore/text/date_format.h"
#include "libcore/text/decimal_guess.h"
#include "libcore/text/timestamp_guess.h"

namespace penstock {

// What the values of one column have in common. A guess never bends a value: what the guessed type
// would change stays text. So these are text: integers with leading zeros or a '+', integers beyond
// 64 bits, numbers of more digits than a float64 holds (number_form.h), "12e4" (an exponent without
// point or sign is as likely a code), integers beyond 2^53 mixed with fractions.
class TypeGuess {
 public:
  // A field's value without its quotes; nulls are not shown, so an empty value is a quoted one and
  // text. `format` may be null.
  void see(std::string_view text, const DateFormat* format);

  // bool, int64, float64, date32, timestamp (in the unit of timestamp_guess.h; with zone UTC when
  // every value has an offset), utf8 for mixtures and for nothing seen.
  // With `decimals` a decimal instead of float64 where one holds all of the numbers as written.
  TypePtr type(bool decimals) const;

  // Whether a guess of `type`, made before, stays this type when it sees `text`: the rule by which
  // a value of an inferred column is read. REQUIRES int64, float64 or an inferred decimal128: what
  // text of other types is read at all is what the guess takes for them.
  static bool takes(std::string_view text, const Type& type, const DateFormat* format);

  // Nothing seen can change the guess any more: it is utf8.
  bool is_text() const;
  // Nothing but nulls.
  bool is_empty() const { return kinds_ == 0; }

 private:
  uint32_t kinds_ = 0;
  TimestampGuess timestamp_;
  bool beyond_double_ = false;  // an integer that a float64 does not hold exactly
  DecimalGuess decimal_;
};

// Shows the fields of all records that end in `text` to the guesses, one a column. Records with a
// fault are passed over. A guess whose `wanted` is false is
// left alone.
void sample_records(std::string_view text, const CsvDialect& dialect, const DateFormat* format,
                    const std::vector<bool>& wanted, std::vector<TypeGuess>& guesses);

}  // namespace penstock
