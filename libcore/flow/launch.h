// From a plan to processes: which words, which pipes, which files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/launch/exchange_ends.h"
#include "libcore/flow/plan/edge_words.h"
#include "libcore/flow/plan/plan.h"
#include "libcore/flow/tasks/job.h"

namespace penstock {

// A file that processes find in the folder of the run.
struct RunFile {
  std::string name;
  std::string bytes;
  std::vector<size_t> hosts;  // whose processes read it
};

// Processes that run side by side, and what connects them.
struct Launch {
  std::vector<Job> jobs;
  std::vector<Channel> channels;
  std::map<int64_t, ChunkedInput> divided;  // by fragment
  std::vector<RunFile> files;
  std::vector<std::string> secrets;  // by Channel::number
};

// Where a task of a run over files finds what it reads, and leaves what it writes.
struct TaskPlaces {
  // The list of the files that a fragment of the task reads (exchange_files/input_files.h).
  std::map<const PlanFragment*, std::string> lists;
  // The output of each `<( … )` that every worker reads whole: the file, or the list of it where
  // its bytes are on another host.
  struct Output {
    std::string path;
    bool is_list = false;
  };
  std::map<const PlanPipeline*, Output> outputs;
  // The folder for the partitions of what it gives, and how many there are; none for a task that
  // writes to Channel::kFlowOutput.
  std::string folder = {};
  int64_t partitions = 0;
  int64_t tasks = 1;  // of the fragment: more than workers where partitions are sliced
  size_t host = kThisHost;
  std::string keys = {};  // for files that other hosts serve (net/keys.h); empty where none do
};

// Pipelines that are launched side by side.
using PipelineStep = std::vector<const PlanPipeline*>;

// What a statement launches, one step after the other: first the inputs that every worker of a
// fragment reads whole, each into a file (no process waits for another there, as
// workers that build a join's table at different speeds would in one pipe), then the statement
// itself.
class JobMaker {
 public:
  // `hosts` by their numbers in the plan, this host first; `fragments` gives the fragments their
  // numbers (explain.h). Both outlive this.
  JobMaker(const std::vector<RunHost>& hosts, const std::vector<const PlanFragment*>& fragments)
      : hosts_(hosts), fragments_(fragments), ends_(hosts) {}

  // At least one; the last is `pipeline` alone. Each must have been run before the next is made.
  std::vector<PipelineStep> steps(const PlanPipeline& pipeline) const;
  // Returns how many receivers of a step each host has to which other hosts send: that many
  // sockets are to listen there before the step is made.
  std::vector<int64_t> count_listeners(const PipelineStep& step) const;
  // Returns the processes of a step. `ports`: where each host listens, as count_listeners() asks;
  // none where this host is the only one.
  Launch make(const PipelineStep& step, std::vector<std::vector<int>> ports = {});

  // Returns the processes of one worker of a fragment whose edges are files, with those of the
  // `<( … )` that come to it through pipes.
  Launch make_task(const PlanPipeline& pipeline, size_t fragment, int64_t worker,
                   const TaskPlaces& places);

  // Has a pipeline that is not the last step write to a shared file, of this number
  // (Channel::kShared), which those that need its output read.
  void share(const PlanPipeline& pipeline, int64_t number) { shared_[&pipeline] = number; }

  // Has sockets reached by a descriptor of the run's folder (Channel::kRunFolder), because its path
  // is too long for them.
  void reach_sockets_by_descriptor() { sockets_by_descriptor_ = true; }

 private:
  struct Gathered {
    size_t pipe;
    size_t writer;  // the job that fills it
  };

  // What a worker of a fragment begins with.
  struct Beginning {
    size_t in = 0;
    std::vector<std::string> options;    // of its first stage
    std::vector<Gathered> gathered;      // what the workers before it write
    std::vector<size_t> senders;         // or the jobs that send to it
    const PlanFragment* from = nullptr;  // the fragment before it
  };

  // A process that is being made: a stage, or several that share it.
  struct Making {
    Job job;
    std::vector<size_t> writers;  // the jobs that it reads from
    std::string sockets;          // the folder in which it finds sockets; empty while it needs none
  };

  std::vector<size_t> add_pipeline(Launch& launch, const PlanPipeline& pipeline, size_t in,
                                   const std::vector<size_t>& outs);
  size_t add_task(Launch& launch, const PlanPipeline& pipeline, size_t fragment, int64_t worker,
                  size_t out);
  void add_worker(Launch& launch, const PlanFragment& fragment, int64_t worker, size_t out,
                  const PlanFragment* receivers, Beginning beginning);
  EdgePlace place_of(Launch& launch, const PlanFragment& fragment, int64_t worker, Making& making);
  std::vector<std::string> edge_words(Launch& launch, const PlanFragment& fragment, int64_t worker,
                                      const Beginning& beginning, Making& making);
  std::vector<std::string> stage_words(Launch& launch, const PlanStage& stage, int64_t worker,
                                       Making& making);
  std::vector<std::string> sender_words_to(Launch& launch, const PlanFragment& from,
                                           const PlanFragment& to, int64_t worker, Making& making);
  size_t host_of(const PlanFragment& fragment, int64_t worker) const;
  Gathered fetch(Launch& launch, const PlanPipeline& input, const std::string& list,
                 const Making& reader);
  static std::string inherit_secret(Launch& launch, std::string secret, Making& making);
  static void end_process(Launch& launch, Making making, size_t in, size_t out);
  static std::string inherit(size_t channel, Making& making);
  static std::string read_from(const Gathered& from, Making& making);
  Gathered part_of(Launch& launch, const PlanPipeline& input, int64_t worker);
  void add_files(Launch& launch, const PlanFragment& fragment);
  std::vector<std::string> division_of(const PlanFragment& fragment, int64_t worker) const;
  std::string schema_name(const PlanFragment& fragment) const;
  int64_t number_of(const PlanFragment& fragment) const;

  const std::vector<RunHost>& hosts_;
  const std::vector<const PlanFragment*>& fragments_;
  ExchangeEnds ends_;
  std::map<const PlanPipeline*, int64_t> shared_;
  bool sockets_by_descriptor_ = false;
  const TaskPlaces* places_ = nullptr;  // of the task that is being made
  // Of each `<( … )` that comes in parts, those that no worker has been given yet.
  std::map<const PlanPipeline*, std::vector<Gathered>> parts_;
};

}  // namespace penstock
