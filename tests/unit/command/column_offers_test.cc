#include "libcore/command/column_offers.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using Words = std::vector<std::string>;

const Words kColumns{"id", "city", "City name", "a,b", "in:out", "price", "pri\nce"};

Words offered(const Option& option, std::string_view typed) {
  return offered_values(option, typed, kColumns);
}

TEST(ColumnOffers, NamesThatBeginSo) {
  EXPECT_EQ(offered(option::kColumns, ""),
            (Words{"id", "city", "City name", "\"a,b\"", "\"in:out\"", "price"}));
  EXPECT_EQ(offered(option::kColumns, "ci"), (Words{"city"}));
  EXPECT_EQ(offered(option::kColumns, "a"), (Words{"\"a,b\""}));
  EXPECT_EQ(offered(option::kColumns, "\"a,"), (Words{"\"a,b\""}));
  EXPECT_EQ(offered(option::kColumns, "x"), Words{});
}

TEST(ColumnOffers, TheLastItemOfAList) {
  EXPECT_EQ(offered(option::kColumns, "id,p"), (Words{"id,price"}));
  EXPECT_EQ(offered(option::kColumns, "\"a,b\",ci"), (Words{"\"a,b\",city"}));
  EXPECT_EQ(offered(option::kColumns, "unknown,,p"), (Words{"unknown,,price"}));
  EXPECT_EQ(offered(option::kColumns, "!p"), (Words{"!price"}));
  EXPECT_EQ(offered(option::kColumns, "id,city..p"), (Words{"id,city..price"}));
  EXPECT_EQ(offered(option::kKey, "id=p"), (Words{"id=price"}));
  EXPECT_EQ(offered(option::kKey, "x=p"), Words{}) << "x is not a column";
}

TEST(ColumnOffers, DirectionsWhereKeysHaveThem) {
  EXPECT_EQ(offered(option::kSortKey, "price:"),
            (Words{"price:asc", "price:desc", "price:nulls-first", "price:nulls-last"}));
  EXPECT_EQ(offered(option::kSortKey, "id,\"in:out\":d"), (Words{"id,\"in:out\":desc"}));
  EXPECT_EQ(offered(option::kSortKey, "price:desc:nulls-f"), (Words{"price:desc:nulls-first"}));
  EXPECT_EQ(offered(option::kKey, "price:d"), Words{});
}

TEST(ColumnOffers, OneNameStandsAsItIs) {
  constexpr Option kName{'\0', "name", "COL", "a column", Complete::kColumn};
  EXPECT_EQ(offered(kName, "a"), (Words{"a,b"}));
  EXPECT_EQ(offered(kName, "id,"), Words{});
  EXPECT_EQ(offered(option::kFrom, ""), Words{});
}

}  // namespace
}  // namespace penstock
