// Dialects: quotes, escape characters, delimiters of several bytes, comments, skipped lines, names.
#include <gtest/gtest.h>

#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

using Rows = std::vector<TextRow>;
const std::nullopt_t kNothing = std::nullopt;

CsvReadOptions dialect(const std::string& delimiter, char quote = '"', char escape = '\0') {
  CsvReadOptions options;
  options.delimiter = delimiter;
  options.quote = quote;
  if (escape != '\0') options.escape = escape;
  options.types = {{kAllOtherColumns, utf8_type()}};
  return options;
}

// The rows, which must be the same whatever the chunks, and from a pipe; or the error.
Rows rows_in(const std::string& text, const CsvReadOptions& options) {
  Rows rows = read_rows(text, options);
  for (int64_t bytes : {1, 3, 7, 40}) {
    CsvReadOptions small = options;
    small.chunk_bytes = bytes;
    EXPECT_EQ(read_rows(text, small), rows) << bytes;
    auto pipe = std::make_unique<PeekableSource>(std::make_unique<HesitantSource>(text, bytes));
    EXPECT_EQ(rows_of(*open_csv(std::move(pipe), small)), rows) << bytes;
    small.on_error = OnError::kSkip;
    EXPECT_EQ(read_rows(text, small), rows) << bytes;
    for (int64_t parts : {2, 5}) {
      Rows together;
      small.on_error = parts == 2 ? OnError::kFail : OnError::kSkip;
      small.partitions = parts;
      for (small.partition = 1; small.partition <= parts; ++small.partition) {
        Rows part = read_rows(text, small);
        together.insert(together.end(), part.begin(), part.end());
      }
      EXPECT_EQ(together, rows) << bytes << " " << parts;
    }
  }
  return rows;
}

TEST(Dialect, AnotherQuote) {
  EXPECT_EQ(rows_in("a,b\n'x,y',\"z\n'it''s',\n'two\nlines',''\n", dialect(",", '\'')),
            (Rows{{"x,y", "\"z"}, {"it's", kNothing}, {"two\nlines", ""}}));
  EXPECT_EQ(error_of("a,b\n'x'y,1\n", dialect(",", '\'')).substr(0, 24),
            "t.csv:2: column 'a': byt");
}

TEST(Dialect, EscapeCharacter) {
  const CsvReadOptions options = dialect(",", '"', '\\');
  EXPECT_EQ(rows_in("a,b\n\"say \\\"hi\\\"\",x\\,y\n\\\"z,\"a\"\"b\"\n1\\\n2,\"c\\\\\"\n", options),
            (Rows{{"say \"hi\"", "x,y"}, {"\"z", "a\"b"}, {"1\n2", "c\\"}}));
  EXPECT_EQ(error_of("a,b\n1,2\n3,x\\", options).substr(0, 60),
            "t.csv:3: column 'b': nothing follows the escape character; u");
  EXPECT_EQ(error_of("a,b\n1,\"2\\\"\n", options).substr(0, 50),
            "t.csv:2: the quote opened here is never closed; us");
}

TEST(Dialect, DelimiterOfSeveralBytes) {
  EXPECT_EQ(rows_in("a, b, c\n1,2, \"x, y\", \n3, 4,, 5\n", dialect(", ")),
            (Rows{{"1,2", "x, y", kNothing}, {"3", "4,", "5"}}));
  EXPECT_EQ(rows_in("a||b\nx|y||\n|||\n", dialect("||")),
            (Rows{{"x|y", kNothing}, {kNothing, "|"}}));
  EXPECT_EQ(rows_in("a\xC2\xA7"
                    "b\n\xC3\x84\xC2\xA7z\n",
                    dialect("\xC2\xA7")),
            (Rows{{"\xC3\x84", "z"}}));
  CsvReadOptions trailing = dialect(";;");
  trailing.trailing_delimiter = true;
  EXPECT_EQ(rows_in("a;;b;;\n1;;2;;\n", trailing), (Rows{{"1", "2"}}));
  EXPECT_EQ(error_of("a;;b;;\n1;;2\n", trailing),
            "t.csv:2: row does not end in ';;'; use --on-error=skip to leave such rows out");
  EXPECT_EQ(error_of("a||b\n1\n", dialect("||")),
            "t.csv:2: row has 1 field, expected 2; quote fields that contain '||', or use "
            "--on-error=skip to leave such rows out");
}

TEST(Dialect, Comments) {
  CsvReadOptions options = dialect(",");
  options.comment = "//";
  const std::string text = "// don\"t\n\na,b\n//x,y\n1,2\n\"\n//z\",/x\n// last \"one";
  EXPECT_EQ(rows_in(text, options), (Rows{{"1", "2"}, {"\n//z", "/x"}}));
  options.header = false;
  EXPECT_EQ(rows_in("//c\n//d\n1,2\n", options), (Rows{{"1", "2"}}));
  EXPECT_EQ(error_of("//c\n1,2\n//d\n3\n", options).substr(0, 21), "t.csv:4: row has 1 fi");
  EXPECT_EQ(error_of("//c\n", options).substr(0, 19), "t.csv: empty input;");
}

