#include "libcore/flow/launch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace penstock {
namespace {

std::shared_ptr<PlanPipeline> pipeline(int64_t workers,
                                       std::vector<std::shared_ptr<const PlanPipeline>> inputs) {
  PlanFragment fragment;
  fragment.workers = workers;
  PlanStage stage;
  stage.program.push_back({"a-program"});
  for (auto& input : inputs) {
    int number = static_cast<int>(stage.pipelines.size());
    stage.program.push_back({"", number});
    stage.pipelines[number] = std::move(input);
  }
  fragment.stages.push_back(std::move(stage));
  return std::make_shared<PlanPipeline>(PlanPipeline{{std::move(fragment)}});
}

// What several workers read whole is written first: side by side, but each after what it needs.
TEST(JobMaker, SharedInputsAreStepsBefore) {
  auto orders = pipeline(1, {});
  auto nation = pipeline(1, {});
  auto needs_nation = pipeline(2, {nation});
  auto gathered = std::make_shared<PlanPipeline>(*needs_nation);
  gathered->fragments.push_back(pipeline(1, {})->fragments[0]);
  auto parts = pipeline(2, {});
  auto statement = pipeline(2, {orders, gathered, parts});
  std::vector<const PlanFragment*> fragments;
  JobMaker launcher("/nowhere", fragments);
  std::vector<Step> steps = launcher.steps(*statement);
  ASSERT_EQ(steps.size(), 3U);
  // `nation` is the input's that was copied into `gathered`.
  EXPECT_EQ(steps[0], (Step{orders.get(), nation.get()}));
  EXPECT_EQ(steps[1], Step{gathered.get()});
  EXPECT_EQ(steps[2], Step{statement.get()});
}

TEST(JobMaker, OneWorkerReadsItsInputsFromPipes) {
  auto statement = pipeline(1, {pipeline(1, {})});
  std::vector<const PlanFragment*> fragments;
  EXPECT_EQ(JobMaker("/nowhere", fragments).steps(*statement),
            std::vector<Step>{Step{statement.get()}});
}

// A folder of a run, with what is made there.
class JobMakerFiles : public ::testing::Test {
 protected:
  JobMakerFiles()
      : folder_(std::filesystem::temp_directory_path() /
                ("launch_test-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~JobMakerFiles() override { std::filesystem::remove_all(folder_); }

  // Two workers that divide `f`, two behind an exchange, one behind those.
  static PlanPipeline exchanged(Division division) {
    PlanPipeline pipeline;
    PlanFragment scan;
    scan.workers = 2;
    scan.division = division;
    scan.chunks = 16;
    scan.sizes = {100};
    scan.schema = make_schema({{"k", int64_type(), true, {}}});
    scan.stages.push_back({.program = {{"reader"}, {"f"}}});
    PlanFragment middle;
    middle.workers = 2;
    middle.edge = hash_edge({"k"}, "");
    middle.stages.push_back({.program = {{"worker"}}});
    PlanFragment last;
    last.edge.emplace();
    last.stages.push_back({.program = {{"last"}}});
    pipeline.fragments = {scan, middle, last};
    return pipeline;
  }

  Launch launch(const PlanPipeline& pipeline) {
    std::vector<const PlanFragment*> fragments;
    for (const PlanFragment& fragment : pipeline.fragments)
      fragments.push_back(&fragment);
    return JobMaker(folder_.string(), fragments).make({&pipeline});
  }

  // The command line of a job.
  static std::string line(const Job& job) { return fmt::format("{}", fmt::join(job.words(), " ")); }

  std::filesystem::path folder_;
};

TEST_F(JobMakerFiles, BothEndsOfAnExchange) {
  PlanPipeline pipeline = exchanged(Division::kParts);
  Launch made = launch(pipeline);
  ASSERT_EQ(made.jobs.size(), 10U);
  std::string run = folder_.string();
  std::string ends = " --send=ipc://" + run + "/to-2.1,ipc://" + run + "/to-2.2";
  std::string schema = " --schema=" + run + "/schema-1";
  EXPECT_EQ(line(made.jobs[0]), "reader" + schema + " --partition=1/2 f");
  EXPECT_EQ(line(made.jobs[2]), "reader" + schema + " --partition=2/2 f");
  EXPECT_TRUE(std::filesystem::exists(run + "/schema-1"));
  EXPECT_EQ(line(made.jobs[1]), "pexchange --hash -k k" + ends + " --worker=1 --name=fragment-2");
  EXPECT_EQ(line(made.jobs[3]), "pexchange --hash -k k" + ends + " --worker=2 --name=fragment-2");
  for (size_t worker : {1U, 2U}) {
    const Job& receiver = made.jobs[2 * worker + 2];
    EXPECT_EQ(line(receiver), "pexchange --receive=ipc://" + run + "/to-2." +
                                  std::to_string(worker) + " --senders=2 --name=fragment-2");
    EXPECT_EQ(receiver.worker, static_cast<int64_t>(worker));
  }
  EXPECT_EQ(line(made.jobs[5]), "worker");
  EXPECT_EQ(line(made.jobs[8]), "pmerge /dev/fd/64 /dev/fd/65");
  EXPECT_EQ(line(made.jobs[9]), "last");
}

// What a reader's end says of its writers depends on who reads them.
TEST_F(JobMakerFiles, JobsKnowTheirReaders) {
  PlanPipeline pipeline = exchanged(Division::kParts);
  Launch made = launch(pipeline);
  ASSERT_EQ(made.jobs.size(), 10U);
  // A sender has both receivers; the one that is named is the last.
  const int64_t readers[] = {1, 6, 3, 6, 5, 8, 7, 8, 9, -1};
  for (size_t i = 0; i < made.jobs.size(); ++i) {
    EXPECT_EQ(made.jobs[i].reader, readers[i]) << i;
    EXPECT_EQ(made.jobs[i].has_more_readers, i == 1 || i == 3) << i;
    EXPECT_EQ(made.jobs[i].is_tool, i != 0 && i != 2 && i != 5 && i != 7 && i != 9) << i;
  }
}

// Each pipe has one process that writes to it and one that reads it.
TEST_F(JobMakerFiles, ChannelsJoinTheJobs) {
  PlanPipeline pipeline = exchanged(Division::kParts);
  Launch made = launch(pipeline);
  std::vector<std::vector<size_t>> writers(made.channels.size());
  std::vector<std::vector<size_t>> readers(made.channels.size());
  for (size_t i = 0; i < made.jobs.size(); ++i) {
    writers[made.jobs[i].out].push_back(i);
    readers[made.jobs[i].in].push_back(i);
    for (const InheritedChannel& each : made.jobs[i].inherited)
      readers[each.channel].push_back(i);
  }
  size_t pipes = 0;
  for (size_t c = 0; c < made.channels.size(); ++c) {
    if (made.channels[c].kind != Channel::Kind::kPipe) continue;
    ++pipes;
    ASSERT_EQ(writers[c].size(), 1U) << c;
    ASSERT_EQ(readers[c].size(), 1U) << c;
    EXPECT_EQ(made.jobs[writers[c][0]].reader, static_cast<int64_t>(readers[c][0])) << c;
  }
  EXPECT_EQ(pipes, 7U);
  EXPECT_EQ(made.channels[made.jobs[9].out], Channel{Channel::Kind::kFlowOutput});
  EXPECT_EQ(made.channels[made.jobs[0].in], Channel{});
}

// What all workers read whole is written by one step and read by the next.
TEST_F(JobMakerFiles, AStepWritesASharedFileThatTheNextReads) {
  auto input = pipeline(1, {});
  auto statement = pipeline(2, {input});
  statement->fragments.push_back(pipeline(1, {})->fragments[0]);
  statement->fragments.back().edge.emplace();
  std::vector<const PlanFragment*> fragments;
  JobMaker maker(folder_.string(), fragments);
  maker.share(*input, 3);
  Launch first = maker.make({input.get()});
  const Channel shared{Channel::Kind::kShared, 3};
  EXPECT_EQ(first.channels[first.jobs[0].out], shared);
  Launch second = maker.make({statement.get()});
  for (size_t worker : {0U, 1U}) {
    const Job& job = second.jobs[worker];
    ASSERT_EQ(job.inherited.size(), 1U);
    EXPECT_EQ(second.channels[job.inherited[0].channel], shared);
    EXPECT_EQ(job.commands[0][1], fmt::format("/dev/fd/{}", job.inherited[0].as));
  }
}

TEST_F(JobMakerFiles, ChunksAreTheManagersToGrant) {
  PlanPipeline pipeline = exchanged(Division::kChunks);
  Launch made = launch(pipeline);
  std::string options = " --schema=" + folder_.string() + "/schema-1 --chunks=/dev/fd/";
  std::set<size_t> channels;
  for (size_t i : {0U, 2U}) {
    ASSERT_EQ(made.jobs[i].inherited.size(), 1U);
    const InheritedChannel& chunks = made.jobs[i].inherited[0];
    EXPECT_EQ(made.channels[chunks.channel], Channel{Channel::Kind::kChunks});
    EXPECT_TRUE(channels.insert(chunks.channel).second) << "each has its own";
    EXPECT_EQ(line(made.jobs[i]), "reader" + options + std::to_string(chunks.as) + " f");
  }
  ASSERT_EQ(made.divided.size(), 1U);
  EXPECT_EQ(made.divided.at(1).chunks, pipeline.fragments[0].chunks);
  EXPECT_EQ(made.divided.at(1).sizes, pipeline.fragments[0].sizes);
}

}  // namespace
}  // namespace penstock
