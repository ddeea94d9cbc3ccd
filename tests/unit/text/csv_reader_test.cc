#include "libcore/text/csv_reader.h"

#include <gtest/gtest.h>

#include "tests/unit/text/csv_test_input.h"

namespace penstock {
namespace {

using Rows = std::vector<TextRow>;
const std::nullopt_t kNull = std::nullopt;

TEST(CsvReader, TypesAndNulls) {
  std::string text = "i,f,b,d,t,s\n1,2.5,true,2024-02-29,2024-02-29 12:30:00,abc\n,,,,,\n";
  EXPECT_EQ(schema_of(text), "i: int64, f: float64, b: bool, d: date32, t: timestamp[us], s: utf8");
  EXPECT_EQ(read_rows(text), (Rows{{"1", "2.5", "true", "2024-02-29", "2024-02-29T12:30:00", "abc"},
                                   {kNull, kNull, kNull, kNull, kNull, kNull}}));
}

TEST(CsvReader, QuotedFields) {
  EXPECT_EQ(read_rows("a,b\n\"x,y\",\"\"\n\"say \"\"hi\"\"\",\n\"two\nlines\",\"z\"\n"),
            (Rows{{"x,y", ""}, {"say \"hi\"", kNull}, {"two\nlines", "z"}}));
}

TEST(CsvReader, LineEnds) {
  EXPECT_EQ(read_rows("\xEF\xBB\xBF"
                      "a,b\r\n1,x\r\n2,\"y\"\r\n\r\n3,\n4,z\rz"),
            (Rows{{"1", "x"}, {"2", "y"}, {"3", kNull}, {"4", "z\rz"}}));
  EXPECT_EQ(read_rows("a\r\n1\r\n\r\n3"), (Rows{{"1"}, {kNull}, {"3"}}));
  EXPECT_EQ(read_rows("\n\na,b\n\n1,2\n\n\n3,4\n\n"), (Rows{{"1", "2"}, {"3", "4"}}));
}

TEST(CsvReader, QuotesInsideUnquotedFieldsThatChangeNothing) {
  EXPECT_EQ(read_rows("a,b\n37'37.8\"N 121 2'17.9\"W,x\n"),
            (Rows{{"37'37.8\"N 121 2'17.9\"W", "x"}}));
}

TEST(CsvReader, Errors) {
  EXPECT_EQ(error_of("a,b\n1,2\n3\n"),
            "t.csv:3: row has 1 field, expected 2; quote fields that contain ',', or use "
            "--on-error=skip to leave such rows out");
  EXPECT_EQ(error_of("a,b\n\"x\ny\",2\n3,4,5\n"),
            "t.csv:4: row has 3 fields, expected 2; quote fields that contain ',', or use "
            "--on-error=skip to leave such rows out");
  EXPECT_EQ(error_of("a,b\n1,5\" pipe, 3\" nail\n"),
            "t.csv:2: column 'b': a quote stands inside an unquoted field; use --no-quotes if "
            "quotes are data, or --on-error=skip to leave such rows out");
  EXPECT_EQ(
      error_of("a,b\n1,\"x\"y\n"),
      "t.csv:2: column 'b': bytes follow a closing quote; use --no-quotes if quotes are data, "
      "or --on-error=skip to leave such rows out");
  EXPECT_EQ(
      error_of("a,b\n1,x\n2,\"y\nz\n"),
      "t.csv:3: the quote opened here is never closed; use --no-quotes if quotes are data, or "
      "--on-error=skip to leave such rows out");
  EXPECT_EQ(error_of(""),
            "t.csv: empty input; expected a header row (use --no-header with --names to read no "
            "rows as a table)");
  EXPECT_EQ(error_of("a,b,a\n"),
            "t.csv:1: columns 1 and 3 are both named 'a'; name the columns with --names");
  CsvReadOptions options;
  options.types = {{"b", int64_type()}};
  EXPECT_EQ(error_of("a,b\n1,12\n2,12.5\n", options),
            "t.csv:3: column 'b': '12.5' is not an integer; use --types b=float64 or "
            "--on-error=null");
  EXPECT_EQ(error_of("a,b\nx,1\n\xff,2\n"),
            "t.csv:3: column 'a': '\\xff' is not valid UTF-8; use --types a=binary or "
            "--on-error=null");
}

}  // namespace
}  // namespace penstock
