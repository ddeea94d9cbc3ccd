#include "libcore/flow/plan/placement.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace penstock {
namespace {

using Hosts = std::vector<size_t>;

TEST(HostsOfWorkers, OneOnEachHostThenASecond) {
  const std::vector<PlanHost> hosts{{"", 0}, {"a", 1}, {"b", 3}, {"c", 2}};
  EXPECT_EQ(hosts_of_workers(1, hosts), (Hosts{1}));
  EXPECT_EQ(hosts_of_workers(4, hosts), (Hosts{1, 2, 3, 2}));
  EXPECT_EQ(hosts_of_workers(6, hosts), (Hosts{1, 2, 3, 2, 3, 2}));
  // All slots are taken: from the beginning again.
  EXPECT_EQ(hosts_of_workers(8, hosts), (Hosts{1, 2, 3, 2, 3, 2, 1, 2}));
}

TEST(HostsOfWorkers, ThisHostAlone) {
  const std::vector<PlanHost> hosts{{"", 2}};
  EXPECT_EQ(hosts_of_workers(3, hosts), (Hosts{0, 0, 0}));
}

PlanFragment fragment(int64_t workers) {
  PlanFragment fragment;
  fragment.workers = workers;
  fragment.stages.push_back({.program = {{"a-program"}}});
  return fragment;
}

PlanFragment behind(PlanFragment fragment, Edge::Kind kind) {
  fragment.edge.emplace();
  fragment.edge->kind = kind;
  return fragment;
}

// Two workers, two behind an exchange, and one that gathers.
PlanStatement three() {
  PlanStatement plan;
  plan.pipeline.fragments = {fragment(2), behind(fragment(2), Edge::Kind::kShare),
                             behind(fragment(1), Edge::Kind::kGather)};
  return plan;
}

TEST(Place, OnThisHostRowsGoThroughPipesAndSockets) {
  const std::vector<PlanHost> hosts{{"", 2}};
  PlanStatement plan = place(three(), hosts);
  EXPECT_EQ(plan.pipeline.fragments[0].hosts, (Hosts{0, 0}));
  EXPECT_EQ(plan.pipeline.fragments[1].edge->medium, Edge::Medium::kStream);
  EXPECT_EQ(plan.pipeline.fragments[2].edge->medium, Edge::Medium::kPipe);
}

TEST(Place, BetweenHostsRowsGoOverTheNetwork) {
  const std::vector<PlanHost> hosts{{"", 1}, {"a", 1}};
  PlanStatement plan = place(three(), hosts);
  EXPECT_EQ(plan.pipeline.fragments[0].hosts, (Hosts{0, 1}));
  EXPECT_EQ(plan.pipeline.fragments[2].hosts, (Hosts{0}));
  EXPECT_EQ(plan.pipeline.fragments[1].edge->medium, Edge::Medium::kNetwork);
  EXPECT_EQ(plan.pipeline.fragments[2].edge->medium, Edge::Medium::kNetwork);
}

// Gathering from workers that all run elsewhere, too.
TEST(Place, AHostWithoutSlotsGathers) {
  const std::vector<PlanHost> hosts{{"", 0}, {"a", 2}};
  PlanStatement plan = place(three(), hosts);
  EXPECT_EQ(plan.pipeline.fragments[0].hosts, (Hosts{1, 1}));
  EXPECT_EQ(plan.pipeline.fragments[2].hosts, (Hosts{0}));
  EXPECT_EQ(plan.pipeline.fragments[1].edge->medium, Edge::Medium::kNetwork);
}

// A statement whose workers read the output of `input` whole.
PlanStatement with_input(int64_t workers, PlanPipeline input) {
  PlanStatement plan;
  PlanFragment reader = fragment(workers);
  reader.stages[0].program.push_back({"", 0});
  reader.stages[0].pipelines[0] = std::make_shared<const PlanPipeline>(std::move(input));
  plan.pipeline.fragments = {reader, behind(fragment(1), Edge::Kind::kGather)};
  return plan;
}

TEST(Place, EachHostGetsACopyOfAnInputThatAllRead) {
  const std::vector<PlanHost> hosts{{"", 0}, {"a", 2}, {"b", 1}};
  PlanPipeline input;
  input.fragments = {fragment(1)};
  PlanStatement plan = place(with_input(3, input), hosts);
  const PlanPipeline& placed = *plan.pipeline.fragments[0].stages[0].pipelines.at(0);
  ASSERT_EQ(placed.fragments.size(), 2U);
  EXPECT_EQ(placed.fragments[0].hosts, (Hosts{0}));
  EXPECT_EQ(placed.fragments[1].hosts, (Hosts{1, 2}));
  EXPECT_EQ(placed.fragments[1].workers, 2);
  EXPECT_EQ(placed.fragments[1].edge->how.kind, PartitionKind::kBroadcast);
  EXPECT_EQ(placed.fragments[1].edge->medium, Edge::Medium::kNetwork);
  EXPECT_TRUE(placed.is_read_whole());
}

TEST(Place, OnThisHostNobodyNeedsACopy) {
  const std::vector<PlanHost> hosts{{"", 3}};
  PlanPipeline input;
  input.fragments = {fragment(1)};
  PlanStatement plan = place(with_input(3, input), hosts);
  EXPECT_EQ(plan.pipeline.fragments[0].stages[0].pipelines.at(0)->fragments.size(), 1U);
}

// Several workers read the output of one from a file, one worker reads it from a pipe, and parts
// come through pipes.
TEST(Place, WhatAllReadIsAFile) {
  const std::vector<PlanHost> hosts{{"", 3}};
  PlanPipeline one;
  one.fragments = {fragment(1)};
  PlanPipeline parts = one;
  parts.fragments.push_back(behind(fragment(3), Edge::Kind::kShare));
  auto medium = [&](int64_t workers, const PlanPipeline& input) {
    return place(with_input(workers, input), hosts).pipeline.fragments[0].stages[0].media.at(0);
  };
  EXPECT_EQ(medium(3, one), EdgeMedium::kFile);
  EXPECT_EQ(medium(1, one), EdgeMedium::kPipe);
  EXPECT_EQ(medium(3, parts), EdgeMedium::kPipe);
}

// The I-th worker reads the I-th part, so both run on one host.
TEST(Place, PartsLieWhereTheirReadersRun) {
  const std::vector<PlanHost> hosts{{"", 1}, {"a", 1}};
  PlanPipeline input;
  input.fragments = {fragment(1), behind(fragment(3), Edge::Kind::kShare)};
  PlanStatement plan = place(with_input(3, input), hosts);
  const PlanFragment& reader = plan.pipeline.fragments[0];
  EXPECT_EQ(reader.stages[0].pipelines.at(0)->fragments[1].hosts, reader.hosts);
}

}  // namespace
}  // namespace penstock
