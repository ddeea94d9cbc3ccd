#include "libcore/partition/split_files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"

namespace penstock {
namespace {

// The numbers 0, 1, … in batches of three rows.
class Numbers : public Operator {
 public:
  explicit Numbers(int64_t rows) : rows_(rows) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    if (next_ == rows_) return std::nullopt;
    FixedBuilder<int64_t> values;
    int64_t count = 0;
    for (; count < 3 && next_ < rows_; ++count)
      values.append(next_++);
    return Batch{schema_, count, {values.finish(int64_type())}};
  }

 private:
  int64_t rows_;
  int64_t next_ = 0;
  SchemaPtr schema_ = make_schema({{"n", int64_type(), true, {}}});
};

class SplitFiles : public ::testing::Test {
 protected:
  SplitFiles() {
    char name[] = "/tmp/split_files_XXXXXX";
    folder_ = mkdtemp(name);
    split_.memory = int64_t{64} << 10;
    print_.format = Format::kCsv;
  }
  ~SplitFiles() override { std::filesystem::remove_all(folder_); }

  FileSplitCounts run(int64_t rows, const std::string& pattern) {
    Numbers input(rows);
    split_.pattern = folder_ + "/" + pattern;
    return split_into_files(input, split_, print_);
  }
  int64_t file_count() const {
    return std::distance(std::filesystem::directory_iterator(folder_), {});
  }

  std::string folder_;
  FileSplit split_;
  PrintOptions print_;
};

TEST_F(SplitFiles, HasALimit) {
  split_.keys = {"n"};
  split_.most_files = 5;
  EXPECT_EQ(run(5, "{n}").files, 5);
  EXPECT_THROW(run(6, "x{n}"), Error);
  EXPECT_EQ(file_count(), 5);
}

TEST_F(SplitFiles, ByRows) {
  split_.rows = 4;
  FileSplitCounts counts = run(9, "{n}");
  EXPECT_EQ(counts.files, 3);
  EXPECT_EQ(counts.rows, 9);
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/3"), 4U);  // "n\n8\n"
  EXPECT_THROW(run(9, "{n}"), Error);
  split_.force = true;
  EXPECT_EQ(run(9, "{n}").files, 3);
}

TEST_F(SplitFiles, ByAnUnknownKey) {
  split_.keys = {"m"};
  EXPECT_THROW(run(1, "{m}"), Error);
}

}  // namespace
}  // namespace penstock
