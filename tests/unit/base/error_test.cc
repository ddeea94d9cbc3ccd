#include "libcore/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "libcore/base/check.h"

namespace penstock {
namespace {

TEST(Error, CarriesMessageAndKind) {
  Error run("a.csv:3: wrong");
  EXPECT_EQ(run.message(), "a.csv:3: wrong");
  EXPECT_STREQ(run.what(), "a.csv:3: wrong");
  EXPECT_EQ(run.kind(), Error::Kind::kRun);
  EXPECT_EQ(Error::usage("x").kind(), Error::Kind::kUsage);
}

TEST(Error, OfTheSystemNamesPlaceCallAndReason) {
  EXPECT_EQ(Error::system("a.csv", "cannot open", ENOENT).message(),
            "a.csv: cannot open: No such file or directory");
  EXPECT_EQ(Error::system("a.csv", "", ENOENT).message(), "a.csv: No such file or directory");
  EXPECT_EQ(Error::system("a.csv", "", ENOENT).kind(), Error::Kind::kRun);
}

TEST(CheckDeathTest, AbortsWithPlaceAndCondition) {
  PENSTOCK_CHECK(1 + 1 == 2);
  EXPECT_DEATH(PENSTOCK_CHECK(1 + 1 == 3),
               "penstock: bug: .*error_test.cc:[0-9]+: CHECK failed: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace penstock
