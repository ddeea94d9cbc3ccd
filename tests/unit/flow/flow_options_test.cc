#include "libcore/flow/flow_options.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class FlowOptionsTest : public FolderTest {
 protected:
  static FlowOptions parse(std::vector<std::string> words) {
    static constexpr CommandText kText{"pflow", "PIPELINE", "run a pipeline"};
    Command command(kText);
    FlowOptions options;
    add_flow_options(command, options);
    std::vector<const char*> argv{"pflow"};
    for (const std::string& word : words)
      argv.push_back(word.c_str());
    command.parse(static_cast<int>(argv.size()), argv.data());
    return options;
  }
  static std::string refusal(std::vector<std::string> words) {
    try {
      parse(std::move(words));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kUsage);
      return error.message();
    }
    return "";
  }
};

TEST_F(FlowOptionsTest, WithoutNumberThereIsAWorkerForEachSlot) {
  EXPECT_TRUE(parse({}).run.fills_slots);
  EXPECT_GE(parse({}).run.plan.workers, 1);
  FlowOptions three = parse({"-n", "3"});
  EXPECT_FALSE(three.run.fills_slots);
  EXPECT_EQ(three.run.plan.workers, 3);
}

TEST_F(FlowOptionsTest, CheckpointsWhereTheyAreWorthIt) {
  FlowOptions options = parse({"--checkpoint=auto", "--checkpoint=dir"});
  take_checkpoint_options(options);
  EXPECT_TRUE(options.run.checkpoint->is_auto);
  EXPECT_EQ(options.run.checkpoint->directory, "dir");
  options = parse({"--checkpoint=./auto"});
  take_checkpoint_options(options);
  EXPECT_FALSE(options.run.checkpoint->is_auto);
  EXPECT_EQ(options.run.checkpoint->directory, "./auto");
  options = parse({"--checkpoint=auto"});
  EXPECT_THROW(take_checkpoint_options(options), Error);
}

TEST_F(FlowOptionsTest, NumbersOfWorkers) {
  EXPECT_EQ(parse({"-n", std::to_string(kMaxWorkers)}).run.plan.workers, kMaxWorkers);
  for (const char* text : {"0", "-1", "x", "1025"})
    EXPECT_EQ(refusal({"-n", text}),
              "--workers: '" + std::string(text) + "' is not a number of workers, 1 to 1024");
}

TEST_F(FlowOptionsTest, HostsOfListsAndFilesAddUp) {
  std::string file = write("hosts", "# two\nb:2222\n: # this one\n");
  std::vector<Host> hosts = parse({"--hosts", "a*3", "--hostfile", file}).run.hosts;
  ASSERT_EQ(hosts.size(), 3U);
  EXPECT_EQ(hosts[0].slots, 3);
  EXPECT_EQ(hosts[1].port, 2222);
  EXPECT_TRUE(hosts[2].is_here);
  EXPECT_NE(refusal({"--hosts", "a", "--hosts", "a"}), "");
  EXPECT_NE(refusal({"--hosts", "-oProxyCommand=x"}), "");
}

TEST_F(FlowOptionsTest, HowHostsAreReached) {
  LinkOptions link =
      parse({"--ssh", "ssh -F 'a b'", "--remote-pflow=/opt/pflow", "-S", "1G"}).run.link;
  const std::vector<std::string> words =
      link.shell->process({"", "h"}, "true", CutOff::kSeenByEnds).words;
  EXPECT_EQ(std::vector<std::string>(words.begin(), words.begin() + 3),
            (std::vector<std::string>{"ssh", "-F", "a b"}));
  EXPECT_EQ(link.remote_pflow, "/opt/pflow");
  EXPECT_EQ(link.environment, std::vector<std::string>{"PENSTOCK_MEMORY=1G"});
}

TEST_F(FlowOptionsTest, NodesOfSlurm) {
  EXPECT_FALSE(parse({}).run.slurm);
  for (const char* word : {"--slurm", "--slurm="}) {
    FlowOptions options = parse({word, "-n", "2"});
    ASSERT_TRUE(options.run.slurm) << word;
    EXPECT_TRUE(options.run.slurm->options.empty());
    EXPECT_EQ(options.run.plan.workers, 2);
  }
  EXPECT_EQ(parse({"--slurm=-p 'a b' -N2"}).run.slurm->options,
            (std::vector<std::string>{"-p", "a b", "-N2"}));
}

TEST_F(FlowOptionsTest, HostsThatContradictEachOther) {
  auto is_refused = [](const std::vector<std::string>& words) {
    try {
      check_host_options(parse(words));
    } catch (const Error& error) {
      return error.kind() == Error::Kind::kUsage;
    }
    return false;
  };
  const std::vector<std::vector<std::string>> bad = {
      {"--slurm", "--hosts", "a"},
      {"--slurm", "--ssh", "ssh"},
      {"--slurm", "--probe", "a"},
      {"--slurm", "--undeploy", "a"},
      {"--deploy"},
      {"--deploy", "--hosts", "a", "--remote-pflow", "x"},
      {"--deploy", "--probe", "a"}};
  for (const auto& words : bad)
    EXPECT_TRUE(is_refused(words)) << words[0] << " " << words.back();
  const std::vector<std::vector<std::string>> good = {
      {}, {"--slurm"}, {"--slurm", "--deploy"}, {"--hosts", "a", "--deploy"}};
  for (const auto& words : good)
    EXPECT_FALSE(is_refused(words));
}

TEST_F(FlowOptionsTest, DetachedRunsAreNamedBehindOrAsOperands) {
  EXPECT_FALSE(parse({}).run_command());
  EXPECT_FALSE(parse({"--detach", "x"}).run_command());
  EXPECT_EQ(parse({"--status"}).run_command(), RunCommand::kStatus);
  EXPECT_TRUE(parse({"--status", "abcd2345"}).run_ids.empty());
  EXPECT_EQ(parse({"--wait=abcd2345"}).run_command(), RunCommand::kWait);
  EXPECT_EQ(parse({"--wait=abcd2345", "bbcd2345"}).run_ids, std::vector<std::string>{"abcd2345"});
  for (const auto& [words, message] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--attach", "--cancel", "x"}, "--attach and --cancel do not go together"},
           {{"--detach", "--explain", "x"}, "--detach and --explain do not go together"},
           {{"--detach", "--probe", "a"}, "--detach and --probe do not go together"},
           {{"--forget", "x", "--undeploy", "a"}, "--forget and --undeploy do not go together"}}) {
    try {
      parse(words).run_command();
      ADD_FAILURE() << words[0];
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), message);
    }
  }
}

TEST_F(FlowOptionsTest, FilesToSend) {
  FlowOptions options = parse({"--send", "a", "--send=b/c", "--transfer"});
  EXPECT_EQ(options.run.sent, (std::vector<std::string>{"a", "b/c"}));
  EXPECT_TRUE(options.run.transfers);
  EXPECT_EQ(refusal({"--send", ""}), "--send: the name of a file is missing");
}

}  // namespace
}  // namespace penstock