TEST(Dialect, SkippedLines) {
  CsvReadOptions options = dialect(",");
  options.skip = 3;
  for (std::string end : {"\n", "\r", "\r\n"}) {
    std::string text = "He said \"hi" + end + end + "x,y,z" + end + "a,b" + end + "1,2" + end;
    EXPECT_EQ(rows_in(text, options), (Rows{{"1", "2"}}));
    EXPECT_EQ(error_of(text + "3" + end, options).substr(0, 19), "t.csv:6: row has 1 ");
  }
  EXPECT_EQ(error_of("x\ny\nz", options).substr(0, 19), "t.csv: empty input;");
  EXPECT_EQ(error_of("x\ny", options), "t.csv: has only 2 lines, but --skip 3 leaves out more");
}

TEST(Dialect, RaggedRows) {
  CsvReadOptions options = dialect(",");
  options.ragged = true;
  EXPECT_EQ(rows_in("a,b,c\n1\n1,2,3\n\"x\ny\",2\n", options),
            (Rows{{"1", kNothing, kNothing}, {"1", "2", "3"}, {"x\ny", "2", kNothing}}));
  EXPECT_EQ(error_of("a,b\n1,2,3\n", options).substr(0, 23), "t.csv:2: row has 3 fiel");
  options.names = {"x", "y", "z"};
  EXPECT_EQ(rows_in("a,b\n1,2\n1,2,3\n", options), (Rows{{"1", "2", kNothing}, {"1", "2", "3"}}));
  options.filter = [](const Schema&) {
    RowFilter filter;
    filter.columns = {"z"};
    filter.select = [](const Batch& batch) {
      std::vector<RowIndex> rows;
      for (int64_t i = 0; i < batch.rows; ++i) {
        if (batch.columns[0]->is_null(i)) rows.push_back(static_cast<RowIndex>(i));
      }
      return rows;
    };
    return filter;
  };
  EXPECT_EQ(rows_in("a,b\n1,2\n1,2,3\n4\n", options),
            (Rows{{"1", "2", kNothing}, {"4", kNothing, kNothing}}));
}

TEST(Dialect, NamesOfColumns) {
  CsvReadOptions options;
  options.unique_names = true;
  EXPECT_EQ(schema_of("a,a,a_2,a,,\n", options),
            "a: utf8, a_3: utf8, a_2: utf8, a_4: utf8, : utf8, _2: utf8");
  options.unique_names = false;
  options.row_names = "row";
  EXPECT_EQ(schema_of("a,b\nx,1,2\n", options), "row: utf8, a: int64, b: int64");
  EXPECT_EQ(error_of("a,b\n1,2\n", options).substr(0, 37), "t.csv:2: row has 2 fields, expected 3");
}

TEST(Dialect, NullTexts) {
  CsvReadOptions options;
  options.style.nulls = {"NA", "-", "0", "false", "2024-01-01"};
  const std::string text =
      "i,f,b,d,t\n0,1.5,false,2024-01-01,NA\n1,NA,true,2024-01-02,\"NA\"\n-,0,-,NA,x\n";
  EXPECT_EQ(schema_of(text, options), "i: int64, f: float64, b: bool, d: date32, t: utf8");
  EXPECT_EQ(read_rows(text, options), (Rows{{kNothing, "1.5", kNothing, kNothing, kNothing},
                                            {"1", kNothing, "true", "2024-01-02", "NA"},
                                            {kNothing, kNothing, kNothing, kNothing, "x"}}));
}

TEST(Dialect, ContradictoryOptions) {
  auto refusal = [](auto change) {
    CsvReadOptions options;
    change(options);
    return error_of("a,b\n1,2\n", options);
  };
  EXPECT_EQ(refusal([](CsvReadOptions& o) { o.quote = ','; }),
            "--delimiter: a newline, '\\r', the quote (,) or NUL cannot delimit fields");
  EXPECT_EQ(refusal([](CsvReadOptions& o) { o.escape = '"'; }),
            "--escape: is the quote, which is doubled inside quotes without this option too; leave "
            "it out");
  EXPECT_EQ(refusal([](CsvReadOptions& o) { o.escape = ','; }),
            "--escape: is a byte of the delimiter");
  EXPECT_EQ(refusal([](CsvReadOptions& o) {
              o.quote = '\'';
              o.quotes = false;
            }),
            "--no-quotes and --quote exclude each other");
  EXPECT_EQ(refusal([](CsvReadOptions& o) { o.style.thousands = "."; }),
            "--thousands: the point is the decimal point without --decimal-comma");
  EXPECT_EQ(refusal([](CsvReadOptions& o) {
              o.style.decimal_comma = true;
              o.style.thousands = ",";
            }),
            "--thousands: the comma is the decimal point with --decimal-comma");
  EXPECT_EQ(refusal([](CsvReadOptions& o) {
              o.header = false;
              o.unique_names = true;
            }),
            "--unique-names is for the names of a header; leave it out");
  EXPECT_EQ(refusal([](CsvReadOptions& o) {
              o.names = {"a", "b"};
              o.row_names = "r";
            }),
            "--row-names and --names exclude each other; name all columns with --names");
}

}  // namespace
}  // namespace penstock
