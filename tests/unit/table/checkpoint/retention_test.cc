#include "libcore/table/checkpoint/retention.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(Retention, ReadsTimesOfConfigurations) {
  constexpr int64_t kDay = int64_t{24} * 3600 * 1000;
  EXPECT_EQ(parse_retention("interval 1 week"), 7 * kDay);
  EXPECT_EQ(parse_retention("interval 30 days"), 30 * kDay);
  EXPECT_EQ(parse_retention("interval 1 day 12 hours"), kDay + kDay / 2);
  EXPECT_EQ(parse_retention("interval 0 seconds"), 0);
  EXPECT_EQ(parse_retention("interval 2 minutes 3 seconds 4 milliseconds"), 123'004);
  for (const char* text :
       {"", "interval", "1 week", "interval week", "interval 1", "interval -1 day",
        "interval 1 month", "interval 99999999999999 weeks", "interval 1 week x",
        "interval 9000000000000000000 milliseconds 9000000000000000000 "
        "milliseconds"}) {
    EXPECT_EQ(parse_retention(text), std::nullopt) << text;
  }
}

TEST(Retention, IsTheConfigurationsOrAWeek) {
  TableMetadata metadata;
  EXPECT_EQ(retention_of(metadata), kDefaultRetention);
  metadata.configuration["delta.deletedFileRetentionDuration"] = "interval 2 minutes";
  EXPECT_EQ(retention_of(metadata), 120'000);
  metadata.configuration["delta.deletedFileRetentionDuration"] = "7d";
  try {
    (void)retention_of(metadata);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "delta.deletedFileRetentionDuration is '7d', which is not a time as in 'interval 7 "
              "days'");
  }
}

}  // namespace
}  // namespace penstock
