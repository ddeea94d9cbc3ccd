#include "libcore/text/csv/inference.h"

#include <gtest/gtest.h>

#include <random>

#include "libcore/base/number.h"
#include "libcore/text/number_form.h"
#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

std::string type_of(const std::vector<std::string>& values, const char* format = nullptr) {
  std::optional<DateFormat> dates;
  if (format != nullptr) dates.emplace(format);
  TypeGuess guess;
  for (const std::string& value : values)
    guess.see(value, dates ? &*dates : nullptr);
  return guess.type(false)->to_string();
}

std::string decimal_of(const std::vector<std::string>& values) {
  TypeGuess guess;
  for (const std::string& value : values)
    guess.see(value, nullptr);
  return guess.type(true)->to_string();
}

TEST(TypeGuess, Numbers) {
  EXPECT_EQ(type_of({"0", "-5", "9223372036854775807", "-9223372036854775808"}), "int64");
  EXPECT_EQ(type_of({"1", "2.5"}), "float64");
  EXPECT_EQ(type_of({"0.5", ".5", "5.", "-1.5e-10", "1e+300", "1.0E5"}), "float64");
  EXPECT_EQ(type_of({"1.5", "NaN", "inf", "-inf"}), "float64");
  EXPECT_EQ(type_of({"-0"}), "float64");
}

TEST(TypeGuess, TimestampsThatNoUnitHoldsAreText) {
  EXPECT_EQ(type_of({"2024-02-03T01:02:03.123456789", "2262-04-11T23:47"}), "timestamp[ns]");
  EXPECT_EQ(type_of({"2024-02-03T01:02:03.123456789", "2262-04-12T00:00"}), "utf8");
  EXPECT_EQ(type_of({"2262-04-12T00:00", "0001-01-01 00:00:00.000001"}), "timestamp[us]");
  EXPECT_EQ(type_of({"1610-02-28T17:01:07.123456789Z"}), "utf8");
  EXPECT_EQ(type_of({"2024-02-03T01:02:03.123456789Z", "1677-09-22T00:00+02:00"}),
            "timestamp[ns, UTC]");
}

TEST(TypeGuess, DecimalsHoldEveryDigit) {
  EXPECT_EQ(decimal_of({"1.5", "22", "-0.125", ".5"}), "decimal128(18,3)");
  EXPECT_EQ(decimal_of({"123456789012345.5", "0.123"}), "decimal128(18,3)");
  EXPECT_EQ(decimal_of({"123456789012345.5", "0.1234"}), "decimal128(38,4)");
  EXPECT_EQ(decimal_of({"9007199254740993", "0.5"}), "decimal128(18,1)");
  EXPECT_EQ(decimal_of({"1", "2"}), "int64");
  EXPECT_EQ(decimal_of({"1", "2.5", "1e-3"}), "float64");
  EXPECT_EQ(decimal_of({"1.5", "nan"}), "float64");
  EXPECT_EQ(decimal_of({"5."}), "float64");
  EXPECT_EQ(decimal_of({"1.5", "x"}), "utf8");
  EXPECT_EQ(decimal_of({"2024-01-01"}), "date32");
  EXPECT_EQ(decimal_of({"111111.111111111111111111"}), "decimal128(38,18)");
  EXPECT_EQ(decimal_of({"12345678901234567890", "0.5"}), "decimal128(38,1)");
  EXPECT_EQ(decimal_of({"12345678901234567890"}), "utf8");
}

TEST(TypeGuess, WhatANumberWouldBendStaysText) {
  for (const char* text : {"007",
                           "-01",
                           "00.5",
                           "+49",
                           "9223372036854775808",
                           "0x10",
                           "1,5",
                           "12e4",
                           "1e",
                           "1e999",
                           "1.2.3",
                           "-",
                           ".",
                           "1.234567890123456789",
                           "123456789012345678901.5",
                           "9007199254740993.0",
                           "1e-400",
                           "1.23456789e-320",
                           " 1",
                           "1 ",
                           "NaN",
                           "inf"}) {
    EXPECT_EQ(type_of({text}), "utf8") << text;
  }
  EXPECT_EQ(type_of({"9007199254740993", "0.5"}), "utf8");
  EXPECT_EQ(type_of({"9007199254740993", "5"}), "int64");
  EXPECT_EQ(type_of({"1", "true"}), "utf8");
  EXPECT_EQ(type_of({"5", "2024-01-01"}), "utf8");
}

TEST(TypeGuess, BoolsAndNothing) {
  EXPECT_EQ(type_of({"true", "False", "TRUE"}), "bool");
  EXPECT_EQ(type_of({"t"}), "utf8");
  EXPECT_EQ(type_of({}), "utf8");
  EXPECT_EQ(type_of({"1", ""}), "utf8");
}

