#include "libcore/table/upkeep/repartition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/table/change/insert.h"
#include "libcore/table/change/rewrite.h"
#include "tests/unit/table/upkeep/upkeep_test.h"

namespace penstock {
namespace {

class RepartitionTest : public UpkeepTest {
 protected:
  Repartition how() const {
    Repartition how;
    how.folder = path("T");
    how.sync = Sync::kNo;
    return how;
  }
  Repartition by(PartitionKind kind, int64_t partitions, const std::string& key) const {
    Repartition into = how();
    PartitionOptions& partitioning = into.partitioning.emplace();
    partitioning.kind = kind;
    partitioning.partitions = partitions;
    if (!key.empty()) partitioning.keys = {{key}};
    return into;
  }

  TableChanged insert(const std::string& csv) const {
    const OperatorPtr input = open_scan(write("more.csv", csv), ScanOptions{});
    return insert_from(*input);
  }
  TableChanged insert_from(Operator& input) const {
    Insertion to;
    to.folder = path("T");
    to.sync = Sync::kNo;
    return insert_rows(input, to);
  }

  // The lines of a scan, whose order is not that of the table.
  std::multiset<std::string> rows() {
    std::multiset<std::string> lines;
    std::string text = scan();
    for (size_t end; (end = text.find('\n')) != text.npos; text.erase(0, end + 1))
      lines.insert(text.substr(0, end));
    return lines;
  }

