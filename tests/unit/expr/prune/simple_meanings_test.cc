// Tests for null and truth, prefixes of text, rising calls.
#include <gtest/gtest.h>

#include "tests/unit/expr/prune/known_zones.h"

namespace penstock::testing {
namespace {

TEST_F(KnownZones, KnowsNulls) {
  EXPECT_EQ((*this)("x is null"), "00111");
  EXPECT_EQ((*this)("x is not null"), "11101");
  EXPECT_EQ((*this)("(x > 5) is unknown"), "00111");
  EXPECT_EQ((*this)("(x > 5) is not true"), "10111");
  EXPECT_EQ((*this)("not (x > 5)"), "10001");
  EXPECT_EQ((*this)("x is not distinct from null"), "00111");
}

TEST_F(KnownZones, FollowsRisingCalls) {
  EXPECT_EQ((*this)("x + 10 = 17"), "01001");
  EXPECT_EQ((*this)("x - 1 < 4"), "10001");
  EXPECT_EQ((*this)("x::float64 > 5.5"), "01101");
  EXPECT_EQ((*this)("x::text = '7'"), "11101");
}

TEST_F(KnownZones, ComparesBeginningsOfText) {
  EXPECT_EQ((*this)("t like 'ab%'"), "10101");
  EXPECT_EQ((*this)("t like 'abz%'"), "00101");
  EXPECT_EQ((*this)("t not like 'ab%'"), "01101");
  EXPECT_EQ((*this)("t like 'b'"), "01101");
  EXPECT_EQ((*this)("t like 'a_c'"), "10101");
  EXPECT_EQ((*this)("t ilike 'zz%'"), "11101");
}

}  // namespace
}  // namespace penstock::testing
