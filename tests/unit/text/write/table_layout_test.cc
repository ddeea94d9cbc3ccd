#include "libcore/text/write/table_layout.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using Widths = std::vector<int64_t>;

TEST(TableLayout, AsWideAsNeededWithoutALimit) {
  EXPECT_EQ(lay_out_table({{4, 100, false}, {10, 2, true}}, std::nullopt), (Widths{100, 10}));
  EXPECT_EQ(lay_out_table({}, std::nullopt), Widths{});
}

TEST(TableLayout, WidestTextGivesWayFirst) {
  EXPECT_EQ(lay_out_table({{4, 50, false}, {4, 10, false}, {4, 40, false}}, 54),
            (Widths{20, 10, 20}));
  EXPECT_EQ(lay_out_table({{4, 50, false}, {4, 30, true}}, 50), (Widths{18, 30}));
  // A number's header gives way, its values do not.
  EXPECT_EQ(lay_out_table({{40, 12, true}, {4, 4, false}}, 30), (Widths{24, 4}));
}

TEST(TableLayout, LeavesOutWhatHasNoRoom) {
  EXPECT_EQ(lay_out_table({{20, 20, false}, {20, 20, false}, {20, 20, false}}, 20), (Widths{9, 9}));
  EXPECT_EQ(lay_out_table({{4, 30, true}, {4, 30, true}}, 10), (Widths{30}));
}

}  // namespace
}  // namespace penstock
