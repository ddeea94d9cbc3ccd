#include "libcore/partition/output_names.h"

#include <gtest/gtest.h>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using Names = std::vector<std::string>;

TEST(TakeOutputNames, TheLastOperandsAreOutputs) {
  Names operands{"in", "a", "b"};
  EXPECT_EQ(take_output_names(operands, 2), (Names{"a", "b"}));
  EXPECT_EQ(operands, Names{"in"});
  EXPECT_EQ(take_output_names(operands, 1), Names{"in"});
  EXPECT_TRUE(operands.empty());
}

TEST(TakeOutputNames, OneWithAPlaceForTheNumberStandsForAll) {
  Names operands{"in", "a%d.csv"};
  EXPECT_EQ(take_output_names(operands, 3), (Names{"a1.csv", "a2.csv", "a3.csv"}));
  EXPECT_EQ(operands, Names{"in"});
  operands = {"100%-%03d"};
  EXPECT_EQ(take_output_names(operands, 2), (Names{"100%-001", "100%-002"}));
  operands = {"%d%d"};
  EXPECT_EQ(take_output_names(operands, 1), Names{"1%d"});
  operands = {"50%"};
  EXPECT_EQ(take_output_names(operands, 1), Names{"50%"});
  operands = {"%0d"};
  EXPECT_EQ(take_output_names(operands, 1), Names{"%0d"});
}

TEST(TakeOutputNames, RefusesTooFewAndTheSameTwice) {
  auto refused = [](Names operands, int64_t partitions) {
    return testing::error_of([&] { take_output_names(operands, partitions); });
  };
  EXPECT_EQ(refused({}, 1), "an output is missing");
  EXPECT_EQ(refused({"a"}, 2),
            "2 partitions need as many outputs, or one with %d for their number; there is 1");
  EXPECT_EQ(refused({"b", "a", "b"}, 3), "output 'b' is named twice");
  EXPECT_EQ(refused({"b", "a", "b"}, 2), "no error");
}

}  // namespace
}  // namespace penstock
