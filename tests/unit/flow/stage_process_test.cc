#include "libcore/flow/stage_process.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace penstock {
namespace {

using Commands = std::vector<std::vector<std::string>>;

// What a process with these words, and `lengths` in its environment, takes for its stages.
Commands read_back(std::vector<std::string> words, const std::string& lengths) {
  setenv(kStagesVariable, lengths.c_str(), 1);
  std::vector<char*> argv;
  for (std::string& word : words)
    argv.push_back(word.data());
  Commands stages;
  for (std::span<char*> stage : stages_of_process(argv))
    stages.emplace_back(stage.begin(), stage.end());
  EXPECT_EQ(std::getenv(kStagesVariable), nullptr);
  return stages;
}

TEST(StageProcess, StagesComeBackAsTheyWereSet) {
  Commands commands{{"pscan", "-d", "|", "a.csv"}, {"pprint"}, {"pagg", "--", "|"}};
  ProcessSpec spec;
  set_stages(spec, commands, true);
  EXPECT_TRUE(spec.program.ends_with("pflow"));
  EXPECT_EQ(spec.words, (std::vector<std::string>{"pscan", "-d", "|", "a.csv", "|", "pprint", "|",
                                                  "pagg", "--", "|"}));
  EXPECT_EQ(spec.environment, std::vector<std::string>{"PENSTOCK_STAGES=4,1,3"});
  EXPECT_EQ(read_back(spec.words, "4,1,3"), commands);
}

TEST(StageProcess, OneCommandIsItself) {
  ProcessSpec spec;
  set_stages(spec, {{"sort", "-u"}}, false);
  EXPECT_EQ(spec.words, (std::vector<std::string>{"sort", "-u"}));
  EXPECT_EQ(spec.program, "");
  EXPECT_TRUE(spec.environment.empty());
}

TEST(StageProcess, WhatIsNotOfTheseWordsIsRefused) {
  std::vector<std::string> words{"pscan", "a", "|", "pagg"};
  EXPECT_EQ(read_back(words, "2,1").size(), 2U);
  for (const char* lengths : {"", "2", "2,1,1", "2,2", "1,2", "4", "5", "0,3", "-1", "2,", ",1",
                              "x", "2;1", "99999999999999999999"}) {
    EXPECT_EQ(read_back(words, lengths), lengths == std::string("4") ? Commands{words} : Commands())
        << lengths;
  }
  unsetenv(kStagesVariable);
  std::vector<char*> argv{words[0].data()};
  EXPECT_TRUE(stages_of_process(argv).empty());
}

}  // namespace
}  // namespace penstock
