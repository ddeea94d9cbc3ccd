// From a plan to processes: which words, which pipes, which files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/plan/edge_words.h"
#include "libcore/flow/plan/plan.h"
#include "libcore/flow/supervisor.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Processes that run side by side. Its descriptors are what they were given.
struct Launch {
  std::vector<Job> jobs;
  std::vector<Descriptor> descriptors;
};

// Pipelines that are launched side by side.
using Step = std::vector<const PlanPipeline*>;

// What a statement launches, one step after the other: first the inputs that every worker of a
// fragment reads whole, each into a file of `folder` (no process waits for another there, as
// workers that build a join's table at different speeds would in one pipe), then the statement
// itself.
class JobMaker {
 public:
  // `fragments` gives the fragments their numbers (explain.h). Both outlive this; files are made
  // in `folder` and are the caller's to remove.
  JobMaker(std::string folder, const std::vector<const PlanFragment*>& fragments)
      : folder_(std::move(folder)), fragments_(fragments) {}

  // At least one; the last is `pipeline` alone. Each must have been run before the next is made.
  std::vector<Step> steps(const PlanPipeline& pipeline) const;
  // Its first stages read `in`, the i-th pipeline writes to the i-th of `outs`. Throws Error when a
  // pipe or file cannot be made.
  Launch make(const Step& step, int in, const std::vector<int>& outs);

  // The file into which a pipeline writes that is not the last step: those that need it open it by
  // this descriptor of ours, which outlives them.
  void share(const PlanPipeline& pipeline, int fd) { shared_[&pipeline] = fd; }

  // Sockets are reached by this descriptor of `folder`, where its path is too long for them;
  // it outlives the processes.
  void reach_sockets_by(int fd) { socket_folder_ = fd; }

 private:
  struct Gathered {
    Descriptor reader;
    size_t writer;  // the job that fills it
  };

  std::vector<size_t> add_pipeline(Launch& launch, const PlanPipeline& pipeline, int in,
                                   const std::vector<int>& outs);
  // What a worker of a fragment begins with.
  struct Beginning {
    int in = -1;
    std::vector<std::string> options;  // of its first stage
    std::vector<Gathered> gathered;    // what the workers before it write
    std::vector<size_t> senders;       // or the jobs that send to it
  };

  // A process that is being made: a stage, or several that share it.
  struct Making {
    Job job;
    std::vector<std::vector<std::string>> commands;
    std::vector<size_t> writers;  // the jobs that it reads from
  };

  void add_worker(Launch& launch, const PlanFragment& fragment, int64_t worker, int out,
                  const PlanFragment* receivers, Beginning beginning);
  EdgePlace place_of(const PlanFragment& fragment, int64_t worker) const;
  std::vector<std::string> edge_words(Launch& launch, const PlanFragment& fragment, int64_t worker,
                                      Beginning& beginning, Making& making);
  std::vector<std::string> stage_words(Launch& launch, const PlanFragment& fragment,
                                       const PlanStage& stage, int64_t worker, Making& making);
  std::vector<std::string> sender_words_to(const PlanFragment& to, int64_t worker) const;
  void end_process(Launch& launch, Making making, int in, int out);
  static std::string read_from(Launch& launch, Gathered from, Making& making);
  Gathered part_of(Launch& launch, const PlanPipeline& input, int64_t worker);
  std::vector<std::string> divide(const PlanFragment& fragment);
  int64_t number_of(const PlanFragment& fragment) const;

  std::string folder_;
  const std::vector<const PlanFragment*>& fragments_;
  std::map<const PlanPipeline*, int> shared_;
  int socket_folder_ = -1;
  // Of each `<( … )` that comes in parts, those that no worker has been given yet.
  std::map<const PlanPipeline*, std::vector<Gathered>> parts_;
};

}  // namespace penstock
