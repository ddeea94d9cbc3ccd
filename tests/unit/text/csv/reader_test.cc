#include "libcore/text/csv/reader.h"

#include <gtest/gtest.h>

#include "tests/unit/text/csv/test_input.h"

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
                      "a,b\r\n1,x\r\n2,\"y\"\r\n\r\n3,\n4,\"z\rz\""),
            (Rows{{"1", "x"}, {"2", "y"}, {"3", kNull}, {"4", "z\rz"}}));
  Rows rows = {{"1", "x\ry"}, {"2", kNull}, {"3", "z"}};
  for (std::string end : {"\n", "\r", "\r\n", "\r\r\n"}) {
    for (std::string other : {"\n", "\r", "\r\n", "\r\r\n"}) {
      std::string text = "a,b" + end + "1,\"x\ry\"" + other + other + "2," + other + "3,z";
      EXPECT_EQ(read_rows(text), rows);
      EXPECT_EQ(read_rows(text + end), rows);
      EXPECT_EQ(error_of(text + end + "4" + other).substr(0, 23), "t.csv:7: row has 1 fiel");
    }
  }
  EXPECT_EQ(schema_of("a,b\r"), "a: utf8, b: utf8");
  EXPECT_EQ(error_of("a,b\r1,2,3\r4,5"),
            "t.csv:2: row has 3 fields, expected 2 (a '\\r' by itself ends a line unless it is "
            "quoted); quote fields that contain ',', or use --on-error=skip to leave such rows "
            "out");
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
            "t.csv:1: columns 1 and 3 are both named 'a'; name the columns with --names, or "
            "use --unique-names");
  CsvReadOptions options;
  options.types = {{"b", int64_type()}};
  EXPECT_EQ(error_of("a,b\n1,12\n2,12.5\n", options),
            "t.csv:3: column 'b': '12.5' is not an integer; use --types b=float64 or "
            "--on-error=null");
  EXPECT_EQ(error_of("a,b\nx,1\n\xff,2\n"),
            "t.csv:3: column 'a': '\\xff' is not valid UTF-8; use --encoding (as latin1), "
            "--types a=binary or --on-error=null");
}

// Reads with one typed column and gives its error, shorn of the advice on other options.
std::string value_error(const char* type, const std::string& value) {
  CsvReadOptions options;
  options.types = {{"x", parse_type(type)}};
  std::string error = error_of("x,y\n" + value + ",\n", options);
  size_t end = error.find(" or --on-error=null");
  return error.substr(0, end);
}

TEST(CsvReader, WordsForWrongValues) {
  const std::string at = "t.csv:2: column 'x': ";
  EXPECT_EQ(value_error("float64", "\"12,5\""), at + "'12,5' is not a number; use --types x=text");
  EXPECT_EQ(value_error("float64", "1e999"),
            at + "'1e999' does not fit float64; use --types x=text");
  EXPECT_EQ(value_error("int64", "9223372036854775808"),
            at + "'9223372036854775808' does not fit int64; use --types x=uint64");
  EXPECT_EQ(value_error("int64", "99999999999999999999"),
            at + "'99999999999999999999' does not fit int64; use --types x=decimal(38,0)");
  EXPECT_EQ(value_error("int8", "128"), at + "'128' does not fit int8; use --types x=int64");
  EXPECT_EQ(value_error("uint8", "-1"), at + "'-1' does not fit uint8; use --types x=int64");
  EXPECT_EQ(value_error("int64", "\"\""), at + "'' is not an integer; use --types x=text");
  EXPECT_EQ(value_error("bool", "yes"),
            at + "'yes' is not a bool (true or false); use --types x=text");
  EXPECT_EQ(value_error("date", "2023-02-29"),
            at + "'2023-02-29' is not a date (YYYY-MM-DD); use --types x=text");
  EXPECT_EQ(value_error("date", "2023-02-28 10:00"),
            at + "'2023-02-28 10:00' is not a date (YYYY-MM-DD); use --types x=timestamp");
  EXPECT_EQ(value_error("timestamp", "2023-02-28 10:00Z"),
            at + "'2023-02-28 10:00Z' has a zone offset, which a timestamp[us] cannot hold; use "
                 "--types x=timestamptz");
  EXPECT_EQ(value_error("timestamptz", "2023-02-28 10:00"),
            at + "'2023-02-28 10:00' has no zone offset; use --types x=text");
  EXPECT_EQ(value_error("timestamp", "2023-02-28 10:00:00.1234567"),
            at + "'2023-02-28 10:00:00.1234567' does not fit timestamp[us]; use --types "
                 "x=timestamp[ns]");
  EXPECT_EQ(value_error("decimal(5,2)", "1000.5"),
            at + "'1000.5' does not fit decimal128(5,2); use --types x=decimal(38,2)");
  EXPECT_EQ(value_error("decimal(5,2)", "1.234"),
            at + "'1.234' does not fit decimal128(5,2); use --types x=decimal(38,3)");
  EXPECT_EQ(value_error("time", "25:00"),
            at + "'25:00' is not a time (HH:MM:SS); use --types x=text");
  EXPECT_EQ(value_error("text", std::string("a\0b", 3)),
            at + "'a\\x00b' has a NUL byte; use --types x=binary");
}

