#include "libcore/text/csv/reporter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "libcore/text/csv/schema.h"
#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

// A reporter of the text "a,b\n" + `records`.
class Reported {
 public:
  Reported(const std::string& records, OnError on_error)
      : text_("a,b\n" + records), source_(source_from_bytes(text_, "t.csv")) {
    options_.on_error = on_error;
    options_.reject_lines = true;
    options_.on_reject = [this](const Reject& reject) {
      rejects.push_back(std::to_string(reject.line) + " " + reject.column + " " + reject.reason);
    };
  }

  CsvReadOptions& options() { return options_; }
  CsvStart& start() { return start_; }
  CsvReporter make() {
    CsvDialect dialect;
    CsvSample sample;
    sample.first = std::string_view(text_).substr(4);
    sample.whole = true;
    sample.source = source_.get();
    TextChunkOptions chunking;
    chunking.quotes = true;
    chunking.begin = 0;
    chunking.end = static_cast<int64_t>(text_.size());
    return {*source_, options_, chunking, make_plan(options_, dialect, {"a", "b"}, sample), start_};
  }

  std::vector<std::string> rejects;

 private:
  std::string text_;
  std::unique_ptr<ByteSource> source_;
  CsvReadOptions options_;
  CsvStart start_{4, 1, std::nullopt};
};

// A chunk at `begin` with a fault of column `column` (-1: of the whole record) on its line `line`.
CsvParsedChunk chunk_of(int64_t begin, int64_t size, int64_t newlines, int64_t line,
                        int64_t column) {
  CsvParsedChunk chunk;
  chunk.begin = begin;
  chunk.size = size;
  chunk.newlines = newlines;
  CsvComplaint complaint;
  complaint.line = line;
  complaint.problem.column = column;
  complaint.problem.whole = column < 0;
  complaint.problem.reason = "is wrong";
  complaint.problem.advice = "mend it";
  chunk.complaints.push_back(complaint);
  return chunk;
}

std::string error_of(CsvReporter& reporter, const CsvParsedChunk& chunk) {
  try {
    reporter.report(chunk);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(CsvReporter, LinesGoOnFromChunkToChunk) {
  Reported input("1,2\n3,4\n5,6\n", OnError::kFail);
  CsvReporter reporter = input.make();
  CsvParsedChunk first = chunk_of(4, 8, 2, 0, 0);
  first.complaints.clear();
  EXPECT_EQ(error_of(reporter, first), "no error");
  EXPECT_EQ(error_of(reporter, chunk_of(12, 4, 1, 0, 1)), "t.csv:4: column 'b': is wrong; mend it");
  EXPECT_EQ(error_of(reporter, chunk_of(12, 4, 1, 0, -1)), "t.csv:4: is wrong; mend it");
  EXPECT_EQ(error_of(reporter, chunk_of(12, 4, 1, 0, 2)), "t.csv:4: is wrong; mend it");
}

TEST(CsvReporter, RejectsOfAPartHaveTheLinesOfTheWhole) {
  Reported input("1,\"2\n\"\n3\n5,6\n7,8\n", OnError::kSkip);
  input.options().partition = 2;
  input.options().partitions = 2;
  CsvReporter reporter = input.make();
  // The second part begins at "5,6", after a record of two lines and one with a fault.
  EXPECT_EQ(reporter.count_to(12), 13);
  reporter.report(chunk_of(13, 8, 2, 1, 1));
  EXPECT_EQ(input.rejects, (std::vector<std::string>{"6 b is wrong"}));
}

TEST(CsvReporter, AFaultBeforeThePartIsThrown) {
  Reported input("1,2\n3\n5,6\n7,8\n", OnError::kFail);
  input.options().partition = 2;
  input.options().partitions = 2;
  CsvReporter reporter = input.make();
  EXPECT_EQ(error_of(reporter, chunk_of(10, 8, 2, 0, 0)).find("t.csv:3: row has 1 field"), 0U);
}

TEST(CsvReporter, AHeaderIsReportedOnceBeforeTheFirstRecords) {
  Reported input("1,2\n3,4\n", OnError::kNull);
  input.start().header = {"t.csv", 1, "", "a quote", "a,b", Reject::Fate::kAsIs, 1};
  CsvReporter reporter = input.make();
  reporter.report(chunk_of(8, 4, 1, 0, 0));
  reporter.report(chunk_of(4, 4, 1, 0, 0));
  reporter.report(chunk_of(4, 4, 1, 0, 0));
  EXPECT_EQ(input.rejects[0], "3 a is wrong");
  EXPECT_EQ(input.rejects[1], "1  a quote");
  EXPECT_EQ(std::count(input.rejects.begin(), input.rejects.end(), "1  a quote"), 1);
}

}  // namespace
}  // namespace penstock
