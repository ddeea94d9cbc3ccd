#include "libcore/flow/tasks/host_slots.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock {
namespace {

TEST(HostSlots, TheHostWithTheFewestAttemptsIsNext) {
  HostSlots hosts({2, 1, 2}, 3);
  hosts.take(0);
  EXPECT_EQ(hosts.place({}), 1U);
  hosts.take(1);
  EXPECT_EQ(hosts.place({}), 2U) << "1 is full";
  hosts.take(2);
  EXPECT_EQ(hosts.place(0), 2U);
  hosts.take(2);
  EXPECT_EQ(hosts.place(0), std::nullopt) << "only 0 is free";
  EXPECT_EQ(hosts.free(), (std::vector<size_t>{0}));
  hosts.give_back(1);
  EXPECT_EQ(hosts.place(0), 1U);
}

TEST(HostSlots, AHostWithoutSlotsTakesOneOfItsOwnAtATime) {
  HostSlots hosts({0, 1}, 3);
  EXPECT_EQ(hosts.place({}), 1U);
  EXPECT_FALSE(hosts.is_free(0));
  EXPECT_TRUE(hosts.has_room_for_own(0));
  hosts.take(0);
  EXPECT_FALSE(hosts.has_room_for_own(0));
  hosts.give_back(0);
  EXPECT_TRUE(hosts.has_room_for_own(0));
  hosts.lose(1);
  EXPECT_FALSE(hosts.has_usable());
}

TEST(HostSlots, OneHostHasToDo) {
  HostSlots hosts({2}, 3);
  EXPECT_EQ(hosts.place(0), 0U);
}

TEST(HostSlots, ThreeFailuresExcludeAHostAndTwoDoNot) {
  HostSlots hosts({1, 1}, 3);
  hosts.count_failure(0);
  hosts.count_failure(0);
  EXPECT_TRUE(hosts.is_free(0));
  hosts.take(0);
  hosts.count_failure(0);
  hosts.give_back(0);
  EXPECT_FALSE(hosts.is_free(0));
  EXPECT_EQ(hosts.free(), (std::vector<size_t>{1}));
  EXPECT_EQ(hosts.excluded(), 1U);
}

TEST(HostSlots, TheLastHostIsForgiven) {
  HostSlots hosts({1, 1}, 1);
  hosts.count_failure(0);
  hosts.count_failure(1);
  EXPECT_EQ(hosts.free(), (std::vector<size_t>{0, 1}));
  EXPECT_EQ(hosts.excluded(), 0U);
}

TEST(HostSlots, ABadHostIsBetterThanALostOne) {
  HostSlots hosts({1, 1}, 1);
  hosts.count_failure(0);
  hosts.take(1);
  hosts.lose(1);
  hosts.give_back(1);
  EXPECT_EQ(hosts.free(), (std::vector<size_t>{0}));
  EXPECT_TRUE(hosts.has_usable());
  hosts.lose(0);
  EXPECT_FALSE(hosts.has_usable());
  EXPECT_EQ(hosts.place({}), std::nullopt);
}

}  // namespace
}  // namespace penstock
