#include "libcore/base/suggest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock {
namespace {

const std::vector<std::string> kColumns = {"origin", "destination", "Price", "id", "order"};

TEST(Suggest, FindsNearMisses) {
  EXPECT_EQ(nearest("orign", kColumns), "origin");
  EXPECT_EQ(nearest("oirgin", kColumns), "origin");  // two letters swapped count as one change
  EXPECT_EQ(nearest("price", kColumns), "Price");
  EXPECT_EQ(nearest("PRICE", kColumns), "Price");
  EXPECT_EQ(nearest("ordre", kColumns), "order");
  EXPECT_EQ(did_you_mean("destinaton", kColumns), "; did you mean 'destination'?");
}

TEST(Suggest, IsSilentAboutTheRest) {
  EXPECT_EQ(nearest("quantity", kColumns), "");
  EXPECT_EQ(nearest("", kColumns), "");
  EXPECT_EQ(nearest("x", kColumns), "");
  EXPECT_EQ(nearest("origin", {}), "");
  EXPECT_EQ(nearest(std::string(200, 'a'), std::vector<std::string>{std::string(200, 'a')}), "");
  EXPECT_EQ(did_you_mean("quantity", kColumns), "");
}

TEST(Suggest, TheFirstOfEqualsWins) {
  EXPECT_EQ(nearest("cat", std::vector<std::string>{"bat", "hat", "cut"}), "bat");
  EXPECT_EQ(nearest("cat", std::vector<std::string>{"bat", "Cat", "cut"}), "Cat");
}

}  // namespace
}  // namespace penstock