  std::string error_of(const Repartition& into) const {
    try {
      repartition_table(into);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }
};

std::string many_rows() {
  std::string csv = "k,g,v\n";
  for (int k = 0; k < 400; ++k) {
    csv += std::to_string(k) + ",g" + std::to_string(k % 5) + "," + std::to_string(k * 7919 % 101) +
           "\n";
  }
  return csv;
}

TEST_F(RepartitionTest, EachPartitioningBecomesEachOther) {
  make(many_rows(), hash_of("k", 4));
  const auto before = rows();
  Repartition by_group = how();
  by_group.partition_columns = {"g"};
  const Repartition all[] = {
      by(PartitionKind::kRange, 3, "k"),     by_group,
      by(PartitionKind::kRoundRobin, 5, ""), how(),
      by(PartitionKind::kHash, 7, "k"),      by_group,
      by(PartitionKind::kRange, 1, "k"),     by(PartitionKind::kHash, 2, "g")};
  int64_t version = 0;
  for (const Repartition& into : all) {
    const Repartitioned done = repartition_table(into);
    EXPECT_EQ(done.version, ++version);
    EXPECT_EQ(done.new_files, std::ssize(log().read().files));
    EXPECT_EQ(rows(), before);
  }
  // What each version was, it is.
  ScanOptions earlier;
  earlier.as_of = "2";
  earlier.where.text = "g = 'g3'";
  const std::string third = scan(earlier);
  EXPECT_EQ(std::count(third.begin(), third.end(), '\n'), 80);
  EXPECT_EQ(reported(), "read 1 of 5 files, 1 of 5 batches");
}

TEST_F(RepartitionTest, AReadOfAKeyReadsOnePartition) {
  make(many_rows(), {});
  repartition_table(by(PartitionKind::kHash, 8, "k"));
  EXPECT_EQ(where("k = 42"), "42,g2,5\n");
  EXPECT_EQ(reported().substr(0, 22), "read 1 of 8 partitions");
  repartition_table(by(PartitionKind::kRange, 4, "k"));
  EXPECT_EQ(where("k = 42"), "42,g2,5\n");
  EXPECT_EQ(reported().substr(0, 22), "read 1 of 4 partitions");
  EXPECT_EQ(where("k = 399"), "399,g4,98\n");
}

TEST_F(RepartitionTest, ReadersOfChangesSeeNoRows) {
  make(many_rows(), hash_of("k", 3));
  repartition_table(by(PartitionKind::kHash, 2, "g"));
  const VersionActions actions = log().actions_of(1);
  EXPECT_EQ(actions.info->operation, "REPARTITION");
  EXPECT_EQ(actions.removed.size(), 3U);
  EXPECT_TRUE(std::ranges::none_of(actions.added, &DataFile::changes_data));
  EXPECT_TRUE(std::ranges::none_of(actions.removed, &RemovedFile::changes_data));
  EXPECT_EQ(actions.metadata->id, log().read(0).metadata.id);
}

TEST_F(RepartitionTest, ChangesGoToTheNewPartitions) {
  make(many_rows(), hash_of("k", 4));
  Repartition ranges = by(PartitionKind::kRange, 3, "k");
  ranges.bounds = "100,300";
  ranges.sort = {{"v"}};
  repartition_table(ranges);
  insert("k,g,v\n1000,g9,1\n");
  const TableState state = log().read();
  EXPECT_EQ(state.files.back().tag(kPartitionTag), "2");
  ChangeOptions options = how();
  EXPECT_EQ(update_rows({"k = 5"}, {"k = 1000"}, options).partitions, 2);
  EXPECT_EQ(where("k = 5 and v = 1"), "5,g9,1\n");
  EXPECT_EQ(reported().substr(0, 22), "read 1 of 3 partitions");
  EXPECT_EQ(delete_rows({"k < 100"}, options).partitions, 1);
  // The rows of a file are sorted, also after a later repartition.
  repartition_table(how());
  const std::string sorted = scan();
  EXPECT_EQ(sorted.substr(0, sorted.find('\n')), "101,g1,0");
}

TEST_F(RepartitionTest, AnEmptyTableGetsItToo) {
  make("k,v\n1,a\n", {});
  delete_rows({}, how());
  repartition_table(by(PartitionKind::kRange, 4, "k"));
  EXPECT_EQ(insert("k,v\n2,b\n").partitions, 1);
  EXPECT_EQ(scan(), "2,b\n");
  Repartition wrong = how();
  wrong.partition_columns = {"nowhere"};
  EXPECT_NE(error_of(wrong), "");
  EXPECT_EQ(scan(), "2,b\n");
}

TEST_F(RepartitionTest, WhatDoesNotFitTheTableChangesNothing) {
  make(many_rows(), hash_of("k", 4));
  Repartition wrong = by(PartitionKind::kRange, 2, "k");
  wrong.bounds = "ten";
  EXPECT_NE(error_of(wrong).find("'ten'"), std::string::npos);
  wrong = how();
  wrong.sort = {{"nowhere"}};
  EXPECT_NE(error_of(wrong).find("'nowhere'"), std::string::npos);
  EXPECT_NE(error_of(by(PartitionKind::kHash, 2, "nowhere")).find("'nowhere'"), std::string::npos);
  wrong = how();
  wrong.partition_columns = {"k", "g", "v"};
  EXPECT_NE(error_of(wrong), "");
  EXPECT_EQ(log().latest(), 0);
}

// Changes the table when it is first asked for its schema.
class RowsAfterChange : public Operator {
 public:
  RowsAfterChange(OperatorPtr rows, std::function<void()> change)
      : rows_(std::move(rows)), change_(std::move(change)) {}
  SchemaPtr schema() const override {
    if (const auto change = std::exchange(change_, nullptr)) change();
    return rows_->schema();
  }
  std::optional<Batch> next() override { return rows_->next(); }

 private:
  OperatorPtr rows_;
  mutable std::function<void()> change_;
};

TEST_F(RepartitionTest, RowsThatWereDividedBeforeAreRefused) {
  make(many_rows(), hash_of("k", 4));
  RowsAfterChange input(open_scan(write("more.csv", "k,g,v\n1000,g9,1\n"), ScanOptions{}),
                        [&] { repartition_table(by(PartitionKind::kHash, 2, "g")); });
  try {
    insert_from(input);
    FAIL() << "rows of the old partitions were inserted";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), path("T") +
                                   ": the table's columns or properties were changed; no row was "
                                   "inserted");
  }
  EXPECT_EQ(where("k = 1000"), "");
}

}  // namespace
}  // namespace penstock
