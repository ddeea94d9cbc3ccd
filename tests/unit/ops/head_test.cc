#include "libcore/ops/head.h"

#include <gtest/gtest.h>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using Rows = std::vector<std::string>;

TEST(Head, GivesTheFirstRowsAndPullsNoFurther) {
  Batch table = testing::table({{"a", testing::column(int32_type(), {"1", "2", "3", "4", "5"})}});
  class Counted : public Operator {
   public:
    Counted(OperatorPtr input, int& pulls) : input_(std::move(input)), pulls_(pulls) {}
    SchemaPtr schema() const override { return input_->schema(); }
    std::optional<Batch> next() override {
      ++pulls_;
      return input_->next();
    }

   private:
    OperatorPtr input_;
    int& pulls_;
  };
  for (int64_t rows : {0, 1, 2, 3, 5, 9}) {
    int pulls = 0;
    OperatorPtr head = make_head(std::make_unique<Counted>(testing::source(table, 2), pulls), rows);
    Rows expected = testing::rows_of(table);
    expected.resize(std::min<size_t>(5, static_cast<size_t>(rows)));
    EXPECT_EQ(testing::run(*head).rows, expected);
    EXPECT_EQ(pulls, rows > 5 ? 4 : static_cast<int>((rows + 1) / 2)) << rows;
  }
}

}  // namespace
}  // namespace penstock
