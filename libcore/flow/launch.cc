#include "libcore/flow/launch.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/flow/plan/edge_words.h"
#include "libcore/flow/stage_process.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/chunk_ledger.h"
#include "libcore/os/ordered_pool.h"

namespace penstock {
namespace {

// Puts the inputs that workers of `pipeline` share into the first step after those that they need.
// Returns how many steps the pipeline itself needs before it.
size_t add_shared_inputs(const PlanPipeline& pipeline, std::vector<Step>& steps) {
  size_t before = 0;
  for (const PlanFragment& fragment : pipeline.fragments) {
    for (const PlanStage& stage : fragment.stages) {
      for (const auto& [number, input] : stage.pipelines) {
        size_t needed = add_shared_inputs(*input, steps);
        bool shared = fragment.workers > 1 && input->fragments.back().workers == 1;
        if (shared) {
          if (steps.size() == needed) steps.emplace_back();
          steps[needed++].push_back(input.get());
        }
        before = std::max(before, needed);
      }
    }
  }
  return before;
}

int open_null(Launch& launch) {
  int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);  // NOLINT
  if (fd < 0) throw Error::system("/dev/null", "", errno);
  launch.descriptors.emplace_back(fd);
  return fd;
}

// Hands a descriptor's ownership to the launch.
int keep(Launch& launch, Descriptor descriptor) {
  launch.descriptors.push_back(std::move(descriptor));
  return launch.descriptors.back().get();
}

// Whether the stages of a worker share a process. Where there is a worker for each core nothing is
// gained by two stages of one that run side by side, and what they write to the pipe between them
// is spared: TPC-H Q1 at SF1 took 0.69 s for 0.79, lineitem and orders joined 0.69 for 0.93.
bool share_process(const PlanFragment& fragment) {
  auto is_of_family = [](const PlanStage& stage) { return stage.stage != nullptr; };
  return fragment.workers > 1 && fragment.workers >= usable_cores() &&
         std::all_of(fragment.stages.begin(), fragment.stages.end(), is_of_family);
}

std::string path_of(int fd) {
  return fmt::format("/dev/fd/{}", fd);
}

}  // namespace

int64_t JobMaker::number_of(const PlanFragment& fragment) const {
  return std::find(fragments_.begin(), fragments_.end(), &fragment) - fragments_.begin() + 1;
}

std::vector<Step> JobMaker::steps(const PlanPipeline& pipeline) const {
  std::vector<Step> steps;
  add_shared_inputs(pipeline, steps);
  steps.push_back({&pipeline});
  return steps;
}

// The options by which the workers of a fragment divide its scan, but for --partition.
std::vector<std::string> JobMaker::divide(const PlanFragment& fragment) {
  std::vector<std::string> options;
  if (fragment.schema != nullptr) {
    std::string path = fmt::format("{}/schema-{}", folder_, number_of(fragment));
    ByteSinkPtr sink = open_sink(path);
    make_ipc_writer(*sink, fragment.schema)->finish();
    sink->finish();
    options.push_back("--schema=" + path);
  }
  if (fragment.division == Division::kChunks) {
    std::string path = fmt::format("{}/chunks-{}", folder_, number_of(fragment));
    make_chunk_ledger(path, fragment.chunks, fragment.sizes);
    options.push_back("--chunks=" + path);
  }
  return options;
}

// An operand: what another job writes.
std::string JobMaker::read_from(Launch& launch, Gathered from, Making& making) {
  int reader = keep(launch, std::move(from.reader));
  making.job.spec.kept.push_back(reader);
  making.writers.push_back(from.writer);
  return path_of(reader);
}

// What a `<( … )` gives to one of the workers that read it, each its own part. All of it is
// launched with the first of them.
JobMaker::Gathered JobMaker::part_of(Launch& launch, const PlanPipeline& input, int64_t worker) {
  std::vector<Gathered>& parts = parts_[&input];
  if (worker == 1) {
    parts.clear();
    std::vector<int> writers;
    for (int64_t part = 0; part < input.fragments.back().workers; ++part) {
      Pipe pipe = make_pipe();
      writers.push_back(keep(launch, std::move(pipe.writer)));
      parts.push_back({std::move(pipe.reader), 0});
    }
    std::vector<size_t> jobs = add_pipeline(launch, input, open_null(launch), writers);
    for (size_t part = 0; part < parts.size(); ++part)
      parts[part].writer = jobs[part];
  }
  return std::move(parts[static_cast<size_t>(worker - 1)]);
}

// What a fragment's first process is where it is an edge: a pmerge of what is gathered, or a
// pexchange that receives.
std::vector<std::string> JobMaker::edge_words(Launch& launch, const PlanFragment& fragment,
                                              int64_t worker, Beginning& beginning,
                                              Making& making) {
  const Edge& edge = *fragment.edge;
  if (edge.kind == Edge::Kind::kShare) {
    return receiver_words(edge, place_of(fragment, worker), beginning.senders.size());
  }
  std::vector<std::string> words = words_of(edge);
  words.pop_back();
  for (Gathered& from : std::exchange(beginning.gathered, {}))
    words.push_back(read_from(launch, std::move(from), making));
  return words;
}

// The words of a stage with what they stand for on this machine.
std::vector<std::string> JobMaker::stage_words(Launch& launch, const PlanFragment& fragment,
                                               const PlanStage& stage, int64_t worker,
                                               Making& making) {
  std::vector<std::string> words;
  for (const PlanWord& word : stage.words()) {
    if (word.input == nullptr) {
      words.push_back(word.text);
    } else if (fragment.workers > 1 && word.input->fragments.back().workers == 1) {
      int shared = shared_.at(word.input.get());
      words.push_back(path_of(shared));
      making.job.spec.kept.push_back(shared);
    } else {
      words.push_back(read_from(launch, part_of(launch, *word.input, worker), making));
    }
  }
  return words;
}

