#include <array>

#include "libcore/expr/time/interval_parts.h"

namespace penstock {
namespace {

class IsoInterval {
 public:
  explicit IsoInterval(std::string_view text) : text_(text), reader_(text) {}

  std::optional<Interval> run() {
    if (text_.size() < 2 || !reader_.accept('P')) return std::nullopt;
    if (!date() || (reader_.accept('T') && !clock()) || !reader_.at_end()) return std::nullopt;
    return sums_.finish(false);
  }

 private:
  struct Letter {
    char letter;
    TimeField unit;
  };
  static constexpr std::array<Letter, 4> kDateLetters = {{{'Y', TimeField::kYear},
                                                          {'M', TimeField::kMonth},
                                                          {'W', TimeField::kWeek},
                                                          {'D', TimeField::kDay}}};
  static constexpr std::array<Letter, 3> kClockLetters = {
      {{'H', TimeField::kHour}, {'M', TimeField::kMinute}, {'S', TimeField::kSecond}}};

  // Reads a number, and records the digits that follow its sign.
  bool number(IntervalAmount& amount) {
    IntervalReader digits = reader_;
    digits.accept('-');
    width_ = digits.take_while(is_digit).size();
    return reader_.iso_number(amount);
  }

  template <size_t N>
  bool add_by_letter(const std::array<Letter, N>& letters, const IntervalAmount& amount) {
    for (const Letter& known : letters) {
      if (reader_.accept(known.letter)) return sums_.add(amount, known.unit);
    }
    return false;
  }

  // Reads a number that no letter follows: with exactly `width` digits it is three fields at once;
  // otherwise more fields may follow, each after `mark`.
  bool fields(IntervalAmount amount, size_t width, char mark,
              const std::array<TimeField, 3>& units) {
    if (width_ == width && reader_.peek() != mark) {
      IntervalAmount last{amount.whole % 100, amount.fraction, amount.fine};
      return sums_.add({amount.whole / 10000, 0, 0}, units[0]) &&
             sums_.add({amount.whole / 100 % 100, 0, 0}, units[1]) && sums_.add(last, units[2]);
    }
    if (!sums_.add(amount, units[0])) return false;
    for (size_t k = 1; k < units.size() && reader_.accept(mark); ++k) {
      if (!number(amount) || !sums_.add(amount, units[k])) return false;
    }
    return true;
  }

  // Up to a T or the end.
  bool date() {
    for (bool first = true; !reader_.at_end() && reader_.peek() != 'T'; first = false) {
      IntervalAmount amount;
      if (!number(amount)) return false;
      char next = reader_.peek();
      if (reader_.at_end() || next == 'T' || next == '-') {
        return first &&
               fields(amount, 8, '-', {TimeField::kYear, TimeField::kMonth, TimeField::kDay});
      }
      if (!add_by_letter(kDateLetters, amount)) return false;
    }
    return true;
  }

  // Reads the fields after a T; PostgreSQL allows more Ts between the numbers.
  bool clock() {
    for (bool first = true; !reader_.at_end(); first = false) {
      if (reader_.accept('T')) return clock();
      IntervalAmount amount;
      if (!number(amount)) return false;
      if (reader_.at_end() || reader_.peek() == ':') {
        return first &&
               fields(amount, 6, ':', {TimeField::kHour, TimeField::kMinute, TimeField::kSecond});
      }
      if (!add_by_letter(kClockLetters, amount)) return false;
    }
    return true;
  }

  std::string_view text_;
  IntervalReader reader_;
  size_t width_ = 0;
  IntervalSums sums_;
};

}  // namespace

std::optional<Interval> parse_iso_interval(std::string_view text) {
  return IsoInterval(text).run();
}

}  // namespace penstock
