#include "libcore/flow/plan/placement.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/base/check.h"

namespace penstock {
namespace {

bool is_here(const std::vector<size_t>& hosts) {
  return std::all_of(hosts.begin(), hosts.end(), [](size_t host) { return host == kThisHost; });
}

// What brings the rows of workers on the hosts `from` to those on `to`.
Edge::Medium medium_of(Edge::Kind kind, const std::vector<size_t>& from,
                       const std::vector<size_t>& to) {
  if (!is_here(from) || !is_here(to)) return Edge::Medium::kNetwork;
  return kind == Edge::Kind::kGather ? Edge::Medium::kPipe : Edge::Medium::kStream;
}

// Each host once.
std::vector<size_t> distinct(std::vector<size_t> hosts) {
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  return hosts;
}

class Placing {
 public:
  Placing(std::span<const PlanHost> hosts, bool makes_copies)
      : hosts_(hosts), makes_copies_(makes_copies) {}

  void place(PlanPipeline& pipeline) const {
    const PlanFragment* before = nullptr;
    for (PlanFragment& fragment : pipeline.fragments) {
      place(fragment);
      if (fragment.edge) {
        fragment.edge->medium = medium_of(fragment.edge->kind, before->hosts, fragment.hosts);
      }
      before = &fragment;
    }
  }

 private:
  void place(PlanFragment& fragment) const {
    // A copy of each host is placed already.
    if (fragment.hosts.empty()) {
      fragment.hosts = fragment.workers == 1 ? std::vector<size_t>{kThisHost}
                                             : hosts_of_workers(fragment.workers, hosts_);
    }
    for (PlanStage& stage : fragment.stages) {
      for (auto& [number, input] : stage.pipelines) {
        auto placed = std::make_shared<PlanPipeline>(*input);
        bool reads_here = is_here(fragment.hosts);
        bool is_shared = (fragment.workers > 1 || !reads_here) && input->is_read_whole();
        bool is_elsewhere = !is_here(input->fragments.back().hosts);
        if (makes_copies_ && is_shared && !(reads_here && !is_elsewhere)) {
          placed->fragments.push_back(copies_for(*placed, distinct(fragment.hosts)));
        } else if (is_elsewhere && !(makes_copies_ && is_shared)) {
          placed->fragments.push_back(gather_here(*placed));
        }
        place(*placed);
        stage.media[number] = is_shared ? EdgeMedium::kFile : EdgeMedium::kPipe;
        input = std::move(placed);
      }
    }
  }

  static PlanFragment copies_for(const PlanPipeline& input, std::vector<size_t> hosts) {
    PlanFragment copies;
    copies.workers = std::ssize(hosts);
    copies.hosts = std::move(hosts);
    copies.reason = "a copy for the workers of each host";
    Edge edge;
    edge.kind = Edge::Kind::kShare;
    edge.how.kind = PartitionKind::kBroadcast;
    edge.reason = "every worker reads all of it";
    edge.location = input.fragments.back().location();
    copies.edge = std::move(edge);
    return copies;
  }

  // Of an input that another host reads, for a worker here.
  static PlanFragment gather_here(const PlanPipeline& input) {
    PlanFragment here;
    here.reason = "one worker";
    Edge edge;
    edge.reason = "the rows of another host's file";
    edge.location = input.fragments.back().location();
    here.edge = std::move(edge);
    return here;
  }

  std::span<const PlanHost> hosts_;
  bool makes_copies_;  // of inputs that are read whole, on each host
};

}  // namespace

std::vector<size_t> hosts_of_workers(int64_t workers, std::span<const PlanHost> hosts) {
  std::vector<size_t> places;
  while (std::ssize(places) < workers) {
    size_t before = places.size();
    int64_t most = 0;
    for (const PlanHost& host : hosts)
      most = std::max(most, host.slots);
    for (int64_t round = 0; round < most; ++round) {
      for (size_t host = 0; host < hosts.size(); ++host) {
        bool takes = round < hosts[host].slots && std::ssize(places) < workers;
        if (takes) places.push_back(host);
      }
    }
    PENSTOCK_CHECK(places.size() > before);
  }
  return places;
}

PlanStatement place(PlanStatement plan, std::span<const PlanHost> hosts) {
  Placing(hosts, true).place(plan.pipeline);
  plan.hosts.assign(hosts.begin(), hosts.end());
  return plan;
}

PlanStatement place_tasks(PlanStatement plan, int64_t workers) {
  plan.hosts = {{"", workers}};
  Placing(plan.hosts, false).place(plan.pipeline);
  return plan;
}

}  // namespace penstock
