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

TEST(SplitOptions, ColumnsAreOfTables) {
  const SplitOptions alone = split_options_of({"--columns=a,b", "--columns", "c", "-o", "T"});
  EXPECT_TRUE(alone.makes_table);
  EXPECT_TRUE(alone.undivided);
  ASSERT_EQ(alone.columns.size(), 2U);
  EXPECT_EQ(alone.columns[0].to_string(), "a,b");
  const SplitOptions divided =
      split_options_of({"--hash", "-k", "a", "-n", "2", "--columns=a", "-o", "T"});
  EXPECT_TRUE(divided.makes_table);
  EXPECT_FALSE(divided.undivided);
  EXPECT_THROW(split_options_of({"--columns=a"}), Error);
  EXPECT_THROW(split_options_of({"--columns=a", "-n", "2", "-o", "T"}), Error);
  EXPECT_THROW(split_options_of({"--columns=a", "--by=a", "-o", "{a}"}), Error);
  EXPECT_THROW(split_options_of({"--columns=a", "--hash", "-k", "a", "-n", "2", "-o", "%d"}),
               Error);
}

SplitOptions division_of(std::vector<const char*> words) {
  SplitOptions options;
  Command command({"tool", "", ""});
  add_division_options(command, options);
  words.insert(words.begin(), "tool");
  command.parse(static_cast<int>(words.size()), words.data());
  return options;
}

TEST(SplitOptions, ATableThatIsThereIsDividedInOneWay) {
  EXPECT_FALSE(gives_division(division_of({})));
  for (const std::vector<const char*>& words :
       {std::vector<const char*>{"--hash", "-k", "a", "-n", "2"},
        {"--range=1", "-k", "a", "-n", "2"},
        {"--round-robin", "-n", "2"},
        {"--by", "a,b", "--sort", "c"},
        {"--undivided"}}) {
    EXPECT_TRUE(gives_division(division_of(words)));
    EXPECT_NO_THROW(require_division(division_of(words)));
  }
  for (const std::vector<const char*>& words : {std::vector<const char*>{"-k", "a"},
                                                {"-n", "2"},
                                                {"--sort", "a"},
                                                {"--hash", "-k", "a"},
                                                {"--hash", "--undivided", "-k", "a", "-n", "2"},
                                                {"--undivided", "-n", "2"},
                                                {"--by", "a", "-k", "b"}}) {
    EXPECT_TRUE(gives_division(division_of(words)));
    EXPECT_THROW(require_division(division_of(words)), Error);
  }
}

}  // namespace
}  // namespace penstock