TEST(CsvReader, EveryTypeReadsItsValues) {
  struct Case {
    const char* type;
    const char* text;
    const char* expected;
  };
  for (const Case& c : std::vector<Case>{
           {"bool", "TRUE", "true"},
           {"int8", "-128", "-128"},
           {"uint16", "\"65535\"", "65535"},
           {"int32", "+7", "7"},
           {"uint64", "18446744073709551615", "18446744073709551615"},
           {"float32", "0.1", "0.1"},
           {"float64", "1e-7", "1e-07"},
           {"float64", "123456789012.25", "123456789012.25"},
           {"decimal(15,2)", "21168.23", "21168.23"},
           {"decimal(15,2)", "-.5", "-0.50"},
           {"decimal(38,10)", "1234567890123456789.5", "1234567890123456789.5000000000"},
           {"date", "0001-01-01", "0001-01-01"},
           {"time", "23:59:59.5", "23:59:59.5"},
           {"timestamp[s]", "1969-12-31 23:59:59", "1969-12-31T23:59:59"},
           {"timestamptz", "2024-01-01T01:00+01:00", "2024-01-01T00:00:00Z"},
           {"large_utf8", "\"a\"\"b\"", "a\"b"}}) {
    CsvReadOptions options;
    options.types = {{"x", parse_type(c.type)}};
    std::string text = std::string("x,y\n") + c.text + ",1\n,2\n" + c.text + ",\n";
    EXPECT_EQ(read_rows(text, options),
              (Rows{{c.expected, "1"}, {kNull, "2"}, {c.expected, kNull}}))
        << c.type << " " << c.text;
  }
}

TEST(CsvReader, BinaryKeepsAnyBytes) {
  CsvReadOptions options;
  options.types = {{"x", binary_type()}};
  OperatorPtr reader = open_csv_text(std::string("x,y\na\0\xff,2\n", 10), options);
  auto batch = reader->next();
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->columns[0]->bytes_at(0), std::string_view("a\0\xff", 3));
  // As it is written, \x and hex.
  EXPECT_EQ(read_rows("x\n\\x78fF\n\\x\n\"\"\n\\\n", options),
            (Rows{{"\\x78ff"}, {"\\x"}, {"\\x"}, {"\\x5c"}}));
  EXPECT_EQ(
      error_of("x\n\\x7\n", options),
      "t.csv:2: column 'x': '\\x7' is not a binary (\\x and two hex digits a byte); use --types "
      "x=text or --on-error=null");
  // Columns that nobody asked for may hold anything.
  options.types.clear();
  options.columns = {"y"};
  EXPECT_EQ(read_rows(std::string("x,y\na\0\xff,2\n", 10), options), (Rows{{"2"}}));
}

TEST(CsvReader, SkipAndNullReportWhatTheyRefuse) {
  std::string text = "a,b\n1,2\nx,y\n3\n\"4\n\",z\n5,6\n";
  CsvReadOptions options;
  options.types = {{"a", int64_type()}, {"b", int64_type()}};
  std::string rejects;
  options.on_reject = [&rejects](const Reject& reject) {
    rejects += reject.file + ":" + std::to_string(reject.line) + ":" + reject.column + ":" +
               reject.reason + " [" + reject.record + "]\n";
  };
  for (int64_t chunk_bytes : {1, 9, 1000}) {
    options.chunk_bytes = chunk_bytes;
    options.on_error = OnError::kSkip;
    rejects.clear();
    EXPECT_EQ(read_rows(text, options), (Rows{{"1", "2"}, {"5", "6"}}));
    EXPECT_EQ(rejects,
              "t.csv:3:a:'x' is not an integer [x,y]\n"
              "t.csv:4::row has 1 field, expected 2 [3]\n"
              "t.csv:5:a:'4\\n' is not an integer [\"4\n\",z]\n");
    options.on_error = OnError::kNull;
    rejects.clear();
    EXPECT_EQ(read_rows(text, options),
              (Rows{{"1", "2"}, {kNull, kNull}, {kNull, kNull}, {"5", "6"}}));
    EXPECT_EQ(rejects,
              "t.csv:3:a:'x' is not an integer [x,y]\n"
              "t.csv:3:b:'y' is not an integer [x,y]\n"
              "t.csv:4::row has 1 field, expected 2 [3]\n"
              "t.csv:5:a:'4\\n' is not an integer [\"4\n\",z]\n"
              "t.csv:5:b:'z' is not an integer [\"4\n\",z]\n");
  }
}

