#include "libcore/text/write/writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/os/byte_sink.h"
#include "tests/unit/text/json/test_input.h"

namespace penstock {
namespace {

using Cells = std::vector<std::optional<std::string>>;
const std::nullopt_t kNone = std::nullopt;

ColumnPtr texts(const Cells& values, const TypePtr& type = utf8_type()) {
  BytesBuilder builder;
  for (const auto& value : values) {
    if (value) {
      builder.append(*value);
    } else {
      builder.append_null();
    }
  }
  return builder.finish(type);
}

template <typename T>
ColumnPtr numbers(const TypePtr& type, const std::vector<std::optional<T>>& values) {
  FixedBuilder<T> builder;
  for (const auto& value : values) {
    if (value) {
      builder.append(*value);
    } else {
      builder.append_null();
    }
  }
  return builder.finish(type);
}

ColumnPtr integers(const std::vector<std::optional<int64_t>>& values) {
  return numbers<int64_t>(int64_type(), values);
}

Batch batch_of(const std::vector<std::pair<std::string, ColumnPtr>>& columns) {
  std::vector<Field> fields;
  Batch batch;
  for (const auto& [name, column] : columns) {
    fields.push_back({name, column->type, true, {}});
    batch.columns.push_back(column);
    batch.rows = column->length;
  }
  batch.schema = make_schema(std::move(fields));
  return batch;
}

std::string written(const Batch& batch, TextWriteOptions options) {
  std::string out;
  ByteSinkPtr sink = sink_to_string(out);
  auto writer = make_text_writer(*sink, batch.schema, options);
  writer->write(batch);
  writer->finish();
  return out;
}

std::string written(const Batch& batch, Format format) {
  TextWriteOptions options;
  options.format = format;
  return written(batch, options);
}

std::string error_of_writing(const Batch& batch, const TextWriteOptions& options) {
  try {
    written(batch, options);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

Batch every_type() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  BoolBuilder bools;
  bools.append(true);
  bools.append(false);
  bools.append_null();
  return batch_of({
      {"b", bools.finish()},
      {"i8", numbers<int8_t>(make_type(TypeId::kInt8), {-128, 127, kNone})},
      {"u64", numbers<uint64_t>(uint64_type(), {0, ~uint64_t{0}, kNone})},
      {"f", numbers<double>(float64_type(), {0.1, -kInfinity, kNone})},
      {"f32", numbers<float>(make_type(TypeId::kFloat32), {0.1F, NAN, kNone})},
      {"dec", numbers<int128_t>(decimal_type(20, 2), {int128_t{-5}, int128_t{123456}, kNone})},
      {"d", numbers<int32_t>(date_type(), {0, -719163, kNone})},
      {"t", numbers<int64_t>(timestamp_type(TimeUnit::kMicro), {-1, 86400000000, kNone})},
      {"tz", numbers<int64_t>(timestamp_type(TimeUnit::kSecond, "+02:00"), {0, 1, kNone})},
      {"s", texts({"a", "", kNone})},
      {"bin", texts({"\x01\xFF", "", kNone}, binary_type())},
  });
}

TEST(TextWriter, CsvOfEveryType) {
  EXPECT_EQ(written(every_type(), Format::kCsv),
            "b,i8,u64,f,f32,dec,d,t,tz,s,bin\n"
            "true,-128,0,0.1,0.1,-0.05,1970-01-01,1969-12-31T23:59:59.999999,"
            "1970-01-01T02:00:00+02:00,a,\\x01ff\n"
            "false,127,18446744073709551615,-inf,nan,1234.56,+0000-12-31,1970-01-02T00:00:00,"
            "1970-01-01T02:00:01+02:00,\"\",\\x\n"
            ",,,,,,,,,,\n");
}

TEST(TextWriter, NdjsonOfEveryType) {
  EXPECT_EQ(
      written(every_type(), Format::kNdjson),
      R"({"b":true,"i8":-128,"u64":0,"f":0.1,"f32":0.1,"dec":-0.05,"d":"1970-01-01","t":"1969-12-31T23:59:59.999999","tz":"1970-01-01T02:00:00+02:00","s":"a","bin":"01ff"})"
      "\n"
      R"({"b":false,"i8":127,"u64":18446744073709551615,"f":"-inf","f32":"nan","dec":1234.56,"d":"+0000-12-31","t":"1970-01-02T00:00:00","tz":"1970-01-01T02:00:01+02:00","s":"","bin":""})"
      "\n"
      R"({"b":null,"i8":null,"u64":null,"f":null,"f32":null,"dec":null,"d":null,"t":null,"tz":null,"s":null,"bin":null})"
      "\n");
}

TEST(TextWriter, JsonIsOneArray) {
  EXPECT_EQ(
      written(batch_of({{"a", integers({1, kNone})}, {"s", texts({"x", "\"y\n"})}}), Format::kJson),
      "[\n{\"a\":1,\"s\":\"x\"},\n{\"a\":null,\"s\":\"\\\"y\\n\"}\n]\n");
  EXPECT_EQ(written(batch_of({{"a", integers({})}}), Format::kJson), "[]\n");
  std::string out;
  ByteSinkPtr sink = sink_to_string(out);
  TextWriteOptions options;
  options.format = Format::kJson;
  Batch batch = batch_of({{"a", integers({1})}});
  auto writer = make_text_writer(*sink, batch.schema, options);
  writer->write(batch);
  writer->write(batch);
  EXPECT_EQ(out, "");  // an array is of use as a whole
  writer->finish();
  EXPECT_EQ(out, "[\n{\"a\":1},\n{\"a\":1}\n]\n");
}

TEST(TextWriter, CsvWithAnotherTextForNull) {
  TextWriteOptions options;
  options.null_text = "NA";
  Batch batch =
      batch_of({{"s", texts({"NA", kNone, "", "NAN"})}, {"i", integers({1, 2, kNone, 3})}});
  EXPECT_EQ(written(batch, options), "s,i\n\"NA\",1\nNA,2\n\"\",NA\nNAN,3\n");
  options.null_text = "2";
  EXPECT_EQ(written(batch, options), "s,i\nNA,1\n2,\"2\"\n\"\",2\nNAN,3\n");
  options.null_text = std::string(5000, 'x');
  EXPECT_EQ(written(batch_of({{"i", integers({kNone, kNone})}}), options),
            "i\n" + *options.null_text + "\n" + *options.null_text + "\n");
}

TEST(TextWriter, CsvThatQuotesAllAndEndsRowsWithCrAndLf) {
  TextWriteOptions options;
  options.quote_all = true;
  options.crlf = true;
  Batch batch = batch_of({{"s", texts({"a", kNone, "x\"y\n"})}, {"i", integers({1, 2, kNone})}});
  EXPECT_EQ(written(batch, options), "\"s\",\"i\"\r\n\"a\",\"1\"\r\n,\"2\"\r\n\"x\"\"y\n\",\r\n");
  options.header = false;
  options.null_text = "-";
  options.format = Format::kTsv;
  EXPECT_EQ(written(batch, options), "\"a\"\t\"1\"\r\n-\t\"2\"\r\n\"x\"\"y\n\"\t-\r\n");
}

TEST(TextWriter, CsvWithoutQuotes) {
  TextWriteOptions options;
  options.quotes = false;
  options.format = Format::kTsv;
  Batch batch = batch_of(
      {{"\"s\"", texts({"say \"hi\"", kNone, "", "a,b"})}, {"i", integers({1, 2, kNone, 4})}});
  EXPECT_EQ(written(batch, options), "\"s\"\ti\nsay \"hi\"\t1\n\t2\n\t\na,b\t4\n");
  for (const char* value : {"a\tb", "a\nb", "\r"}) {
    EXPECT_THROW(written(batch_of({{"s", texts({value, "x"})}}), options), Error) << value;
    EXPECT_THROW(written(batch_of({{value, texts({"x"})}}), options), Error) << value;
  }
}

TEST(TextWriter, CsvQuotesWhatNeedsIt) {
  Batch batch = batch_of({{"a,b", texts({"x,y", "say \"hi\"", "two\nlines", "cr\r", " spaced ",
                                         "\xEF\xBB\xBFmark", "é;|", "plain"})}});
  EXPECT_EQ(written(batch, Format::kCsv),
            "\"a,b\"\n\"x,y\"\n\"say \"\"hi\"\"\"\n\"two\nlines\"\n\"cr\r\"\n spaced \n"
            "\"\xEF\xBB\xBFmark\"\né;|\nplain\n");
  TextWriteOptions options;
  options.delimiter = '|';
  options.header = false;
  EXPECT_EQ(written(batch, options),
            "x,y\n\"say \"\"hi\"\"\"\n\"two\nlines\"\n\"cr\r\"\n spaced \n"
            "\"\xEF\xBB\xBFmark\"\n\"é;|\"\nplain\n");
  // Delimiters that numbers and dates hold.
  options.delimiter = '-';
  EXPECT_EQ(written(batch_of({{"i", integers({-1, 1})},
                              {"d", numbers<int32_t>(date_type(), {0, kNone})}}),
                    options),
            "\"-1\"-\"1970-01-01\"\n1-\n");
  options.delimiter = '"';
  EXPECT_EQ(error_of_writing(batch, options), "a quote or a line end cannot be the delimiter");
  Batch none;
  none.schema = make_schema({});
  none.rows = 1;
  EXPECT_EQ(error_of_writing(none, {}),
            "rows without columns cannot be written as csv; use -t ndjson");
  EXPECT_EQ(written(none, Format::kNdjson), "{}\n");
}

TEST(TextWriter, TsvQuotesTabs) {
  EXPECT_EQ(
      written(batch_of({{"a", texts({"x\ty", "x,y", kNone})}, {"b", texts({"", "z", kNone})}}),
              Format::kTsv),
      "a\tb\n\"x\ty\"\t\"\"\nx,y\tz\n\t\n");
}

TEST(TextWriter, NestedIsJson) {
  auto reader = open_json("{\"l\":[1,null],\"o\":{\"k\":\"a\\\"b\"}}\n{}");
  Batch batch = *reader->next();
  EXPECT_EQ(written(batch, Format::kCsv),
            "l,o\n\"[1,null]\",\"{\"\"k\"\":\"\"a\\\"\"b\"\"}\"\n,\n");
  EXPECT_EQ(written(batch, Format::kNdjson),
            "{\"l\":[1,null],\"o\":{\"k\":\"a\\\"b\"}}\n{\"l\":null,\"o\":null}\n");
}

TEST(TextWriter, JsonEscapes) {
  EXPECT_EQ(written(batch_of({{"k\"\n", texts({"q\" b\\ n\n t\t \x01 é🙂", "plain"})}}),
                    Format::kNdjson),
            "{\"k\\\"\\n\":\"q\\\" b\\\\ n\\n t\\t \\u0001 é🙂\"}\n{\"k\\\"\\n\":\"plain\"}\n");
}

TEST(TextWriter, SlicesAndDictionaries) {
  ColumnPtr words = texts({"zero", "one,", kNone, "three", "four"});
  Batch batch = slice(batch_of({{"w", words}, {"i", integers({0, 1, 2, kNone, 4})}}), 1, 3);
  EXPECT_EQ(written(batch, Format::kCsv), "w,i\n\"one,\",1\n,2\nthree,\n");
  auto coded = std::make_shared<Column>();
  coded->type = dictionary_type(int32_type(), utf8_type());
  coded->length = 3;
  int32_t indices[] = {1, 0, 1};
  coded->values = Buffer::copy(indices, sizeof(indices));
  coded->dictionary = texts({"a", "b\""});
  EXPECT_EQ(written(batch_of({{"d", coded}}), Format::kCsv), "d\n\"b\"\"\"\na\n\"b\"\"\"\n");
}

TEST(TextWriter, LongValuesAndManyRows) {
  std::string huge(3 << 20, 'x');
  huge[7] = '"';
  std::vector<std::optional<int64_t>> many(100'000, 7);
  EXPECT_EQ(written(batch_of({{"h", texts({huge, "y"})}, {"i", integers({1, 2})}}), Format::kCsv),
            "h,i\n\"" + huge.substr(0, 7) + "\"\"" + huge.substr(8) + "\",1\ny,2\n");
  std::string expected = "i\n";
  for (size_t i = 0; i < many.size(); ++i)
    expected += "7\n";
  EXPECT_EQ(written(batch_of({{"i", integers(many)}}), Format::kCsv), expected);
}

TEST(TextWriter, Lines) {
  EXPECT_EQ(written(batch_of({{"l", texts({"a\"b,c", "", kNone, "\xFF"}, binary_type())}}),
                    Format::kLines),
            "a\"b,c\n\n\n\xFF\n");
  TextWriteOptions options;
  options.format = Format::kLines;
  EXPECT_EQ(error_of_writing(batch_of({{"l", texts({"a", "b\nc"})}}), options),
            "row 2 cannot be written as a line: 'b\\nc' holds a newline; use -t csv or -t ndjson");
  EXPECT_EQ(error_of_writing(batch_of({{"i", integers({1})}}), options),
            "format lines takes a text column, but 'i' is int64; cast it with pproject 'i::text', "
            "or use -t csv");
  EXPECT_EQ(error_of_writing(batch_of({{"a", texts({"x"})}, {"b", texts({"y"})}}), options),
            "format lines takes exactly one text column, not 2 columns; choose one with pproject, "
            "or use -t csv");
}

TEST(TextWriter, TableAligns) {
  Batch batch = batch_of({{"city", texts({"Zürich", "東京", kNone, "tab\there"})},
                          {"n", integers({1, -1234567, kNone, 20})},
                          {"note", texts({"", "x", kNone, "\x1b[31m"})}});
  EXPECT_EQ(written(batch, Format::kTable),
            "city              n  note\n"
            "---------  --------  --------\n"
            "Zürich            1  \n"
            "東京       -1234567  x\n"
            "null           null  null\n"
            "tab\\there        20  \\x1b[31m\n");
  TextWriteOptions options;
  options.format = Format::kTable;
  options.color = true;
  EXPECT_EQ(written(batch_of({{"a", texts({kNone, "null"})}}), options),
            "\x1b[1ma\x1b[0m\n----\n\x1b[2mnull\x1b[0m\nnull\n");
  EXPECT_EQ(written(batch_of({{"a", texts({})}}), Format::kTable), "a\n-\n");
}

TEST(TextWriter, TableFitsTheTerminal) {
  std::string text(30, 'x');
  Batch batch = batch_of({{"name", texts({text, "short"})},
                          {"value", integers({1234567890, 1})},
                          {"other", texts({text, kNone})}});
  TextWriteOptions options;
  options.format = Format::kTable;
  options.width = 40;
  EXPECT_EQ(written(batch, options),
            "name                value  other\n"
            "-------------  ----------  -------------\n"
            "xxxxxxxxxxxx…  1234567890  xxxxxxxxxxxx…\n"
            "short                   1  null\n");
  options.width = 20;
  EXPECT_EQ(written(batch, options),
            "name           value\n"
            "--------  ----------\n"
            "xxxxxxx…  1234567890\n"
            "short              1\n"
            "+1 column: other\n");
  options.width = 5;
  EXPECT_EQ(written(batch, options), "name\n--------\nxxxxxxx…\nshort\n+2 columns\n");
}

// Below the table is one line that fits, however many columns there are.
TEST(TextWriter, TableNamesColumnsThatItLeavesOutInOneLine) {
  std::vector<std::pair<std::string, ColumnPtr>> columns;
  for (int i = 0; i < 50; ++i)
    columns.emplace_back("column_" + std::to_string(i), integers({1}));
  TextWriteOptions options;
  options.format = Format::kTable;
  auto last_line = [&](int64_t width) {
    options.width = width;
    std::string text = written(batch_of(columns), options);
    text.pop_back();
    return text.substr(text.rfind('\n') + 1);
  };
  EXPECT_EQ(last_line(480), "2 more columns not shown: column_48, column_49");
  EXPECT_EQ(last_line(40), "46 more columns not shown: column_4, …");
  EXPECT_EQ(last_line(37), "+47 columns: column_3, column_4, …");
  EXPECT_EQ(last_line(24), "+48 columns: column_2, …");
  EXPECT_EQ(last_line(23), "+48 columns");
  columns.resize(4);
  EXPECT_EQ(last_line(33), "1 more column not shown: column_3");
  EXPECT_EQ(last_line(32), "+1 column: column_3");
}

// Rows after the measured ones stand out of line rather than lose anything.
TEST(TextWriter, TableMeasuresItsFirstRows) {
  std::string out;
  ByteSinkPtr sink = sink_to_string(out);
  std::vector<std::optional<int64_t>> small(1000, 1);
  Batch batch = batch_of({{"a", integers(small)}, {"b", integers(small)}});
  TextWriteOptions options;
  options.format = Format::kTable;
  auto writer = make_text_writer(*sink, batch.schema, options);
  writer->write(slice(batch, 0, 999));
  EXPECT_EQ(out, "");
  writer->write(slice(batch, 0, 1));
  EXPECT_EQ(out.substr(0, 18), "a  b\n-  -\n1  1\n1  ");
  size_t before = out.size();
  writer->write(batch_of({{"a", integers({12345})}, {"b", integers({2})}}));
  writer->finish();
  EXPECT_EQ(out.substr(before), "12345  2\n");
}

TEST(TextWriter, Markdown) {
  Batch batch = batch_of({{"a|b", texts({"x|y", "two\nlines", "back\\slash", kNone})},
                          {"n", integers({1, 2, 3, kNone})}});
  EXPECT_EQ(written(batch, Format::kMarkdown),
            "| a\\|b | n |\n| --- | ---: |\n| x\\|y | 1 |\n| two<br>lines | 2 |\n"
            "| back\\\\slash | 3 |\n| | |\n");
  TextWriteOptions options;
  options.format = Format::kMarkdown;
  options.header = false;
  EXPECT_EQ(error_of_writing(batch, options), "a Markdown table always has a header");
}

// Random text and numbers, by way of CSV and back.
TEST(TextWriter, VerticalIsABlockForEachRow) {
  Batch batch = batch_of({{"s", texts({"a\nb", kNone})}, {"größe", integers({1, 22})}});
  EXPECT_EQ(written(batch, Format::kVertical),
            "s      a\\nb\ngröße  1\n\ns      null\ngröße  22\n");
  TextWriteOptions options;
  options.format = Format::kVertical;
  options.null_text = "-";
  options.color = true;
  EXPECT_EQ(written(batch_of({{"s", texts({"x", kNone})}, {"i", integers({1, 2})}}), options),
            "\x1b[1ms\x1b[0m  x\n\x1b[1mi\x1b[0m  \x1b[36m1\x1b[0m\n\n"
            "\x1b[1ms\x1b[0m  \x1b[2m-\x1b[0m\n\x1b[1mi\x1b[0m  \x1b[36m2\x1b[0m\n");
  EXPECT_EQ(written(batch_of({{"i", integers({})}}), Format::kVertical), "");
}

TEST(TextWriter, HtmlIsEscaped) {
  Batch batch = batch_of({{"<a>", texts({"x & \"y\"\n'z'", kNone, "\x1b"})}});
  EXPECT_EQ(written(batch, Format::kHtml),
            "<table>\n<thead>\n<tr><th>&lt;a&gt;</th></tr>\n</thead>\n<tbody>\n"
            "<tr><td>x &amp; &quot;y&quot;<br>&#39;z&#39;</td></tr>\n<tr><td></td></tr>\n"
            "<tr><td>\\x1b</td></tr>\n</tbody>\n</table>\n");
  TextWriteOptions options;
  options.format = Format::kHtml;
  options.header = false;
  options.null_text = "<->";
  EXPECT_EQ(written(batch_of({{"a", texts({kNone})}}), options),
            "<table>\n<tbody>\n<tr><td>&lt;-&gt;</td></tr>\n</tbody>\n</table>\n");
}

TEST(TextWriter, NullsHaveTheTextThatIsAskedFor) {
  Batch batch = batch_of({{"a", integers({kNone, 1})}});
  TextWriteOptions options;
  options.null_text = "-";
  options.format = Format::kTable;
  EXPECT_EQ(written(batch, options), "a\n-\n-\n1\n");
  options.format = Format::kMarkdown;
  EXPECT_EQ(written(batch, options), "| a |\n| ---: |\n| - |\n| 1 |\n");
}

TEST(TextWriter, CsvRoundTrip) {
  std::mt19937 random(5);
  const std::vector<std::string> pieces = {"a",  ",",  "\"", "\n", "\r", " ", "é",
                                           "\t", "\\", "|",  ";",  "0",  "",  "\xEF\xBB\xBF"};
  for (int round = 0; round < 300; ++round) {
    for (char delimiter : {',', '\t', '|', '0', '-'}) {
      size_t width = 1 + random() % 3;
      size_t rows = 1 + random() % 20;
      std::vector<std::pair<std::string, ColumnPtr>> columns;
      for (size_t i = 0; i < width; ++i) {
        Cells values;
        for (size_t row = 0; row < rows; ++row) {
          std::string value;
          for (auto n = random() % 5; n > 0; --n)
            value += pieces[random() % pieces.size()];
          values.push_back(random() % 4 == 0 ? std::nullopt : std::make_optional(value));
        }
        columns.emplace_back("c" + std::to_string(i) + pieces[random() % pieces.size()],
                             texts(values));
      }
      Batch batch = batch_of(columns);
      TextWriteOptions options;
      options.delimiter = delimiter;
      options.header = round % 2 == 0;
      CsvReadOptions reading;
      reading.delimiter = delimiter;
      reading.header = options.header;
      if (!options.header) reading.names = batch.schema->names();
      reading.types = {{"*", utf8_type()}};
      std::string text = written(batch, options);
      OperatorPtr reader = open_csv_text(text, reading);
      if (options.header) {
        ASSERT_EQ(reader->schema()->names(), batch.schema->names()) << text;
      }
      std::vector<TextRow> expected;
      for (size_t row = 0; row < rows; ++row) {
        TextRow line;
        for (const auto& [name, column] : columns) {
          auto at = static_cast<int64_t>(row);
          line.push_back(column->is_null(at)
                             ? std::nullopt
                             : std::make_optional(std::string(column->bytes_at(at))));
        }
        expected.push_back(std::move(line));
      }
      ASSERT_EQ(rows_of(*reader), expected) << text;
    }
  }
}

}  // namespace
}  // namespace penstock
