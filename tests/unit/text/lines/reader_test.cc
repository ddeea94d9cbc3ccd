// Lines of other forms than CSV's through the whole reader.
#include "libcore/text/csv/reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/value_text.h"
#include "libcore/text/lines/formats.h"
#include "libcore/text/lines/head.h"
#include "libcore/text/lines/index.h"

namespace penstock {
namespace {

struct Answer {
  std::string schema;
  std::string rows;
  std::vector<Reject> rejects;
};

Answer read_lines(const std::string& text, CsvReadOptions options) {
  Answer answer;
  options.on_reject = [&answer](const Reject& reject) { answer.rejects.push_back(reject); };
  OperatorPtr reader =
      open_csv(std::make_unique<PeekableSource>(source_from_bytes(text, "in")), options);
  for (const Field& field : reader->schema()->fields())
    answer.schema += field.name + " " + field.type->to_string() + ",";
  while (auto batch = reader->next()) {
    for (int64_t row = 0; row < batch->rows; ++row) {
      for (const ColumnPtr& column : batch->columns) {
        validate(*column);
        if (!column->is_null(row)) append_text(answer.rows, *column, row);
        answer.rows += column->is_null(row) ? "~," : ",";
      }
      answer.rows += "\n";
    }
  }
  return answer;
}

std::string fault_of(const std::string& text, const CsvReadOptions& options) {
  try {
    read_lines(text, options);
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing thrown";
}

CsvReadOptions of_widths(const std::string& widths) {
  CsvReadOptions options;
  options.widths = parse_widths(widths);
  return options;
}

CsvReadOptions of_pairs() {
  CsvReadOptions options;
  options.pairs = ' ';
  return options;
}

TEST(LineReader, WidthsWithAndWithoutAHeader) {
  const std::string text = "id  name \n1   Bern \n22  \n\n333 Chur";
  Answer answer = read_lines(text, of_widths("4,5"));
  EXPECT_EQ(answer.schema, "id int64,name utf8,");
  EXPECT_EQ(answer.rows, "1,Bern,\n22,~,\n333,Chur,\n");
  CsvReadOptions options = of_widths("4,5");
  options.header = false;
  EXPECT_EQ(read_lines("1   a\r\n2   b\r\n", options).rows, "1,a,\n2,b,\n");
  EXPECT_EQ(read_lines("1   a\n", options).schema, "c1 int64,c2 utf8,");
  options.names = {"x", "y"};
  EXPECT_EQ(read_lines("1   a\n", options).schema, "x int64,y utf8,");
  EXPECT_EQ(read_lines("", options).rows, "");
  options.header = true;
  EXPECT_EQ(read_lines("\xEF\xBB\xBFid  n\n1   a\n", options).rows, "1,a,\n");
  EXPECT_EQ(fault_of("a   a\n1   2\n", of_widths("4,5")),
            "in:1: columns 1 and 2 are both named 'a'; name the columns with --names");
  EXPECT_EQ(fault_of("", of_widths("4,5")),
            "in: empty input; expected a header row (use --no-header with --names to read no rows "
            "as a table)");
}

TEST(LineReader, FaultsHaveTheirLineAndGoByOnError) {
  CsvReadOptions options = of_widths("2,2");
  const std::string text = "a b\n1 2\n1 2 too long\n3 x\n";
  EXPECT_EQ(fault_of(text, options),
            "in:3: line has 12 characters, but the widths make 4; give the last width as * to take "
            "all of the rest");
  options.types = {{"b", int64_type()}};
  options.on_error = OnError::kSkip;
  Answer answer = read_lines(text, options);
  EXPECT_EQ(answer.rows, "1,2,\n");
  ASSERT_EQ(answer.rejects.size(), 2U);
  EXPECT_EQ(answer.rejects[0].line, 3);
  EXPECT_EQ(answer.rejects[0].record, "1 2 too long");
  EXPECT_EQ(answer.rejects[0].fate, Reject::Fate::kLeftOut);
  EXPECT_EQ(answer.rejects[1].line, 4);
  EXPECT_EQ(answer.rejects[1].column, "b");
  options.on_error = OnError::kNull;
  answer = read_lines(text, options);
  EXPECT_EQ(answer.rows, "1,2,\n3,~,\n");
}

TEST(LineReader, ALogHasItsTypes) {
  CsvReadOptions options;
  options.splitter = make_log_splitter(false);
  options.date_format = kLogTimeFormat;
  const std::string line = "::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\\x41 HTTP/1.0\" 200 -\n";
  Answer answer = read_lines(line, options);
  EXPECT_EQ(answer.schema,
            "host utf8,ident utf8,user utf8,time timestamp[us, UTC],method utf8,path utf8,protocol "
            "utf8,status int64,bytes int64,");
  EXPECT_EQ(answer.rows, "::1,~,~,2000-10-10T20:55:36Z,GET,/A,HTTP/1.0,200,~,\n");
  options.columns = ColumnList{"status", "host"};
  EXPECT_EQ(read_lines(line + line, options).rows, "200,::1,\n200,::1,\n");
  EXPECT_EQ(fault_of(line + "garbage\n", options).substr(0, 22), "in:2: line has no host");
}

TEST(LineReader, PairsTakeTheirKeysFromTheSample) {
  Answer answer = read_lines("level=info n=1 msg=\"a b\"\nn=2 level=warn slow\n", of_pairs());
  EXPECT_EQ(answer.schema, "level utf8,n int64,msg utf8,slow bool,");
  EXPECT_EQ(answer.rows, "info,1,a b,~,\nwarn,2,~,true,\n");
  CsvReadOptions options = of_pairs();
  options.types = {{"late", utf8_type()}};
  EXPECT_EQ(read_lines("a=1\n", options).schema, "a int64,late utf8,");
  options.types.clear();
  options.schema = make_schema({{"b", int64_type(), true, {}}, {"a", utf8_type(), true, {}}});
  EXPECT_EQ(read_lines("a=1\nb=2\n", options).rows, "~,1,\n2,~,\n");
  EXPECT_EQ(fault_of("a=1\nc=2\n", options),
            "in:2: key 'c' is not a column; the columns are the keys of the sample; use --types "
            "c=text to add it");
  EXPECT_EQ(fault_of("\"\n", of_pairs()).substr(0, 3), "not");
  EXPECT_EQ(fault_of("=\n", of_pairs()),
            "in: no line of the sample is pairs key=value; use another -f, or --schema");
  std::string wide;
  for (int i = 0; i <= 4096; ++i)
    wide += "k" + std::to_string(i) + "=1 ";
  EXPECT_EQ(fault_of(wide + "\n", of_pairs()),
            "in: its lines have more than 4096 keys, which is the limit; use --schema");
}

TEST(LineReader, TheSameRowsWhateverTheChunksAndPartitions) {
  std::string text;
  for (int i = 0; i < 400; ++i) {
    text += "id=" + std::to_string(i) + (i % 3 == 0 ? " name=\"x\\ty \\\"" : " name=\"plain") +
            std::to_string(i) + "\"" + (i % 5 == 0 ? " flag" : "") + (i % 2 == 0 ? "\r\n" : "\n");
  }
  CsvReadOptions options = of_pairs();
  options.schema = make_schema({{"id", int64_type(), true, {}},
                                {"name", utf8_type(), true, {}},
                                {"flag", bool_type(), true, {}}});
  const std::string whole = read_lines(text, options).rows;
  EXPECT_EQ(std::count(whole.begin(), whole.end(), '\n'), 400);
  for (int64_t bytes : {1, 7, 64, 1000}) {
    options.chunk_bytes = bytes;
    EXPECT_EQ(read_lines(text, options).rows, whole) << bytes;
    options.threads = 2;
    EXPECT_EQ(read_lines(text, options).rows, whole) << bytes;
    options.threads = 0;
  }
  options.partitions = 7;
  std::string parts;
  for (options.partition = 1; options.partition <= 7; ++options.partition)
    parts += read_lines(text, options).rows;
  EXPECT_EQ(parts, whole);
}

TEST(LineReader, InvalidTextIsFoundBehindEscapes) {
  CsvReadOptions options = of_pairs();
  options.types = {{"a", utf8_type()}};
  EXPECT_NE(fault_of("a=\"\\xff\"\n", options).find("column 'a'"), std::string::npos);
  EXPECT_NE(fault_of("a=\xff\n", options).find("column 'a'"), std::string::npos);
}

}  // namespace
}  // namespace penstock