TEST(CsvReader, AHeaderWithAStrayQuoteIsTakenAsItStands) {
  CsvReadOptions options;
  options.on_error = OnError::kSkip;
  std::string rejects;
  options.on_reject = [&rejects](const Reject& reject) {
    rejects += std::to_string(reject.line) + ":" + reject.reason + " [" + reject.record + "]";
    EXPECT_EQ(reject.fate, Reject::Fate::kAsIs);
  };
  std::string text = "\na,\"b,\"c\"\r\n1,2,\"x\"\r\n3,4,\"y\"\r\n";
  EXPECT_EQ(schema_of(text, options), "a: int64, \"b: int64, c: utf8");
  for (int64_t parts : {1, 3}) {
    rejects.clear();
    options.partitions = parts;
    Rows rows;
    for (options.partition = 1; options.partition <= parts; ++options.partition) {
      for (TextRow& row : read_rows(text, options))
        rows.push_back(std::move(row));
    }
    EXPECT_EQ(rows, (Rows{{"1", "2", "x"}, {"3", "4", "y"}}));
    EXPECT_EQ(rejects,
              "2:bytes follow a closing quote of the header; its names are taken as they stand "
              "[a,\"b,\"c\"]");
  }
  options.partition = options.partitions = 1;
  // Where the names cannot be recognized, or only the width is wrong, it is an error.
  EXPECT_EQ(error_of("a,\"b\n1,2,3\n", options).substr(0, 12), "t.csv:1: a q");
  EXPECT_EQ(schema_of("\"a,b\",c\n1,2\n", options), "a,b: int64, c: int64");
  options.on_error = OnError::kFail;
  EXPECT_EQ(error_of(text, options).substr(0, 12), "t.csv:2: a q");
}

TEST(CsvReader, NamesAndHeaders) {
  CsvReadOptions options;
  options.header = false;
  EXPECT_EQ(schema_of("1,x\n", options), "c1: int64, c2: utf8");
  options.names = {"p", "q"};
  EXPECT_EQ(schema_of("1,x\n", options), "p: int64, q: utf8");
  EXPECT_EQ(read_rows("", options), Rows());
  EXPECT_EQ(error_of("1,x\n2\n", options).substr(0, 36), "t.csv:2: row has 1 field, expected 2");
  options.header = true;
  EXPECT_EQ(schema_of("a,a\n1,x\n", options), "p: int64, q: utf8");
  EXPECT_EQ(error_of("a,b,c\n", options),
            "t.csv:1: the header has 3 fields, but --names gives 2 names");
  EXPECT_EQ(schema_of("a,\"b \"\"c\"\"\"\n"), "a: utf8, b \"c\": utf8");
  EXPECT_EQ(error_of("\n\na,\xff\n"),
            "t.csv:3: the name of column 2, '\\xff', is not valid text; name the columns with "
            "--names");
  options = {};
  options.schema = make_schema({{"a", int64_type(), true, {}}, {"b", utf8_type(), true, {}}});
  EXPECT_EQ(read_rows("a,b\n1,2\n", options), (Rows{{"1", "2"}}));
  EXPECT_EQ(error_of("a,c\n1,2\n", options),
            "t.csv:1: column 2 is 'c' in the header but 'b' in the schema");
}

// Found by fuzzing: what comes before the header in chunks of its own.
TEST(CsvReader, ChunksOfBlankLinesAtTheBeginning) {
  CsvReadOptions options;
  options.chunk_bytes = 1;
  EXPECT_EQ(read_rows("\xEF\xBB\xBF\n\r\na\n1\n", options), (Rows{{"1"}}));
  // The mark is one at the very beginning only.
  EXPECT_EQ(schema_of("\n\n\xEF\xBB\xBF\n1\n", options), "\xEF\xBB\xBF: int64");
  EXPECT_EQ(schema_of("\r\r\na\n1\n", options), "a: int64");
  EXPECT_EQ(error_of("\n\na,a\n", options).substr(0, 16), "t.csv:3: columns");
  EXPECT_EQ(error_of("\n\na,b\n1\n", options).substr(0, 12), "t.csv:4: row");
  options.lines = true;
  EXPECT_EQ(read_rows("\n\nx\n", options), (Rows{{""}, {""}, {"x"}}));
}

