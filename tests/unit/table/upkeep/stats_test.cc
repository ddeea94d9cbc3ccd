#include "libcore/table/upkeep/stats.h"

#include <gtest/gtest.h>

#include "libcore/data/builder.h"
#include "tests/unit/table/upkeep/upkeep_test.h"

namespace penstock {
namespace {

class StatsTest : public UpkeepTest {
 protected:
  std::string stats() const {
    Batch rows = table_stats(log().read());
    // Of these the sum alone is known: they differ between versions of compression.
    const size_t bytes = *rows.schema->find("bytes");
    int64_t sum = 0;
    for (int64_t i = 0; i < rows.rows; ++i)
      sum += rows.columns[bytes]->data<int64_t>()[i];
    for (const DataFile& file : log().read().files)
      sum -= file.size;
    EXPECT_EQ(sum, 0);
    std::vector<Field> fields = rows.schema->fields();
    fields.erase(fields.begin() + static_cast<int64_t>(bytes));
    rows.columns.erase(rows.columns.begin() + static_cast<int64_t>(bytes));
    rows.schema = make_schema(std::move(fields));
    return csv(rows);
  }
};

TEST_F(StatsTest, ARowForEachRangeWithTheBoundsOfItsKey) {
  TableLayout layout = hash_of("k", 3);
  layout.partitioning->kind = PartitionKind::kRange;
  Batch bounds{make_schema({{"k", int64_type(), true, {}}}), 2, {}};
  FixedBuilder<int64_t> values;
  values.append(2);
  values.append(3);
  bounds.columns = {values.finish(int64_type())};
  layout.partitioning->bounds = bounds;
  make("k\n1\n2\n3\n4\n8\n", layout);
  const std::string found = stats();
  EXPECT_EQ(found.substr(0, found.find('\n')), "partition,files,rows,share,least,greatest");
  EXPECT_NE(found.find("\n0,1,"), found.npos) << found;
  EXPECT_NE(found.find(",8\n"), found.npos) << found;
}

TEST_F(StatsTest, APartitionWithoutFilesIsThere) {
  make("k\n1\n1\n1\n", hash_of("k", 2));
  const std::string found = stats();
  EXPECT_NE(found.find(",1,3,2,1,1\n"), found.npos) << found;
  EXPECT_NE(found.find(",0,0,0,,\n"), found.npos) << found;
}

TEST_F(StatsTest, FilesOfOtherProgramsComeLastAndAreUnknown) {
  make("k\n1\n", hash_of("k", 1));
  add_foreign("other.arrow", "ARROW1");
  EXPECT_EQ(stats(),
            "partition,files,rows,share,least,greatest\n"
            "0,1,1,1,1,1\n"
            ",1,,,,\n");
}

TEST_F(StatsTest, PartitionColumnsNameTheirPartitions) {
  make("c,v\nx,1\ny,2\nx,3\n", {}, {"c"});
  EXPECT_EQ(stats(), "c,files,rows,share\nx,1,2,1.3333333333333333\ny,1,1,0.6666666666666666\n");
}

TEST_F(StatsTest, ATableWithoutPartitionsHasOneRow) {
  make("k\n1\n2\n3\n4\n5\n6\n7\n8\n", {});
  EXPECT_EQ(stats(), "files,rows,share\n1,8,1\n");
}

TEST_F(StatsTest, TheKeyByWhichFilesAreSortedHasBounds) {
  TableLayout layout;
  layout.sort = {{"v"}};
  make("v,w\n3,a\n4,b\n", layout);
  EXPECT_EQ(stats(), "files,rows,share,least,greatest\n1,2,1,3,4\n");
}

}  // namespace
}  // namespace penstock
