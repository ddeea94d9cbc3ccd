#include "libcore/flow/launch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "libcore/flow/plan/placement.h"

namespace penstock {
namespace {

std::shared_ptr<PlanPipeline> pipeline(int64_t workers,
                                       std::vector<std::shared_ptr<const PlanPipeline>> inputs) {
  PlanFragment fragment;
  fragment.workers = workers;
  fragment.hosts.assign(static_cast<size_t>(workers), kThisHost);
  PlanStage stage;
  stage.program.push_back({"a-program"});
  for (auto& input : inputs) {
    int number = static_cast<int>(stage.pipelines.size());
    stage.program.push_back({"", number});
    bool is_file = workers > 1 && input->is_read_whole();
    stage.media[number] = is_file ? EdgeMedium::kFile : EdgeMedium::kPipe;
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
  const std::vector<RunHost> hosts{{"/nowhere", {}}};
  JobMaker launcher(hosts, fragments);
  std::vector<PipelineStep> steps = launcher.steps(*statement);
  ASSERT_EQ(steps.size(), 3U);
  // `nation` is the input's that was copied into `gathered`.
  EXPECT_EQ(steps[0], (PipelineStep{orders.get(), nation.get()}));
  EXPECT_EQ(steps[1], PipelineStep{gathered.get()});
  EXPECT_EQ(steps[2], PipelineStep{statement.get()});
}

TEST(JobMaker, OneWorkerReadsItsInputsFromPipes) {
  auto statement = pipeline(1, {pipeline(1, {})});
  std::vector<const PlanFragment*> fragments;
  const std::vector<RunHost> hosts{{"/nowhere", {}}};
  EXPECT_EQ(JobMaker(hosts, fragments).steps(*statement),
            std::vector<PipelineStep>{PipelineStep{statement.get()}});
}

// A folder of a run, with what is made there.
class JobMakerFiles : public ::testing::Test {
 protected:
  JobMakerFiles()
      : folder_(std::filesystem::temp_directory_path() /
                ("launch_test-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    hosts_.push_back({folder_.string(), {}});
  }
  ~JobMakerFiles() override { std::filesystem::remove_all(folder_); }

  // Two workers that divide `f`, two behind an exchange, one behind those; all on this host, or one
  // worker each on two others.
  static PlanPipeline exchanged(Division division, bool is_elsewhere = false) {
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
    PlanStatement plan;
    plan.pipeline.fragments = {scan, middle, last};
    std::vector<PlanHost> hosts{{"", 2}};
    if (is_elsewhere) hosts = {{"", 0}, {"a", 1}, {"b", 1}};
    return place(std::move(plan), hosts).pipeline;
  }

  Launch launch(const PlanPipeline& pipeline) {
    std::vector<const PlanFragment*> fragments;
    for (const PlanFragment& fragment : pipeline.fragments)
      fragments.push_back(&fragment);
    return JobMaker(hosts_, fragments).make({&pipeline});
  }

  // The command line of a job.
  static std::string line(const Job& job) { return fmt::format("{}", fmt::join(job.words(), " ")); }

  std::filesystem::path folder_;
  std::vector<RunHost> hosts_;
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
  ASSERT_EQ(made.files.size(), 1U);
  EXPECT_EQ(made.files[0].name, "schema-1");
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

// The numbers that a job inherits channels of a kind under, as its words have them.
std::vector<int> inherited(const Launch& made, const Job& job, Channel::Kind kind) {
  std::vector<int> numbers;
  for (const InheritedChannel& each : job.inherited) {
    if (made.channels[each.channel].kind == kind) numbers.push_back(each.as);
  }
  return numbers;
}

TEST_F(JobMakerFiles, BetweenHostsBothEndsHaveKeysAndReceiversASocketThatListens) {
  PlanPipeline pipeline = exchanged(Division::kParts, true);
  hosts_ = {{"/here", {"", "10.0.0.9", "10.0.0.8"}},
            {"/on-a", {"10.0.0.1", "10.0.0.1", "10.0.0.1"}},
            {"/on-b", {"fe::2", "fe::2", "fe::2"}}};
  std::vector<const PlanFragment*> fragments;
  for (const PlanFragment& fragment : pipeline.fragments)
    fragments.push_back(&fragment);
  JobMaker maker(hosts_, fragments);
  EXPECT_EQ(maker.count_listeners({&pipeline}), (std::vector<int64_t>{1, 1, 1}));
  Launch made = maker.make({&pipeline}, {{7000}, {7001}, {7002}});
  // A scan that sends, twice; what receives, works and sends, twice; what gathers; the last.
  ASSERT_EQ(made.jobs.size(), 12U);
  std::vector<size_t> places;
  for (const Job& job : made.jobs)
    places.push_back(job.host);
  EXPECT_EQ(places, (std::vector<size_t>{1, 1, 2, 2, 1, 1, 1, 2, 2, 2, 0, 0}));
  EXPECT_EQ(line(made.jobs[0]), "reader --schema=/on-a/schema-1 --partition=1/2 f");
  EXPECT_EQ(line(made.jobs[2]), "reader --schema=/on-b/schema-1 --partition=2/2 f");
  EXPECT_EQ(made.files[0].hosts, (std::vector<size_t>{1, 2}));
  EXPECT_EQ(line(made.jobs[1]),
            "pexchange --hash -k k --keys=/dev/fd/64 --send=tcp://10.0.0.1:7001,tcp://[fe::2]:7002 "
            "--worker=1 --name=fragment-2");
  EXPECT_EQ(line(made.jobs[7]),
            "pexchange --receive=tcp://[fe::2]:7002 --senders=2 --name=fragment-2 --listen-fd=65 "
            "--keys=/dev/fd/64");
  EXPECT_EQ(inherited(made, made.jobs[7], Channel::Kind::kSecret), std::vector<int>{64});
  EXPECT_EQ(inherited(made, made.jobs[7], Channel::Kind::kListener), std::vector<int>{65});
  // Each host reaches this one at the address that it sees.
  EXPECT_NE(line(made.jobs[6]).find("--single --keys=/dev/fd/64 --send=tcp://10.0.0.9:7000 "),
            std::string::npos);
  EXPECT_NE(line(made.jobs[9]).find("--single --keys=/dev/fd/64 --send=tcp://10.0.0.8:7000 "),
            std::string::npos);
}

// A receiver lets in those keys that its senders have, and they know it by the key that it has.
TEST_F(JobMakerFiles, KeysOfBothEndsBelongTogether) {
  PlanPipeline pipeline = exchanged(Division::kParts, true);
  hosts_ = {{"/here", {"", "h", "h"}}, {"/on-a", {"a", "a", "a"}}, {"/on-b", {"b", "b", "b"}}};
  std::vector<const PlanFragment*> fragments;
  for (const PlanFragment& fragment : pipeline.fragments)
    fragments.push_back(&fragment);
  Launch made = JobMaker(hosts_, fragments).make({&pipeline}, {{7000}, {7001}, {7002}});
  auto keys_of = [&](size_t job) {
    for (const InheritedChannel& each : made.jobs[job].inherited) {
      const Channel& channel = made.channels[each.channel];
      if (channel.kind != Channel::Kind::kSecret) continue;
      return parse_keys(made.secrets[static_cast<size_t>(channel.number)], "keys");
    }
    return ExchangeKeys{};
  };
  ExchangeKeys senders[] = {keys_of(1), keys_of(3)};
  ExchangeKeys receivers[] = {keys_of(4), keys_of(7)};
  std::vector<std::string> publics{senders[0].own.public_key, senders[1].own.public_key};
  EXPECT_NE(publics[0], publics[1]);
  for (const ExchangeKeys& receiver : receivers)
    EXPECT_EQ(receiver.peers, publics);
  for (const ExchangeKeys& sender : senders) {
    EXPECT_EQ(sender.key_of("tcp://a:7001"), receivers[0].own.public_key);
    EXPECT_EQ(sender.key_of("tcp://b:7002"), receivers[1].own.public_key);
  }
}

// What all workers read whole is written by one step and read by the next.
TEST_F(JobMakerFiles, AStepWritesASharedFileThatTheNextReads) {
  auto input = pipeline(1, {});
  auto statement = pipeline(2, {input});
  statement->fragments.push_back(pipeline(1, {})->fragments[0]);
  statement->fragments.back().edge.emplace();
  std::vector<const PlanFragment*> fragments;
  JobMaker maker(hosts_, fragments);
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