// The near end of the exchange before `to`: sends a worker's rows.
std::vector<std::string> JobMaker::sender_words_to(const PlanFragment& to, int64_t worker) const {
  std::vector<std::string> endpoints;
  for (int64_t receiver = 1; receiver <= to.workers; ++receiver)
    endpoints.push_back(place_of(to, receiver).endpoint);
  return sender_words(*to.edge, place_of(to, worker), endpoints);
}

// Adds what was made, which is the reader of its writers.
void JobMaker::end_process(Launch& launch, Making making, int in, int out) {
  Job& job = making.job;
  for (const std::vector<std::string>& words : making.commands)
    job.programs.push_back(words[0].substr(words[0].rfind('/') + 1));
  if (job.is_tool && socket_folder_ >= 0) job.spec.kept.push_back(socket_folder_);
  set_stages(job.spec, making.commands, job.is_tool);
  job.spec.in = in;
  job.spec.out = out;
  for (size_t writer : making.writers)
    launch.jobs[writer].reader = std::ssize(launch.jobs);
  launch.jobs.push_back(std::move(job));
}

// One worker of a fragment, which sends to `receivers`, or writes to `out` where there are none;
// the last job added is its last stage.
void JobMaker::add_worker(Launch& launch, const PlanFragment& fragment, int64_t worker, int out,
                          const PlanFragment* receivers, Beginning beginning) {
  bool shares = share_process(fragment);
  const size_t before = fragment.edge ? 1 : 0;
  const size_t stages = before + fragment.stages.size();
  const size_t count = stages + (receivers != nullptr ? 1 : 0);
  std::vector<size_t> writers = beginning.senders;
  int in = beginning.in;
  for (size_t s = 0; s < count;) {
    Making making;
    making.job.fragment = number_of(fragment);
    making.job.worker = worker;
    making.job.workers = fragment.workers;
    making.job.stage = static_cast<int64_t>(s) + 1;
    making.job.is_tool = true;
    making.writers = std::move(writers);
    size_t end = shares ? count : s + 1;
    for (; s < end; ++s) {
      if (s >= stages) {
        making.commands.push_back(sender_words_to(*receivers, worker));
      } else if (s < before) {
        making.commands.push_back(edge_words(launch, fragment, worker, beginning, making));
      } else {
        const PlanStage& stage = fragment.stages[s - before];
        making.job.is_tool = stage.stage != nullptr;
        making.commands.push_back(stage_words(launch, fragment, stage, worker, making));
      }
      std::vector<std::string>& words = making.commands.back();
      if (s == 0) {
        words.insert(words.begin() + 1, beginning.options.begin(), beginning.options.end());
      }
    }
    bool sends = end > stages;
    making.job.has_more_readers = sends;
    Pipe pipe = end < count ? make_pipe() : Pipe{};
    int to = sends ? open_null(launch) : end == count ? out : keep(launch, std::move(pipe.writer));
    end_process(launch, std::move(making), in, to);
    writers = {launch.jobs.size() - 1};
    if (end < count) in = keep(launch, std::move(pipe.reader));
  }
}

// Where a worker of a fragment is in the exchange before it.
EdgePlace JobMaker::place_of(const PlanFragment& fragment, int64_t worker) const {
  std::string sockets = socket_folder_ >= 0 ? path_of(socket_folder_) : folder_;
  int64_t number = number_of(fragment);
  return {folder_, fmt::format("ipc://{}/to-{}.{}", sockets, number, worker),
          fmt::format("fragment-{}", number), worker};
}

// The last fragment's workers write to `outs`; returns their last jobs.
std::vector<size_t> JobMaker::add_pipeline(Launch& launch, const PlanPipeline& pipeline, int in,
                                           const std::vector<int>& outs) {
  Beginning before;
  std::vector<size_t> last_jobs;
  for (size_t f = 0; f < pipeline.fragments.size(); ++f) {
    const PlanFragment& fragment = pipeline.fragments[f];
    bool last = f + 1 == pipeline.fragments.size();
    const PlanFragment* receivers =
        !last && pipeline.fragments[f + 1].workers > 1 ? &pipeline.fragments[f + 1] : nullptr;
    std::vector<std::string> division = divide(fragment);
    Beginning after;
    for (int64_t worker = 1; worker <= fragment.workers; ++worker) {
      Beginning begin;
      begin.options = division;
      if (fragment.division == Division::kParts) {
        begin.options.push_back(fmt::format("--partition={}/{}", worker, fragment.workers));
      }
      begin.in = f == 0 && fragment.workers == 1 ? in : open_null(launch);
      begin.gathered = std::move(before.gathered);
      begin.senders = before.senders;
      bool gathers = !last && receivers == nullptr;
      Pipe pipe = gathers ? make_pipe() : Pipe{};
      int to = last      ? outs[static_cast<size_t>(worker - 1)]
               : gathers ? keep(launch, std::move(pipe.writer))
                         : -1;
      add_worker(launch, fragment, worker, to, receivers, std::move(begin));
      size_t job = launch.jobs.size() - 1;
      if (last) last_jobs.push_back(job);
      if (receivers != nullptr) after.senders.push_back(job);
      if (gathers) after.gathered.push_back({std::move(pipe.reader), job});
    }
    before = std::move(after);
  }
  return last_jobs;
}

Launch JobMaker::make(const Step& step, int in, const std::vector<int>& outs) {
  Launch launch;
  parts_.clear();
  for (size_t i = 0; i < step.size(); ++i)
    add_pipeline(launch, *step[i], in, {outs[i]});
  return launch;
}

}  // namespace penstock
