#include "libcore/flow/slurm/node_list.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "libcore/base/error.h"

namespace penstock {
namespace {

using Names = std::vector<std::string>;
using Counts = std::vector<int64_t>;

TEST(NodeList, NamesAndRanges) {
  EXPECT_EQ(parse_node_list("n1"), Names{"n1"});
  EXPECT_EQ(parse_node_list("n[1-3,7]"), (Names{"n1", "n2", "n3", "n7"}));
  EXPECT_EQ(parse_node_list("a,n[08-11],b.c"), (Names{"a", "n08", "n09", "n10", "n11", "b.c"}));
  EXPECT_EQ(parse_node_list("r[1-2]n[3,5]-ib"),
            (Names{"r1n3-ib", "r1n5-ib", "r2n3-ib", "r2n5-ib"}));
}

TEST(NodeList, AsManyAsThereMayBe) {
  EXPECT_EQ(std::ssize(parse_node_list("n[1-256]")), kMaxHosts);
  for (const char* list : {"n[1-256],m", "n[1-200],m[1-57]", "n[0-9][0-9][0-9]"})
    EXPECT_THROW(parse_node_list(list), Error) << list;
}

TEST(NodeList, WhatIsNotOne) {
  for (const char* list : {"", "a,", "n[", "n[]", "n[1", "n[1-]", "n[-2]", "n[3-1]", "n[a]",
                           "n[1,]", "n[1-999999999]", "n[1234567890]", "n[ 1]"})
    EXPECT_THROW(parse_node_list(list), Error) << list;
  std::string deep = "n";
  for (int i = 0; i < 100'000; ++i)
    deep += "[1]";
  EXPECT_THROW(parse_node_list(deep), Error);
}

TEST(NodeList, Counts) {
  EXPECT_EQ(parse_counts("4"), Counts{4});
  EXPECT_EQ(parse_counts("2(x3),1"), (Counts{2, 2, 2, 1}));
  EXPECT_EQ(std::ssize(parse_counts("1024(x256)")), kMaxHosts);
  for (const char* list : {"", "2,", "0", "-1", "1025", "x", "2(x)", "2(x0)", "2(x257)", "2(x-1)",
                           "1(x256),1", "2x3", "(x2)"})
    EXPECT_THROW(parse_counts(list), Error) << list;
}

SlurmJob job_of(const std::map<std::string, std::string>& variables) {
  return slurm_job([&](const std::string& name) -> std::optional<std::string> {
    auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

std::string refusal_of(const std::map<std::string, std::string>& variables) {
  try {
    job_of(variables);
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing was refused";
}

TEST(SlurmJob, OutsideOfJobsThereIsNone) {
  EXPECT_FALSE(job_of({}));
  EXPECT_FALSE(job_of({{"SLURM_JOB_NODELIST", "n1"}}));
}

TEST(SlurmJob, SlotsAreTasksWhereTheyWereAskedForElseProcessors) {
  std::map<std::string, std::string> variables = {{"SLURM_JOB_ID", "7"},
                                                  {"SLURM_JOB_NODELIST", "n[1-2]"},
                                                  {"SLURM_TASKS_PER_NODE", "1(x2)"},
                                                  {"SLURM_JOB_CPUS_PER_NODE", "4,8"}};
  SlurmJob job = job_of(variables);
  EXPECT_EQ(job.number, "7");
  ASSERT_EQ(job.nodes.size(), 2U);
  EXPECT_EQ(job.nodes[1].label(), "n2");
  EXPECT_EQ(job.nodes[0].slots, 4);
  EXPECT_EQ(job.nodes[1].slots, 8);
  variables["SLURM_NTASKS"] = "2";
  EXPECT_EQ(job_of(variables).nodes[1].slots, 1);
}

TEST(SlurmJob, VariablesThatAreMissingOrWrong) {
  EXPECT_EQ(refusal_of({{"SLURM_JOB_ID", "x"}}),
            "SLURM_JOB_ID is 'x', which is not a job's number");
  EXPECT_EQ(refusal_of({{"SLURM_JOB_ID", "7"}}),
            "Slurm's variable SLURM_JOB_CPUS_PER_NODE is not set, and SLURM_JOB_ID is; Slurm sets "
            "both in its jobs");
  EXPECT_EQ(refusal_of({{"SLURM_JOB_ID", "7"},
                        {"SLURM_JOB_CPUS_PER_NODE", "1"},
                        {"SLURM_JOB_NODELIST", "n[1-2]"}}),
            "Slurm lists 2 nodes, and how much 1 of them have");
  for (const char* node : {"-x", "a b", "a*3", ":", "u@a"}) {
    EXPECT_NE(refusal_of({{"SLURM_JOB_ID", "7"},
                          {"SLURM_JOB_CPUS_PER_NODE", "1"},
                          {"SLURM_JOB_NODELIST", node}}),
              "nothing was refused")
        << node;
  }
}

}  // namespace
}  // namespace penstock
