#include "libcore/cli/stage_chain.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/cli/program.h"
#include "libcore/os/byte_sink.h"

namespace penstock {
namespace {

// Batches without columns, of which the one with number `fails_at` fails.
class Batches : public Operator {
 public:
  Batches(int count, int fails_at) : count_(count), fails_at_(fails_at) {}
  SchemaPtr schema() const override { return make_schema({}); }
  std::optional<Batch> next() override {
    if (at_ == count_) return std::nullopt;
    if (++at_ == fails_at_) throw Error("batch " + std::to_string(at_) + " is bad");
    return Batch{schema(), 1, {}};
  }

 private:
  int count_;
  int fails_at_;
  int at_ = 0;
};

// Hands on COUNT batches: "source COUNT FAILS_AT".
int source(const Invocation& invocation) {
  invocation.chain->hand_on(
      std::make_unique<Batches>(std::atoi(invocation.argv[1]), std::atoi(invocation.argv[2])));
  print_note("source", "ended well");
  return 0;
}

int pass(const Invocation& invocation) {
  invocation.chain->hand_on(invocation.chain->take_input());
  return 0;
}

// Tells the number of rows, after at most MOST batches: "sink MOST".
int sink(const Invocation& invocation) {
  OperatorPtr input = invocation.chain->take_input();
  int rows = 0;
  int most = std::atoi(invocation.argv[1]);
  while (rows < most && input->next())
    ++rows;
  print_note("sink", std::to_string(rows) + " rows");
  (void)input.release();
  return 0;
}

int refuse(const Invocation& invocation) {
  OperatorPtr input = invocation.chain->take_input();
  throw Error::usage("no such option");
}

int close_output(const Invocation& invocation) {
  OperatorPtr input = invocation.chain->take_input();
  throw OutputClosed();
}

const StageProgram kPrograms[] = {{"source", source},
                                  {"pass", pass},
                                  {"sink", sink},
                                  {"refuse", refuse},
                                  {"close", close_output}};

[[noreturn]] void run(std::vector<std::vector<std::string>> stages) {
  std::vector<std::vector<char*>> words;
  for (std::vector<std::string>& stage : stages) {
    std::vector<char*>& pointers = words.emplace_back();
    for (std::string& word : stage)
      pointers.push_back(word.data());
  }
  StageChain({words.begin(), words.end()}, kPrograms).run();
}

using Exited = testing::ExitedWithCode;

TEST(StageChainDeathTest, RowsGoFromStageToStage) {
  EXPECT_EXIT(run({{"source", "7", "0"}, {"pass"}, {"sink", "100"}}), Exited(0),
              "^sink: 7 rows\nsource: ended well\n$");
}

TEST(StageChainDeathTest, AFailureIsToldByTheStageThatHasIt) {
  EXPECT_EXIT(run({{"source", "7", "3"}, {"pass"}, {"sink", "100"}}), Exited(1),
              "^source: batch 3 is bad\n$");
  EXPECT_EXIT(run({{"source", "7", "0"}, {"pass"}, {"refuse"}}), Exited(2),
              "^refuse: no such option \\(see refuse --help\\)\n$");
  EXPECT_EXIT(run({{"source", "7", "0"}, {"refuse"}, {"sink", "100"}}), Exited(2),
              "^refuse: no such option \\(see refuse --help\\)\n$");
}

// The rest of the rows is not wanted, so the stages before learn that their output is closed.
TEST(StageChainDeathTest, AStageThatHasEnoughEndsTheOthers) {
  EXPECT_EXIT(run({{"source", "7", "0"}, {"pass"}, {"sink", "2"}}), Exited(0), "^sink: 2 rows\n$");
}

TEST(StageChainDeathTest, AClosedOutputEndsAllBySigpipe) {
  EXPECT_EXIT(run({{"source", "7", "0"}, {"close"}}), testing::KilledBySignal(SIGPIPE), "^$");
}

}  // namespace
}  // namespace penstock