TEST(TypeGuess, DatesAndTimes) {
  EXPECT_EQ(type_of({"2024-02-29"}), "date32");
  EXPECT_EQ(type_of({"2023-02-29"}), "utf8");
  EXPECT_EQ(type_of({"2024-02-29 12:00:00", "2024-02-29T12:00:00.123456"}), "timestamp[us]");
  EXPECT_EQ(type_of({"2024-02-29 12:00:00", "2024-02-29T12:00:00.1234567"}), "timestamp[ns]");
  EXPECT_EQ(type_of({"2024-02-29 12:00:00Z", "2024-02-29T12:00:00+02:00"}), "timestamp[us, UTC]");
  EXPECT_EQ(type_of({"2024-02-29 12:00:00Z", "2024-02-29T12:00:00"}), "utf8");
  EXPECT_EQ(type_of({"2024-02-29", "2024-02-29T12:00:00"}), "utf8");
  EXPECT_EQ(type_of({"29.02.24"}, "%d.%m.%y"), "date32");
  EXPECT_EQ(type_of({"2024-02-29"}, "%d.%m.%y"), "utf8");
  EXPECT_EQ(type_of({"20240229"}, "%Y%m%d"), "date32");
  EXPECT_EQ(type_of({"1/31/24 5:06 PM"}, "%m/%d/%y %I:%M %p"), "timestamp[us]");
  EXPECT_EQ(type_of({"2024-02-29"}, "%m/%d/%y %H:%M"), "date32");
}

bool takes(const char* text, const TypePtr& type) {
  return TypeGuess::takes(text, *type, nullptr);
}

TEST(TypeGuess, TakesWhatKeepsTheType) {
  for (const char* text : {"0", "-5", "9223372036854775807"})
    EXPECT_TRUE(takes(text, int64_type())) << text;
  for (const char* text : {"-0", "007", "+49", "1.5", "9223372036854775808", "x", ""})
    EXPECT_FALSE(takes(text, int64_type())) << text;
  for (const char* text : {"0", "-0", "9007199254740992", "1e-5", "NaN", "inf", "5e-324"})
    EXPECT_TRUE(takes(text, float64_type())) << text;
  for (const char* text :
       {"9007199254740993", "007.50", "NAN", "INF", "1e-400", "12e4", "0.12345678901234567890"})
    EXPECT_FALSE(takes(text, float64_type())) << text;
  for (const char* text : {"0.25", "5", "1234567890123456.25"})
    EXPECT_TRUE(takes(text, decimal_type(18, 2))) << text;
  for (const char* text : {"05.00", "1.500", "12345678901234567", "1e-1", "nan"})
    EXPECT_FALSE(takes(text, decimal_type(18, 2))) << text;
}

// What the reader takes without asking is what inference takes.
TEST(TypeGuess, PlainNumbersAreTaken) {
  std::mt19937_64 random(1);
  auto pick = [&random](size_t n) { return random() % n; };
  int64_t plain = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text = std::string(pick(3) == 0 ? "-" : "");
    for (size_t digits = pick(19); digits > 0; --digits)
      text += "0123456789"[pick(4) == 0 ? 0 : pick(10)];
    if (pick(2) == 0) text += '.';
    for (size_t digits = pick(19); digits > 0; --digits)
      text += "0123456789"[pick(10)];
    if (pick(8) == 0) text += "e5";
    auto value = parse_float64(text);
    if (!value || !is_plain_float(text, *value)) continue;
    ++plain;
    EXPECT_TRUE(takes(text.c_str(), float64_type())) << text;
  }
  EXPECT_GT(plain, 20000);
}

TEST(CsvInference, LooksAtTheWholeFileWhereItCanSeek) {
  std::string text = "a,b\n";
  while (text.size() < 3'000'000)
    text += "1,2\n";
  text += "x,2.5\n";
  EXPECT_EQ(schema_of(text), "a: utf8, b: float64");
  // A pipe shows its first chunk only; what contradicts later is an error that says what to do.
  CsvReadOptions options;
  options.chunk_bytes = 1000;
  auto pipe = std::make_unique<PeekableSource>(std::make_unique<PipeLikeSource>(text, 100000));
  OperatorPtr reader = open_csv(std::move(pipe), options);
  EXPECT_EQ(schema_text(*reader->schema()), "a: int64, b: int64");
  try {
    rows_of(*reader);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "standard input:750001: column 'a': 'x' is not an integer; use --types a=text or "
              "--on-error=null");
  }
}

TEST(CsvInference, EmptySampleIsMarked) {
  OperatorPtr reader = open_csv_text("a,b\n1,\n2,\n");
  EXPECT_EQ(schema_text(*reader->schema()), "a: int64, b: utf8");
  EXPECT_TRUE((*reader->schema())[0].metadata.empty());
  ASSERT_EQ((*reader->schema())[1].metadata.size(), 1U);
  EXPECT_EQ((*reader->schema())[1].metadata[0].first, kEmptySampleKey);
}

}  // namespace
}  // namespace penstock
