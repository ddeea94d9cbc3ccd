// Text of a pipe whose writer is slow, or stays without writing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "libcore/text/text_chunks.h"
#include "tests/unit/os/live_pipe.h"
#include "tests/unit/text/csv/test_input.h"
#include "tests/unit/text/json/test_input.h"

namespace penstock {
namespace {

std::string next_text(TextChunks& chunks) {
  std::optional<TextChunk> chunk = chunks.next();
  return chunk ? std::string(text_of(*chunk)) : "the end";
}

TEST(LiveText, ChunksHaveTheWholeRecordsThatHaveCome) {
  LivePipe pipe;
  ByteSourcePtr source = pipe.source();
  TextChunks chunks(*source, {});
  pipe.write("ab\nc");
  EXPECT_EQ(next_text(chunks), "ab\n");
  pipe.write("d\nef\n");
  EXPECT_EQ(next_text(chunks), "cd\nef\n");
  pipe.write("g");
  pipe.end();
  EXPECT_EQ(next_text(chunks), "g\n");
  EXPECT_EQ(next_text(chunks), "the end");
}

TEST(LiveText, ALineEndInsideQuotesEndsNoRecord) {
  LivePipe pipe;
  ByteSourcePtr source = pipe.source();
  TextChunkOptions options;
  options.quotes = true;
  TextChunks chunks(*source, options);
  pipe.write("a\n\"b\n");
  EXPECT_EQ(next_text(chunks), "a\n");
  pipe.write("c\"\n");
  EXPECT_EQ(next_text(chunks), "\"b\nc\"\n");
}

std::vector<TextRow> next_rows(Operator& reader) {
  std::vector<TextRow> rows;
  std::optional<Batch> batch = reader.next();
  for (int64_t i = 0; batch && i < batch->rows; ++i) {
    rows.emplace_back();
    for (const ColumnPtr& column : batch->columns) {
      std::string text;
      append_text(text, *column, i);
      rows.back().emplace_back(text);
    }
  }
  return rows;
}

using Rows = std::vector<TextRow>;

TEST(LiveText, CsvIsReadRecordByRecord) {
  LivePipe pipe;
  pipe.write("a,b\n1,x\n");
  OperatorPtr reader = open_csv(pipe.peekable(), {});
  EXPECT_EQ(schema_text(*reader->schema()), "a: int64, b: utf8");
  EXPECT_EQ(next_rows(*reader), (Rows{{"1", "x"}}));
  pipe.write("2,y\n3,z\n4");
  EXPECT_EQ(next_rows(*reader), (Rows{{"2", "y"}, {"3", "z"}}));
  pipe.write(",w\n");
  EXPECT_EQ(next_rows(*reader), (Rows{{"4", "w"}}));
  pipe.end();
  EXPECT_EQ(next_rows(*reader), Rows());
}

// A header alone says nothing of types: the first record is waited for.
TEST(LiveText, CsvWaitsForARecordToGuessTypes) {
  LivePipe pipe;
  pipe.write("a\n");
  std::thread writer([&] {
    std::this_thread::sleep_for(2 * kGuessPatience.quiet);
    pipe.write("1.5\n");
  });
  OperatorPtr reader = open_csv(pipe.peekable(), {});
  EXPECT_EQ(schema_text(*reader->schema()), "a: float64");
  writer.join();
}

TEST(LiveText, ALaterContradictionIsTheUsualError) {
  LivePipe pipe;
  pipe.write("a\n1\n");
  OperatorPtr reader = open_csv(pipe.peekable(), {});
  EXPECT_EQ(next_rows(*reader), (Rows{{"1"}}));
  pipe.write("x\n");
  EXPECT_THROW(next_rows(*reader), Error);
}

TEST(LiveText, DeclaredTypesNeedNoRecord) {
  LivePipe pipe;
  pipe.write("a,b\n");
  CsvReadOptions options;
  options.types = {{"a", utf8_type()}, {kAllOtherColumns, utf8_type()}};
  OperatorPtr reader = open_csv(pipe.peekable(), options);
  pipe.write("1,2\n");
  EXPECT_EQ(next_rows(*reader), (Rows{{"1", "2"}}));
}

// Of a column that has no declared type, a record is waited for.
TEST(LiveText, SomeDeclaredTypes) {
  LivePipe pipe;
  pipe.write("a,b\n1,2\n");
  CsvReadOptions options;
  options.types = {{"a", utf8_type()}};
  OperatorPtr reader = open_csv(pipe.peekable(), options);
  EXPECT_EQ(schema_text(*reader->schema()), "a: utf8, b: int64");
  EXPECT_EQ(next_rows(*reader), (Rows{{"1", "2"}}));
}

TEST(LiveText, NdjsonIsReadLineByLine) {
  LivePipe pipe;
  pipe.write("{\"a\": 1}\n{\"a\"");
  OperatorPtr reader = open_ndjson(pipe.peekable(), {});
  EXPECT_EQ(next_rows(*reader), (Rows{{"1"}}));
  pipe.write(": 2}\n");
  EXPECT_EQ(next_rows(*reader), (Rows{{"2"}}));
}

TEST(LiveText, JsonOfSeveralLinesIsReadRecordByRecord) {
  LivePipe pipe;
  pipe.write("{\n\"a\": 1\n}\n{");
  OperatorPtr reader = open_ndjson(pipe.peekable(), {});
  EXPECT_EQ(next_rows(*reader), (Rows{{"1"}}));
  pipe.write("\n\"a\": 2}");
  EXPECT_EQ(next_rows(*reader), (Rows{{"2"}}));
}

TEST(LiveText, AnArrayIsReadRecordByRecord) {
  LivePipe pipe;
  pipe.write("[{\"a\": 1}");
  OperatorPtr reader = open_ndjson(pipe.peekable(), {});
  EXPECT_EQ(next_rows(*reader), (Rows{{"1"}}));
  pipe.write(",{\"a\": 2}]");
  EXPECT_EQ(next_rows(*reader), (Rows{{"2"}}));
  pipe.write(" x");
  EXPECT_THROW(next_rows(*reader), Error);
}

std::unique_ptr<PeekableSource> hesitant(const std::string& text, int64_t at_once) {
  return std::make_unique<PeekableSource>(std::make_unique<HesitantSource>(text, at_once, "t.csv"));
}

std::string random_text(std::mt19937& random, std::string_view pieces) {
  std::string text;
  for (int i = static_cast<int>(random() % 200); i >= 0; --i)
    text += pieces[random() % pieces.size()];
  return text;
}

// What is read, and what is refused, does not depend on where a writer pauses.
TEST(LiveText, PausesChangeNothingOfCsv) {
  for (uint32_t seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    const std::string text = "a,b\n" + random_text(random, "ab,,\n\n\"\r");
    CsvReadOptions options;
    options.types = {{kAllOtherColumns, utf8_type()}};
    options.on_error = OnError::kSkip;
    int64_t refused = 0;
    options.on_reject = [&](const Reject&) { ++refused; };
    const std::vector<TextRow> wanted = read_rows(text, options);
    const int64_t wanted_refused = std::exchange(refused, 0);
    OperatorPtr reader = open_csv(hesitant(text, static_cast<int64_t>(1 + random() % 9)), options);
    ASSERT_EQ(rows_of(*reader), wanted) << "seed " << seed;
    ASSERT_EQ(refused, wanted_refused) << "seed " << seed;
  }
}

TEST(LiveText, PausesChangeNothingOfJson) {
  for (uint32_t seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    const bool is_array = random() % 2 == 0;
    const char* between = random() % 2 == 0 ? "\n" : " \n ";
    std::string text = is_array ? "[" : "";
    for (uint32_t i = 0; i < 1 + random() % 20; ++i) {
      if (i > 0) text += is_array ? "," : between;
      text += fmt::format("{{\"a\":{}\"{}\"}}", random() % 3 == 0 ? between : "",
                          random_text(random, "ab,[]{}: "));
    }
    if (is_array) text += "]";
    std::string wanted_error, error;
    std::vector<std::string> wanted, rows;
    try {
      wanted = json_rows(text);
    } catch (const Error& failed) {
      wanted_error = failed.message();
    }
    try {
      OperatorPtr reader = open_ndjson(hesitant(text, static_cast<int64_t>(1 + random() % 50)), {});
      rows = json_rows_of(*reader);
    } catch (const Error& failed) {
      error = failed.message();
    }
    ASSERT_EQ(error.empty(), wanted_error.empty())
        << "seed " << seed << ": " << error << wanted_error;
    if (!error.empty()) continue;
    ASSERT_EQ(rows, wanted) << "seed " << seed;
  }
}

}  // namespace
}  // namespace penstock
