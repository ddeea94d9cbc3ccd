#include "libcore/flow/launch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/launch/sent_names.h"
#include "libcore/flow/plan/edge_words.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/ordered_pool.h"

namespace penstock {
namespace {

// Puts the inputs that workers of `pipeline` share into the first step after those that they need.
// Returns how many steps the pipeline itself needs before it.
size_t add_shared_inputs(const PlanPipeline& pipeline, std::vector<PipelineStep>& steps) {
  size_t before = 0;
  for (const PlanFragment& fragment : pipeline.fragments) {
    for (const PlanStage& stage : fragment.stages) {
      for (const auto& [number, input] : stage.pipelines) {
        size_t needed = add_shared_inputs(*input, steps);
        bool shared = stage.reads_file(number);
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

// The fragments that are launched with a pipeline: those of inputs that all workers share were
// launched before.
void append_launched(const PlanPipeline& pipeline, std::vector<const PlanFragment*>& fragments) {
  for (const PlanFragment& fragment : pipeline.fragments) {
    fragments.push_back(&fragment);
    for (const PlanStage& stage : fragment.stages) {
      for (const auto& [number, input] : stage.pipelines) {
        if (!stage.reads_file(number)) append_launched(*input, fragments);
      }
    }
  }
}

size_t add_channel(Launch& launch, Channel channel) {
  launch.channels.push_back(channel);
  return launch.channels.size() - 1;
}

size_t add_pipe(Launch& launch) {
  return add_channel(launch, {Channel::Kind::kPipe});
}

// Whether the stages of a worker share a process. Where there is a worker for each core nothing is
// gained by two stages of one that run side by side, and what they write to the pipe between them
// is spared: TPC-H Q1 at SF1 took 0.69 s for 0.79, lineitem and orders joined 0.69 for 0.93.
bool share_process(const PlanFragment& fragment) {
  auto is_of_family = [](const PlanStage& stage) { return stage.stage != nullptr; };
  auto is_elsewhere = [](size_t host) { return host != kThisHost; };
  // A host has a slot for each core unless its user says otherwise.
  bool has_remote = std::any_of(fragment.hosts.begin(), fragment.hosts.end(), is_elsewhere);
  return fragment.workers > 1 && (has_remote || fragment.workers >= usable_cores()) &&
         std::all_of(fragment.stages.begin(), fragment.stages.end(), is_of_family);
}

std::string path_of(int fd) {
  return fmt::format("/dev/fd/{}", fd);
}

}  // namespace

int64_t JobMaker::number_of(const PlanFragment& fragment) const {
  return std::find(fragments_.begin(), fragments_.end(), &fragment) - fragments_.begin() + 1;
}

size_t JobMaker::host_of(const PlanFragment& fragment, int64_t worker) const {
  if (places_ != nullptr) return places_->host;
  return fragment.hosts[static_cast<size_t>(worker - 1)];
}

std::vector<PipelineStep> JobMaker::steps(const PlanPipeline& pipeline) const {
  std::vector<PipelineStep> steps;
  add_shared_inputs(pipeline, steps);
  steps.push_back({&pipeline});
  return steps;
}

std::vector<int64_t> JobMaker::count_listeners(const PipelineStep& step) const {
  std::vector<int64_t> counts(hosts_.size());
  std::vector<const PlanFragment*> fragments;
  for (const PlanPipeline* pipeline : step)
    append_launched(*pipeline, fragments);
  for (const PlanFragment* fragment : fragments) {
    bool is_between = fragment->edge && fragment->edge->medium == Edge::Medium::kNetwork;
    if (!is_between) continue;
    for (size_t host : fragment->hosts)
      ++counts[host];
  }
  return counts;
}

// What the workers of a fragment need for dividing its scan.
void JobMaker::add_files(Launch& launch, const PlanFragment& fragment) {
  if (fragment.schema != nullptr) {
    std::string bytes;
    ByteSinkPtr sink = sink_to_string(bytes);
    make_ipc_writer(*sink, fragment.schema)->finish();
    std::vector<size_t> hosts = fragment.hosts;
    if (places_ != nullptr) hosts = {places_->host};
    launch.files.push_back({schema_name(fragment), std::move(bytes), std::move(hosts)});
  }
  if (fragment.division == Division::kChunks) {
    launch.divided[number_of(fragment)] = {fragment.chunks, fragment.sizes, fragment.homes};
  }
}

// The options by which a worker knows its part of the scan.
std::vector<std::string> JobMaker::division_of(const PlanFragment& fragment, int64_t worker) const {
  std::vector<std::string> options;
  if (fragment.schema != nullptr) {
    const std::string& folder = hosts_[host_of(fragment, worker)].folder;
    options.push_back(fmt::format("--schema={}/{}", folder, schema_name(fragment)));
  }
  if (fragment.division == Division::kParts) {
    ScanShare share{.part = worker, .parts = fragment.workers};
    if (!fragment.shares.empty()) share = fragment.shares[static_cast<size_t>(worker - 1)];
    if (share.parts > 1) {
      options.push_back(fmt::format("--partition={}/{}", share.part, share.parts));
    }
  }
  return options;
}

std::string JobMaker::schema_name(const PlanFragment& fragment) const {
  return fmt::format("schema-{}", number_of(fragment));
}

// An operand: a channel that the process inherits.
std::string JobMaker::inherit(size_t channel, Making& making) {
  std::vector<InheritedChannel>& inherited = making.job.inherited;
  int as = free_number(inherited.empty() ? kFirstInherited : inherited.back().as + 1);
  inherited.push_back({channel, as});
  return path_of(as);
}

// An operand: what another job writes.
std::string JobMaker::read_from(const Gathered& from, Making& making) {
  making.writers.push_back(from.writer);
  return inherit(from.pipe, making);
}

// What a `<( … )` gives to one of the workers that read it, each its own part. All of it is
// launched with the first of them.
JobMaker::Gathered JobMaker::part_of(Launch& launch, const PlanPipeline& input, int64_t worker) {
  if (places_ != nullptr) {
    const size_t last = input.fragments.size() - 1;
    const size_t pipe = add_pipe(launch);
    const int64_t part = std::min(worker, input.fragments[last].workers);
    return {pipe, add_task(launch, input, last, part, pipe)};
  }
  std::vector<Gathered>& parts = parts_[&input];
  if (worker == 1) {
    parts.clear();
    std::vector<size_t> pipes;
    for (int64_t part = 0; part < input.fragments.back().workers; ++part) {
      pipes.push_back(add_pipe(launch));
      parts.push_back({pipes.back(), 0});
    }
    std::vector<size_t> jobs = add_pipeline(launch, input, add_channel(launch, {}), pipes);
    for (size_t part = 0; part < parts.size(); ++part)
      parts[part].writer = jobs[part];
  }
  return parts[static_cast<size_t>(worker - 1)];
}

// What a fragment's first process is where it is an edge: a pmerge of what is gathered, or a
// pexchange that receives.
std::vector<std::string> JobMaker::edge_words(Launch& launch, const PlanFragment& fragment,
                                              int64_t worker, const Beginning& beginning,
                                              Making& making) {
  const Edge& edge = *fragment.edge;
  if (edge.medium == Edge::Medium::kFile) {
    const std::string keys =
        places_->keys.empty() ? "" : inherit_secret(launch, places_->keys, making);
    return reader_words(edge, places_->lists.at(&fragment), keys);
  }
  if (edge.medium != Edge::Medium::kPipe) {
    EdgePlace place = place_of(launch, fragment, worker, making);
    if (edge.medium == Edge::Medium::kNetwork) {
      ExchangeEnds::End end =
          ends_.receiver(fragment, number_of(fragment), worker, *beginning.from);
      place.endpoint =
          ends_.endpoint(fragment, number_of(fragment), worker, host_of(fragment, worker));
      place.keys = inherit_secret(launch, std::move(end.keys), making);
      inherit(add_channel(launch, {Channel::Kind::kListener, end.listener}), making);
      place.listen_fd = making.job.inherited.back().as;
    }
    return receiver_words(edge, place, beginning.senders.size());
  }
  std::vector<std::string> words = words_of(edge);
  words.pop_back();
  for (const Gathered& from : beginning.gathered)
    words.push_back(read_from(from, making));
  return words;
}

// The words of a stage with what they stand for on this machine.
std::vector<std::string> JobMaker::stage_words(Launch& launch, const PlanStage& stage,
                                               int64_t worker, Making& making) {
  std::vector<std::string> words;
  const PlanStage named = with_sent_names(stage, hosts_[making.job.host].sent);
  for (const PlanWord& word : named.words()) {
    if (word.input == nullptr) {
      words.push_back(word.text);
    } else if (word.is_file && places_ != nullptr) {
      const TaskPlaces::Output& output = places_->outputs.at(word.input.get());
      words.push_back(output.is_list
                          ? read_from(fetch(launch, *word.input, output.path, making), making)
                          : output.path);
    } else if (word.is_file) {
      Channel shared{Channel::Kind::kShared, shared_.at(word.input.get())};
      words.push_back(inherit(add_channel(launch, shared), making));
    } else {
      words.push_back(read_from(part_of(launch, *word.input, worker), making));
    }
  }
  return words;
}

// What `<( … )` has left on another host, as it is, for one reader.
JobMaker::Gathered JobMaker::fetch(Launch& launch, const PlanPipeline& input,
                                   const std::string& list, const Making& reader) {
  Making making;
  making.job.fragment = number_of(input.fragments.back());
  making.job.host = reader.job.host;
  making.job.is_tool = true;
  std::vector<std::string> words{"pexchange", "--read=" + list, "--as-is"};
  if (!places_->keys.empty()) {
    words.push_back("--keys=" + inherit_secret(launch, places_->keys, making));
  }
  making.job.commands.push_back(std::move(words));
  const size_t pipe = add_pipe(launch);
  end_process(launch, std::move(making), add_channel(launch, {}), pipe);
  return {pipe, launch.jobs.size() - 1};
}

// The near end of the exchange before `to`: sends the rows of a worker of `from`.
std::vector<std::string> JobMaker::sender_words_to(Launch& launch, const PlanFragment& from,
                                                   const PlanFragment& to, int64_t worker,
                                                   Making& making) {
  if (to.edge->medium == Edge::Medium::kFile) {
    return writer_words(*to.edge, places_->folder, places_->partitions, worker);
  }
  bool is_between = to.edge->medium == Edge::Medium::kNetwork;
  EdgePlace place = place_of(launch, to, worker, making);
  if (is_between) {
    ExchangeEnds::End end = ends_.sender(to, number_of(to), worker, from);
    place.keys = inherit_secret(launch, std::move(end.keys), making);
  }
  std::vector<std::string> endpoints;
  for (int64_t receiver = 1; receiver <= to.workers; ++receiver) {
    endpoints.push_back(is_between ? ends_.endpoint(to, number_of(to), receiver, making.job.host)
                                   : place_of(launch, to, receiver, making).endpoint);
  }
  return sender_words(*to.edge, place, endpoints);
}

// A file that only this process reads: its keys.
std::string JobMaker::inherit_secret(Launch& launch, std::string secret, Making& making) {
  launch.secrets.push_back(std::move(secret));
  return inherit(add_channel(launch, {Channel::Kind::kSecret, std::ssize(launch.secrets) - 1}),
                 making);
}

// Adds what was made, which is the reader of its writers.
void JobMaker::end_process(Launch& launch, Making making, size_t in, size_t out) {
  Job& job = making.job;
  job.in = in;
  job.out = out;
  for (size_t writer : making.writers)
    launch.jobs[writer].reader = std::ssize(launch.jobs);
  launch.jobs.push_back(std::move(job));
}

// One worker of a fragment, which sends to `receivers`, or writes to `out` where there are none;
// the last job added is its last stage.
void JobMaker::add_worker(Launch& launch, const PlanFragment& fragment, int64_t worker, size_t out,
                          const PlanFragment* receivers, Beginning beginning) {
  bool shares = share_process(fragment);
  const size_t before = fragment.edge ? 1 : 0;
  const size_t stages = before + fragment.stages.size();
  const size_t count = stages + (receivers != nullptr ? 1 : 0);
  std::vector<size_t> writers = beginning.senders;
  size_t in = beginning.in;
  for (size_t s = 0; s < count;) {
    Making making;
    making.job.fragment = number_of(fragment);
    making.job.host = host_of(fragment, worker);
    making.job.worker = worker;
    making.job.workers = places_ != nullptr ? places_->tasks : fragment.workers;
    making.job.stage = static_cast<int64_t>(s) + 1;
    making.job.is_tool = true;
    making.writers = std::move(writers);
    size_t end = shares ? count : s + 1;
    for (; s < end; ++s) {
      if (s >= stages) {
        making.job.commands.push_back(
            sender_words_to(launch, fragment, *receivers, worker, making));
      } else if (s < before) {
        making.job.commands.push_back(edge_words(launch, fragment, worker, beginning, making));
      } else {
        const PlanStage stage = fragment.stage_of(s - before, worker);
        making.job.is_tool = stage.stage != nullptr;
        making.job.runs_programs =
            making.job.runs_programs || stage.stage == nullptr || stage.stage->kind().runs_command;
        making.job.writes_files = stage.stage != nullptr && stage.stage->writes_files();
        making.job.commands.push_back(stage_words(launch, stage, worker, making));
      }
      std::vector<std::string>& words = making.job.commands.back();
      if (s == 0) {
        if (fragment.division == Division::kChunks) {
          size_t chunks = add_channel(launch, {Channel::Kind::kChunks});
          beginning.options.push_back("--chunks=" + inherit(chunks, making));
        }
        words.insert(words.begin() + 1, beginning.options.begin(), beginning.options.end());
      }
    }
    bool sends = end > stages;
    making.job.has_more_readers = sends && receivers->workers > 1;
    size_t to = sends ? add_channel(launch, {}) : end == count ? out : add_pipe(launch);
    end_process(launch, std::move(making), in, to);
    writers = {launch.jobs.size() - 1};
    in = to;
  }
}

// Where a worker of a fragment is in the exchange before it, for the process that is made.
EdgePlace JobMaker::place_of(Launch& launch, const PlanFragment& fragment, int64_t worker,
                             Making& making) {
  int64_t number = number_of(fragment);
  EdgePlace place{hosts_[making.job.host].folder, "", fmt::format("fragment-{}", number), worker};
  if (fragment.edge->medium == Edge::Medium::kNetwork) return place;
  std::string& sockets = making.sockets;
  if (sockets.empty()) {
    sockets = sockets_by_descriptor_
                  ? inherit(add_channel(launch, {Channel::Kind::kRunFolder}), making)
                  : place.folder;
  }
  place.endpoint = fmt::format("ipc://{}/to-{}.{}", sockets, number, worker);
  return place;
}

// The last fragment's workers write to `outs`; returns their last jobs.
std::vector<size_t> JobMaker::add_pipeline(Launch& launch, const PlanPipeline& pipeline, size_t in,
                                           const std::vector<size_t>& outs) {
  Beginning before;
  std::vector<size_t> last_jobs;
  for (size_t f = 0; f < pipeline.fragments.size(); ++f) {
    const PlanFragment& fragment = pipeline.fragments[f];
    bool last = f + 1 == pipeline.fragments.size();
    const PlanFragment* next = last ? nullptr : &pipeline.fragments[f + 1];
    const PlanFragment* receivers =
        next != nullptr && next->edge->medium != Edge::Medium::kPipe ? next : nullptr;
    add_files(launch, fragment);
    Beginning after;
    for (int64_t worker = 1; worker <= fragment.workers; ++worker) {
      Beginning begin;
      begin.options = division_of(fragment, worker);
      if (f > 0) begin.from = &pipeline.fragments[f - 1];
      bool may_read_input = f == 0 && fragment.workers == 1 && fragment.shares.empty();
      begin.in = may_read_input ? in : add_channel(launch, {});
      begin.gathered = std::move(before.gathered);
      begin.senders = before.senders;
      bool gathers = !last && receivers == nullptr;
      size_t to = last ? outs[static_cast<size_t>(worker - 1)] : gathers ? add_pipe(launch) : 0;
      add_worker(launch, fragment, worker, to, receivers, std::move(begin));
      size_t job = launch.jobs.size() - 1;
      if (last) last_jobs.push_back(job);
      if (receivers != nullptr) after.senders.push_back(job);
      if (gathers) after.gathered.push_back({to, job});
    }
    before = std::move(after);
  }
  return last_jobs;
}

// One worker of a fragment that reads from files and writes to files, or to `out` where the
// fragment is its pipeline's last. Returns its last job.
size_t JobMaker::add_task(Launch& launch, const PlanPipeline& pipeline, size_t fragment,
                          int64_t worker, size_t out) {
  const PlanFragment& of = pipeline.fragments[fragment];
  const bool is_last = fragment + 1 == pipeline.fragments.size();
  add_files(launch, of);
  Beginning begin;
  begin.options = division_of(of, worker);
  begin.in = add_channel(launch, {Channel::Kind::kNothing});
  add_worker(launch, of, worker, out, is_last ? nullptr : &pipeline.fragments[fragment + 1],
             std::move(begin));
  return launch.jobs.size() - 1;
}

Launch JobMaker::make_task(const PlanPipeline& pipeline, size_t fragment, int64_t worker,
                           const TaskPlaces& places) {
  Launch launch;
  places_ = &places;
  add_task(launch, pipeline, fragment, worker, add_channel(launch, {Channel::Kind::kFlowOutput}));
  places_ = nullptr;
  return launch;
}

Launch JobMaker::make(const PipelineStep& step, std::vector<std::vector<int>> ports) {
  Launch launch;
  ends_.begin(std::move(ports));
  parts_.clear();
  for (const PlanPipeline* pipeline : step) {
    auto shared = shared_.find(pipeline);
    Channel out = shared == shared_.end() ? Channel{Channel::Kind::kFlowOutput}
                                          : Channel{Channel::Kind::kShared, shared->second};
    size_t in = add_channel(launch, {Channel::Kind::kFlowInput});
    // One output, also of workers that make copies: each writes to the file of its own host.
    std::vector<size_t> outs(pipeline->fragments.back().hosts.size(), add_channel(launch, out));
    add_pipeline(launch, *pipeline, in, outs);
  }
  return launch;
}

}  // namespace penstock
