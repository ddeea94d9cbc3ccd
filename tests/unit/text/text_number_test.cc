#include "libcore/text/text_number.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>

#include "libcore/base/number.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

// Text followed by bytes that must not matter.
class Padded {
 public:
  Padded(const std::string& text, char after) : size_(text.size()), bytes_(text) {
    bytes_.append(64, after);
  }
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(bytes_.data()); }
  int64_t size() const { return static_cast<int64_t>(size_); }

 private:
  size_t size_;
  std::string bytes_;
};

// What the quick functions take they must take as the slow ones do; `quick_enough` texts they must
// take.
void expect_agreement(const std::string& text) {
  for (char after : {'0', ',', '.', '\xff', '-'}) {
    Padded padded(text, after);
    int64_t integer = 0;
    if (quick_int64(padded.data(), padded.size(), integer)) {
      ASSERT_EQ(parse_int64(text), integer) << text;
    }
    double number = 0;
    if (quick_float64(padded.data(), padded.size(), number)) {
      auto exact = parse_float64(text);
      ASSERT_TRUE(exact.has_value()) << text;
      ASSERT_EQ(std::bit_cast<uint64_t>(*exact), std::bit_cast<uint64_t>(number)) << text;
    }
    int32_t days = 0;
    if (quick_date(padded.data(), padded.size(), days)) {
      ASSERT_EQ(parse_date(text), days) << text;
    }
  }
}

TEST(TextNumber, AgreesOnRandomText) {
  std::mt19937 random(1);
  const std::string alphabet = "0123456789012345678901234567890123456789..--+eE/:; \x80";
  for (int i = 0; i < 300000; ++i) {
    std::string text;
    for (size_t j = random() % 19; j > 0; --j)
      text += alphabet[random() % alphabet.size()];
    expect_agreement(text);
  }
}

TEST(TextNumber, TakesTheCommonForms) {
  auto takes_int = [](const std::string& text) {
    int64_t value = 0;
    Padded padded(text, ',');
    return quick_int64(padded.data(), padded.size(), value);
  };
  auto takes_float = [](const std::string& text) {
    double value = 0;
    Padded padded(text, ',');
    return quick_float64(padded.data(), padded.size(), value);
  };
  for (const char* text : {"0", "7", "-7", "12345678", "123456789", "1234567890123456"}) {
    EXPECT_TRUE(takes_int(text)) << text;
  }
  for (const char* text : {"", "-", "12345678901234567", "1a", "/1", ":"}) {
    EXPECT_FALSE(takes_int(text)) << text;
  }
  for (const char* text :
       {"0.04", "-89.23450472", "104949.50", "5", "-5.", ".5", "1234567.12345678"}) {
    EXPECT_TRUE(takes_float(text)) << text;
  }
  for (const char* text : {"", ".", "-.", "1.2.3", "1e5", "12345678.1", "1.123456789"}) {
    EXPECT_FALSE(takes_float(text)) << text;
  }
}

TEST(TextNumber, EveryDayOfItsCenturies) {
  for (int32_t day = -25567; day < 68000; ++day) {
    std::string text;
    CivilDate date = civil_from_days(day);
    text = std::to_string(date.year) + (date.month < 10 ? "-0" : "-") + std::to_string(date.month) +
           (date.day < 10 ? "-0" : "-") + std::to_string(date.day);
    Padded padded(text, '1');
    int32_t found = 0;
    bool taken = quick_date(padded.data(), padded.size(), found);
    ASSERT_EQ(taken, date.year < 2156) << text;
    if (taken) {
      ASSERT_EQ(found, day) << text;
    }
  }
  for (const char* text : {"2023-02-29", "1900-02-29", "2024-00-10", "2024-13-01", "2024-04-31",
                           "2024-01-00", "2024/01/01", "2024-1-001", "20240101--"}) {
    Padded padded(text, '1');
    int32_t found = 0;
    EXPECT_FALSE(quick_date(padded.data(), padded.size(), found)) << text;
  }
}

}  // namespace
}  // namespace penstock
