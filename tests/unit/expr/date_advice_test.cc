#include "libcore/expr/time/date_advice.h"

#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(DateAdvice, SaysWhatIsWrong) {
  EXPECT_EQ(date_advice("2024-02-30"), ": February 2024 has 29 days");
  EXPECT_EQ(date_advice("2023-02-29"), ": February 2023 has 28 days");
  EXPECT_EQ(date_advice("2024-04-00 10:00"), ": April 2024 has 30 days");
  EXPECT_EQ(date_advice(" 2024-13-01"), ": there is no month 13");
  EXPECT_EQ(date_advice("2024-00-01"), ": there is no month 0");
  for (const char* text : {"31.12.2024", "2024/02/01", "2024-2-1", "", "soon", "20240230"}) {
    EXPECT_EQ(date_advice(text), "; a date is written as in 2024-02-29") << text;
  }
  EXPECT_EQ(date_advice("2024-02-29x"), "");
}

TEST(DateAdvice, StandsInErrors) {
  Batch batch =
      make_batch({{"d", "date", {"2024-01-01"}}, {"t", "timestamp", {"2024-01-01 00:00"}}});
  EXPECT_EQ(eval("d = '2024-02-30'", batch),
            "error: '2024-02-30' is not a valid date32: February 2024 has 29 days");
  EXPECT_EQ(eval("t > '2024-13-01 10:00'", batch),
            "error: '2024-13-01 10:00' is not a valid timestamp[us]: there is no month 13");
}

}  // namespace
}  // namespace penstock
