#include "libcore/table/groups/group_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/table/layout.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// Files of one column each, as those of the groups of one data file.
class GroupRowsTest : public FolderTest {
 protected:
  // Batches of so many rows, whose values are first, first + 1, …
  GroupColumns file(const std::string& name, const std::vector<int64_t>& batches, int64_t first = 0,
                    const std::string& id = "") {
    const std::string path = (folder_ / (name + ".arrow")).string();
    const ByteSinkPtr sink = open_sink(path, Sync::kNo);
    const SchemaPtr schema =
        make_schema({{name, int64_type(), true, {}}}, {{kFileIdKey, id.empty() ? name : id}});
    const auto writer = make_ipc_writer(*sink, schema, {.file = true, .zones = true});
    for (const int64_t rows : batches) {
      FixedBuilder<int64_t> values;
      for (int64_t i = 0; i < rows; ++i)
        values.append(first++);
      writer->write({schema, rows, {values.finish(int64_type())}});
    }
    writer->finish();
    sink->finish();
    return {path, {name}};
  }

  // The values of all rows, by row, each with a blank behind it; or what was thrown, without paths.
  std::string rows(const std::vector<GroupColumns>& files, const std::vector<std::string>& names,
                   const ScanOptions& options = {}) const {
    std::string text;
    try {
      const OperatorPtr joined = join_groups(files, names, options);
      EXPECT_EQ(joined->schema()->names(), names);
      while (const std::optional<Batch> batch = joined->next()) {
        for (int64_t row = 0; row < batch->rows; ++row) {
          for (const ColumnPtr& column : batch->columns)
            text += std::to_string(column->data<int64_t>()[row]) + " ";
        }
      }
    } catch (const Error& error) {
      text = error.message();
      const std::string prefix = folder_.string() + "/";
      for (size_t at; (at = text.find(prefix)) != text.npos;)
        text.erase(at, prefix.size());
    }
    return text;
  }
};

TEST_F(GroupRowsTest, RowsAreJoinedByPosition) {
  const std::vector<GroupColumns> files = {file("a", {2, 1}), file("b", {2, 1}, 10),
                                           file("c", {2, 1}, 20)};
  EXPECT_EQ(rows(files, {"a", "b", "c"}), "0 10 20 1 11 21 2 12 22 ");
  EXPECT_EQ(rows(files, {"c", "a"}), "20 0 21 1 22 2 ");
}

TEST_F(GroupRowsTest, ABatchIsLeftOutOfAllFiles) {
  const std::vector<GroupColumns> files = {file("a", {2, 2, 2}), file("b", {2, 2, 2}, 10)};
  std::vector<int64_t> counts;
  ScanOptions options;
  options.on_chosen = [&](int64_t chosen, int64_t all) { counts = {chosen, all}; };
  options.where.text = "b = 13";
  EXPECT_EQ(rows(files, {"a", "b"}, options), "2 12 3 13 ");
  EXPECT_EQ(counts, (std::vector<int64_t>{1, 3}));
  // The bounds of both files count.
  options.where.text = "a < 2 or b > 13";
  EXPECT_EQ(rows(files, {"a", "b"}, options), "0 10 1 11 4 14 5 15 ");
  options.where.text = "a < 2 and b > 13";
  EXPECT_EQ(rows(files, {"a", "b"}, options), "");
  options.where = {};
  options.is_wanted = [](int64_t batch) { return batch == 2; };
  EXPECT_EQ(rows(files, {"a", "b"}, options), "4 14 5 15 ");
  EXPECT_EQ(counts, (std::vector<int64_t>{1, 3}));
}

TEST_F(GroupRowsTest, PartsTogetherAreAllRows) {
  const std::vector<GroupColumns> files = {file("a", {1, 1, 1, 1, 1}), file("b", {1, 1, 1, 1, 1})};
  std::string together;
  for (const int64_t part : {1, 2, 3}) {
    ScanOptions options;
    options.text.partition = part;
    options.text.partitions = 3;
    together += rows(files, {"a", "b"}, options);
  }
  EXPECT_EQ(together, rows(files, {"a", "b"}));
}

TEST_F(GroupRowsTest, WhatIsReadIsToldOnceForEachBatch) {
  const std::vector<GroupColumns> files = {file("a", {1, 2, 3}), file("b", {1, 2, 3})};
  std::vector<int64_t> bytes;
  const auto read_bytes = [&](const ScanOptions& some) {
    bytes.clear();
    ScanOptions options = some;
    options.on_read = [&](int64_t more) { bytes.push_back(more); };
    rows(files, {"a", "b"}, options);
    return bytes;
  };
  const std::vector<int64_t> all = read_bytes({});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_GT(all[0], 0);
  ScanOptions last;
  last.is_wanted = [](int64_t batch) { return batch == 2; };
  const std::vector<int64_t> of_last = read_bytes(last);
  ASSERT_EQ(of_last.size(), 3U);
  EXPECT_EQ(of_last[0] + of_last[1] + of_last[2], all[0] + all[1] + all[2]);
}

TEST_F(GroupRowsTest, FilesThatDoNotBelongTogetherAreRefused) {
  const GroupColumns a = file("a", {2, 2});
  EXPECT_EQ(rows({a, file("b", {2})}, {"a", "b"}),
            "a.arrow: has 2 batches, and b.arrow has 1; the files of these column groups do not "
            "belong together");
  EXPECT_EQ(rows({a, file("b", {1, 3})}, {"a", "b"}),
            "a.arrow: has 2 rows in batch 1 of those that are read, and b.arrow has 1; the files "
            "of these column groups do not belong together");
  EXPECT_EQ(rows({a, file("b", {2, 3})}, {"a", "b"}),
            "a.arrow: has 2 rows in batch 2 of those that are read, and b.arrow has 3; the files "
            "of these column groups do not belong together");
  ScanOptions options;
  options.where.text = "b = 1";
  EXPECT_EQ(rows({a, file("b", {2, 2, 2})}, {"a", "b"}, options),
            "a.arrow: has 2 batches, and b.arrow has 3; the files of these column groups do not "
            "belong together");
}

TEST_F(GroupRowsTest, FilesThatAreMissingOrOthersAreRefused) {
  const GroupColumns a = file("a", {2, 2});
  EXPECT_EQ(rows({a, {(folder_ / "none.arrow").string(), {"b"}}}, {"a", "b"}),
            "none.arrow: No such file or directory");
  EXPECT_EQ(rows({a, file("b", {2, 2}, 0, "x")}, {"a", "b"}),
            "b.arrow: is the data file x under another name");
  GroupColumns other = file("b", {2, 2});
  other.names = {"z"};
  EXPECT_NE(rows({a, other}, {"a", "z"}).find("unknown column 'z'"), std::string::npos);
  write("text.arrow", "b\n1\n");
  EXPECT_EQ(rows({a, {(folder_ / "text.arrow").string(), {"b"}}}, {"a", "b"}),
            "text.arrow: is not an Arrow file");
}

}  // namespace
}  // namespace penstock
