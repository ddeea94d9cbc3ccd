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

TEST(Error, OfTheMachineIsWhatAnotherMachineMayNotHave) {
  for (int number : {ENOSPC, EDQUOT, EIO, ENOMEM, EMFILE, ENFILE, EAGAIN, ESTALE})
    EXPECT_TRUE(Error::system("f", "write", number).is_of_machine()) << number;
  for (int number : {ENOENT, EACCES, EISDIR, EINVAL, ENAMETOOLONG, EROFS})
    EXPECT_FALSE(Error::system("f", "write", number).is_of_machine()) << number;
  const Error full = Error::of_machine("full");
  EXPECT_TRUE(full.prefixed("x: ").is_of_machine());
  EXPECT_TRUE(full.in_input("f").is_of_machine());
  EXPECT_TRUE(full.with_advice("; free some").is_of_machine());
  EXPECT_EQ(full.with_advice("; free some").message(), "full; free some");
  EXPECT_FALSE(Error("wrong value").is_of_machine());
  EXPECT_FALSE(Error::of_peer("gone").is_of_machine());
  const Error both = full.as_of_peer();
  EXPECT_TRUE(both.is_of_machine() && both.is_of_peer());
  EXPECT_FALSE(full.is_of_peer());
}

TEST(CheckDeathTest, AbortsWithPlaceAndCondition) {
  PENSTOCK_CHECK(1 + 1 == 2);
  EXPECT_DEATH(PENSTOCK_CHECK(1 + 1 == 3),
               "penstock: bug: .*error_test.cc:[0-9]+: CHECK failed: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace penstock
