#include "libcore/flow/launch.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/flow/stage_description.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/chunk_ledger.h"

namespace penstock {
namespace {

void append_steps(const PlanPipeline& pipeline, std::vector<const PlanPipeline*>& steps) {
  for (const PlanFragment& fragment : pipeline.fragments) {
    for (const PlanStage& stage : fragment.stages) {
      for (const PlanWord& word : stage.words) {
        if (word.input == nullptr) continue;
        append_steps(*word.input, steps);
        if (fragment.workers > 1) steps.push_back(word.input.get());
      }
    }
  }
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

std::string path_of(int fd) {
  return fmt::format("/dev/fd/{}", fd);
}

}  // namespace

int64_t Launcher::number_of(const PlanFragment& fragment) const {
  return std::find(fragments_.begin(), fragments_.end(), &fragment) - fragments_.begin() + 1;
}

std::string Launcher::shared_file(const PlanPipeline& pipeline) const {
  return fmt::format("{}/input-{}", folder_, number_of(pipeline.fragments.back()));
}

std::vector<const PlanPipeline*> Launcher::steps(const PlanPipeline& pipeline) const {
  std::vector<const PlanPipeline*> steps;
  append_steps(pipeline, steps);
  steps.push_back(&pipeline);
  return steps;
}

// The options by which the workers of a fragment divide its scan, but for --partition.
std::vector<std::string> Launcher::divide(const PlanFragment& fragment) {
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
    make_chunk_ledger(path, fragment.chunks);
    options.push_back("--chunks=" + path);
  }
  return options;
}

// The words of a stage with what they stand for on this machine. `gathered` is what its "-" means
// when it gathers the workers before it; `writers` gets the jobs that it reads from.
Job Launcher::make_job(Launch& launch, const PlanFragment& fragment, const PlanStage& stage,
                       std::vector<Gathered>& gathered, std::vector<size_t>& writers) {
  Job job;
  job.fragment = number_of(fragment);
  job.workers = fragment.workers;
  job.is_tool = is_tool(stage.words[0].text);
  for (const PlanWord& word : stage.words) {
    if (word.input == nullptr) {
      bool all_workers = !gathered.empty() && &word == &stage.words.back();
      if (!all_workers) job.spec.words.push_back(word.text);
      continue;
    }
    if (fragment.workers > 1) {
      job.spec.words.push_back(shared_file(*word.input));
      continue;
    }
    Pipe pipe = make_pipe();
    int writer = keep(launch, std::move(pipe.writer));
    writers.push_back(add_pipeline(launch, *word.input, open_null(launch), writer));
    int reader = keep(launch, std::move(pipe.reader));
    job.spec.words.push_back(path_of(reader));
    job.spec.kept.push_back(reader);
  }
  for (Gathered& from : gathered) {
    int reader = keep(launch, std::move(from.reader));
    job.spec.words.push_back(path_of(reader));
    job.spec.kept.push_back(reader);
    writers.push_back(from.writer);
  }
  gathered.clear();
  if (job.is_tool) job.spec.words[0] = tool_path(job.spec.words[0]);
  return job;
}

// One worker of a fragment, to `out`; the last job added is its last stage.
void Launcher::add_worker(Launch& launch, const PlanFragment& fragment, int64_t worker, int out,
                          Beginning beginning) {
  std::vector<size_t> writers = beginning.senders;
  int in = beginning.in;
  for (size_t s = 0; s < fragment.stages.size(); ++s) {
    Job job = make_job(launch, fragment, fragment.stages[s], beginning.gathered, writers);
    job.worker = worker;
    job.stage = static_cast<int64_t>(s) + 1;
    std::vector<std::string>& words = job.spec.words;
    if (s == 0) {
      // A receiver has no input, and what it receives by the senders say.
      if (!beginning.senders.empty()) words.resize(1);
      words.insert(words.begin() + 1, beginning.options.begin(), beginning.options.end());
    }
    job.spec.in = in;
    job.spec.out = out;
    if (s + 1 < fragment.stages.size()) {
      Pipe pipe = make_pipe();
      job.spec.out = keep(launch, std::move(pipe.writer));
      in = keep(launch, std::move(pipe.reader));
    }
    size_t number = launch.jobs.size();
    for (size_t writer : writers)
      launch.jobs[writer].reader = static_cast<int64_t>(number);
    writers = {number};
    launch.jobs.push_back(std::move(job));
  }
}

// Where a worker of a fragment receives.
std::string Launcher::endpoint(const PlanFragment& fragment, int64_t worker) const {
  return fmt::format("ipc://{}/to-{}.{}", folder_, number_of(fragment), worker);
}

// The near end of the exchange before `to`: sends a worker's rows from `in`.
void Launcher::add_sender(Launch& launch, const PlanFragment& from, int64_t worker, int in,
                          const PlanFragment& to) {
  size_t writer = launch.jobs.size() - 1;
  Job job;
  job.fragment = number_of(from);
  job.worker = worker;
  job.workers = from.workers;
  job.stage = std::ssize(from.stages) + 1;
  job.is_tool = true;
  job.has_more_readers = true;
  std::string endpoints;
  for (int64_t receiver = 1; receiver <= to.workers; ++receiver)
    endpoints += (receiver == 1 ? "" : ",") + endpoint(to, receiver);
  std::vector<std::string>& words = job.spec.words;
  for (const PlanWord& word : to.stages[0].words)
    words.push_back(word.text);
  words.pop_back();
  words[0] = tool_path(words[0]);
  words.insert(words.end(), {"--send=" + endpoints, fmt::format("--worker={}", worker),
                             fmt::format("--name=fragment-{}", number_of(to))});
  job.spec.in = in;
  job.spec.out = open_null(launch);
  launch.jobs[writer].reader = static_cast<int64_t>(launch.jobs.size());
  launch.jobs.push_back(std::move(job));
}

// Returns the job that writes to `out`.
size_t Launcher::add_pipeline(Launch& launch, const PlanPipeline& pipeline, int in, int out) {
  Beginning before;
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
      if (!begin.senders.empty()) {
        begin.options = {"--receive=" + endpoint(fragment, worker),
                         fmt::format("--senders={}", begin.senders.size()),
                         fmt::format("--name=fragment-{}", number_of(fragment))};
      }
      Pipe pipe = last ? Pipe{} : make_pipe();
      int to = last ? out : keep(launch, std::move(pipe.writer));
      add_worker(launch, fragment, worker, to, std::move(begin));
      if (receivers != nullptr) {
        add_sender(launch, fragment, worker, keep(launch, std::move(pipe.reader)), *receivers);
        after.senders.push_back(launch.jobs.size() - 1);
      } else {
        after.gathered.push_back({std::move(pipe.reader), launch.jobs.size() - 1});
      }
    }
    before = std::move(after);
  }
  return launch.jobs.size() - 1;
}

Launch Launcher::make(const PlanPipeline& pipeline, int in, int out) {
  Launch launch;
  add_pipeline(launch, pipeline, in, out);
  return launch;
}

}  // namespace penstock
