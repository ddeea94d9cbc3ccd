#include "libcore/partition/split_options.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

SplitOptions split_options_of(std::vector<const char*> words) {
  SplitOptions options;
  Command command({"tool", "", ""});
  add_split_options(command, options);
  words.insert(words.begin(), "tool");
  std::vector<std::string> operands = command.parse(static_cast<int>(words.size()), words.data());
  take_split_outputs(options, operands);
  return options;
}

TEST(SplitOptions, OneKindIsGiven) {
  SplitOptions by = split_options_of({"--by=a,b", "-o", "{a}{b}"});
  EXPECT_TRUE(by.makes_files());
  EXPECT_EQ(by.by, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(split_options_of({"--rows=3", "-o", "{n}"}).rows_each, 3);
  SplitOptions range = split_options_of({"--range", "-k", "a", "-n", "2", "-o", "%d"});
  EXPECT_FALSE(range.makes_files());
  EXPECT_TRUE(range.samples());
  EXPECT_EQ(range.outputs, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(partition_options(range).kind, PartitionKind::kRange);
  EXPECT_THROW(split_options_of({"-n", "2", "-o", "%d"}), Error);
  EXPECT_THROW(split_options_of({"--hash", "--by=a", "-n", "2", "-o", "%d"}), Error);
}

TEST(SplitOptions, WhatIsMissingOrHasNoMeaning) {
  EXPECT_THROW(split_options_of({"--by=a"}), Error);
  EXPECT_THROW(split_options_of({"--by=a", "-o", "{a}", "-n", "2"}), Error);
  EXPECT_THROW(split_options_of({"--rows=1", "-o", "{n}", "-k", "a"}), Error);
  EXPECT_THROW(split_options_of({"--rows=0", "-o", "{n}"}), Error);
  EXPECT_THROW(split_options_of({"--hash", "-k", "a", "-o", "%d"}), Error);
}

}  // namespace
}  // namespace penstock