TEST(CsvReader, ColumnsByName) {
  CsvReadOptions options;
  options.columns = {"c", "a"};
  EXPECT_EQ(read_rows("a,b,c\n1,2,3\n", options), (Rows{{"3", "1"}}));
  EXPECT_EQ(error_of("a,b,c\n1,2\n", options).substr(0, 10), "t.csv:2: r");
  options.columns = {"orign"};
  EXPECT_EQ(error_of("origin,b\n", options),
            "--columns: unknown column 'orign'; did you mean 'origin'?");
  options = {};
  options.types = {{"orign", utf8_type()}};
  EXPECT_EQ(error_of("origin,b\n", options),
            "--types: unknown column 'orign'; did you mean 'origin'?");
  options = {};
  options.columns = ColumnList(std::vector<std::string>());
  OperatorPtr counter = open_csv_text("a,b\n1,2\n3,4\n", options);
  auto batch = counter->next();
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->rows, 2);
}

TEST(CsvReader, Dialects) {
  CsvReadOptions options;
  options.delimiter = '|';
  options.trailing_delimiter = true;
  options.header = false;
  EXPECT_EQ(read_rows("1|x|\n2||\r\n3|\"|\"|\n", options),
            (Rows{{"1", "x"}, {"2", kNull}, {"3", "|"}}));
  EXPECT_EQ(error_of("1|x|\n2|y\n", options),
            "t.csv:2: row does not end in '|'; use --on-error=skip to leave such rows out");
  EXPECT_EQ(error_of("1|x|\n2|y|z\n", options).substr(0, 38),
            "t.csv:2: row has 3 fields, expected 2;");
  options = {};
  options.lines = true;
  EXPECT_EQ(read_rows("\xEF\xBB\xBF"
                      "a,\"b\r\n\n c\"",
                      options),
            (Rows{{"\xEF\xBB\xBF"
                   "a,\"b\r"},
                  {""},
                  {" c\""}}));
  EXPECT_EQ(read_rows("", options), Rows());
  options = {};
  options.quotes = false;
  options.delimiter = '\t';
  EXPECT_EQ(read_rows("a\tb\n\"x\ty\"\n", options), (Rows{{"\"x", "y\""}}));
}

TEST(CsvReader, DateFormats) {
  CsvReadOptions options;
  options.date_format = "%d.%m.%Y";
  EXPECT_EQ(schema_of("d\n31.12.2024\n", options), "d: date32");
  EXPECT_EQ(read_rows("d\n31.12.2024\n", options), (Rows{{"2024-12-31"}}));
  options.types = {{"d", date_type()}};
  EXPECT_EQ(error_of("d\n2024-12-31\n", options),
            "t.csv:2: column 'd': '2024-12-31' is not a date (%d.%m.%Y); use --types d=text or "
            "--on-error=null");
}

TEST(CsvReader, TenThousandColumns) {
  std::string header;
  std::string row;
  for (int i = 0; i < 10000; ++i) {
    header += (i == 0 ? "n" : ",n") + std::to_string(i);
    row += (i == 0 ? "" : ",") + std::to_string(i);
  }
  std::string text = header + "\n";
  for (int i = 0; i < 50; ++i)
    text += row + "\n";
  CsvReadOptions options;
  options.threads = 2;
  std::vector<TextRow> rows = read_rows(text, options);
  ASSERT_EQ(rows.size(), 50U);
  EXPECT_EQ(rows[49][9999], "9999");
  options.columns = {"n7000"};
  EXPECT_EQ(read_rows(text, options)[20], (TextRow{"7000"}));
}

TEST(CsvReader, AnErrorComesAfterTheBatchesBeforeItsChunk) {
  std::string text = "a\n";
  for (int i = 0; i < 1000; ++i)
    text += "1\n";
  text += "x\n";
  CsvReadOptions options;
  options.types = {{"a", int64_type()}};
  options.chunk_bytes = 100;
  for (int threads : {0, 3}) {
    options.threads = threads;
    OperatorPtr reader = open_csv_text(text, options);
    int64_t rows = 0;
    try {
      while (auto batch = reader->next())
        rows += batch->rows;
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.message().substr(0, 11), "t.csv:1002:");
    }
    EXPECT_GT(rows, 900);
  }
}

TEST(CsvReader, PartitionsNeedASource) {
  CsvReadOptions options;
  options.partitions = 2;
  auto pipe = std::make_unique<PeekableSource>(std::make_unique<PipeLikeSource>("a\n1\n", 2));
  try {
    open_csv(std::move(pipe), options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "standard input: --partition needs a file that can be sought, not a pipe or "
              "compressed data");
  }
  // Lines are the file's, not the range's.
  options.partition = 2;
  options.types = {{"a", int64_type()}};
  EXPECT_EQ(error_of("a\n1\n2\n3\n4\n5\nx\n", options).substr(0, 8), "t.csv:7:");
}

}  // namespace
}  // namespace penstock
