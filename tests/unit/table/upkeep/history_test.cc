#include "libcore/table/upkeep/history.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/table/change/rewrite.h"
#include "libcore/table/commit.h"
#include "tests/unit/table/upkeep/upkeep_test.h"

namespace penstock {
namespace {

const char* const kEightRows = "k,v\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n";

class HistoryTest : public UpkeepTest {
 protected:
  // Without times and programs.
  std::string history() const {
    Batch rows = table_history(log());
    std::vector<Field> fields = rows.schema->fields();
    for (const size_t column : {size_t{3}, size_t{1}}) {
      fields.erase(fields.begin() + static_cast<int64_t>(column));
      rows.columns.erase(rows.columns.begin() + static_cast<int64_t>(column));
    }
    rows.schema = make_schema(std::move(fields));
    return csv(rows);
  }
};

TEST_F(HistoryTest, TheNewestVersionIsFirst) {
  make(kEightRows, {});
  ChangeOptions options;
  options.folder = path("T");
  options.sync = Sync::kNo;
  delete_rows({"k = 5"}, options);
  add_foreign("other.arrow", "ARROW1");
  EXPECT_EQ(history(),
            "version,operation,files_added,files_removed,rows_added\n"
            "2,WRITE,1,0,\n"
            "1,DELETE,1,1,7\n"
            "0,CREATE TABLE AS SELECT,1,0,8\n");
}

TEST_F(HistoryTest, ATimeIsThatOfTheCommitOrOfTheFile) {
  make(kEightRows, {});
  Batch rows = table_history(log());
  EXPECT_EQ(rows.columns[1]->data<int64_t>()[0], *log().read().timestamp);
  const auto actions = log().actions_of(0);
  EXPECT_EQ(log().time_of(0, actions), *actions.info->timestamp);
  EXPECT_GT(log().time_of(0, {}), *actions.info->timestamp - 60'000);
}

TEST_F(HistoryTest, ADirectoryWithoutVersionsIsAnError) {
  EXPECT_THROW(table_history(log()), Error);
}

}  // namespace
}  // namespace penstock
