#include "libcore/flow/checkpoint/statements.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/command/answers.h"
#include "libcore/flow/detached/check_flow.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/plan/file_choice.h"

namespace penstock {
namespace {

bool is_regular_file(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode);
}

// The files that a stage names, as far as they are there.
void collect_files(const PlanStage& stage, std::set<std::string>& files) {
  auto collect = [&](const std::string& name) {
    if (is_regular_file(name)) files.insert(name);
    return name;
  };
  if (stage.stage != nullptr) {
    stage.stage->clone()->name_files(collect);
    return;
  }
  for (const StageWord& word : stage.program)
    collect(word.text);
}

// What other hosts have of its inputs.
void mark_inputs_there(const PlanStatement& plan, const PlanFragment& fragment,
                       std::vector<InputMark>& marks) {
  for (const auto& [host, files] : fragment.files_there) {
    for (const PlannedFile& file : files) {
      marks.push_back({plan.hosts[host].name + ":" + file.path, file.size, file.changed_seconds,
                       file.changed_nanoseconds});
    }
  }
}

std::string checksum_of(const std::string& text) {
  Checksum sum;
  sum.add(text.data(), std::ssize(text));
  return fmt::format("{:016x}", sum.value());
}

// A plan is the same on other hosts, unless it depends on which files they have. Of a statement
// through pipes nothing is kept before it ends: it may be planned otherwise, as fewer hosts do.
StatementRecord record_of(const PlanStatement& plan, int64_t first_fragment, int64_t workers) {
  std::vector<const PlanFragment*> fragments;
  append_fragments(plan.pipeline, fragments);
  std::set<std::string> files;
  for (const PlanFragment* fragment : fragments) {
    for (const PlanStage& stage : fragment->stages)
      collect_files(stage, files);
  }
  StatementRecord record;
  for (const std::string& file : files)
    record.inputs.push_back(mark_input(file));
  for (const PlanFragment* fragment : fragments)
    mark_inputs_there(plan, *fragment, record.inputs);
  if (!plan.is_over_files) {
    record.plan = checksum_of("through pipes");
    return record;
  }
  PlanStatement recorded = plan;
  const bool has_files_there =
      std::any_of(fragments.begin(), fragments.end(),
                  [](const PlanFragment* fragment) { return !fragment->shares.empty(); });
  if (!has_files_there) recorded.hosts.resize(1);
  record.plan = checksum_of(
      fmt::format("{} {}", first_fragment, explain({recorded}, workers, ExplainForm::kJson)));
  return record;
}

void require_own_inputs(const Flow& flow, const PlanOptions& plan) {
  if (check_flow(flow, plan.tools, "a run with checkpoints reads") == ReadsInput::kYes) {
    throw Error::usage(
        "the flow reads standard input, which a run with checkpoints cannot read again; write it "
        "to a file first");
  }
}

// Of the statement that names the most, as far as the files are there before the run.
int64_t most_named_bytes(const Flow& flow) {
  int64_t most = 0;
  for (const FlowStatement& statement : flow.statements)
    most = std::max(most, named_bytes(statement));
  return most;
}

int64_t tasks_of(const Flow& flow, const CheckpointOptions& options, const PlanOptions& plan) {
  if (options.tasks) return *options.tasks;
  const int64_t by_bytes = most_named_bytes(flow) / kBytesOfTask + 1;
  const int64_t most = std::min(plan.workers * kMostTasksOfSlot, kMaxWorkers);
  return std::clamp(by_bytes, plan.workers, most);
}

CheckpointRecord new_record(const Flow& flow, const CheckpointOptions& options,
                            const PlanOptions& plan) {
  CheckpointRecord record;
  record.penstock = penstock_version();
  record.flow = flow.text;
  record.directory = std::filesystem::current_path().string();
  record.workers = tasks_of(flow, options, plan);
  record.piped_workers = options.is_auto ? plan.workers : 0;
  record.is_unordered = plan.unordered;
  return record;
}

void plan_as(const CheckpointRecord& record, PlanOptions& plan) {
  plan.over_files.emplace().piped_workers = record.piped_workers;
  plan.workers = record.workers;
  plan.unordered = record.is_unordered;
}

CheckpointFolder open_folder(const Flow& flow, const CheckpointOptions& options,
                             const PlanOptions& plan) {
  if (!options.resumes) require_own_inputs(flow, plan);
  CheckpointRecord record = new_record(flow, options, plan);
  if (!options.resumes) return CheckpointFolder::create(options.directory, std::move(record));
  CheckpointFolder folder = CheckpointFolder::open(options.directory);
  const CheckpointRecord& was = folder.record();
  auto refuse = [&](const std::string& why) { throw Error(options.directory + ": " + why); };
  if (was.penstock != record.penstock) {
    refuse(fmt::format("the run was begun by Penstock {}, and this is {}", was.penstock,
                       record.penstock));
  }
  if (was.flow != record.flow) refuse("holds the run of another flow");
  if (was.directory != record.directory) {
    refuse(fmt::format("the run was begun in {}; go on with it there", was.directory));
  }
  if (was.statements.size() > flow.statements.size()) refuse("holds more statements than the flow");
  if (plan.unordered && !was.is_unordered) refuse("the run was begun without --unordered");
  return folder;
}

}  // namespace

void cut_into_tasks(const Flow& flow, const CheckpointOptions& options, PlanOptions& plan) {
  plan_as(
      options.resumes ? read_checkpoint_record(options.directory) : new_record(flow, options, plan),
      plan);
}

std::string checkpointed_flow(const std::string& directory) {
  return read_checkpoint_record(directory).flow;
}

std::string kept_note(const CheckpointFolder& folder) {
  return fmt::format("what has been done is kept; --resume={} goes on with it",
                     folder.given_path());
}

CheckpointedStatements::CheckpointedStatements(const Flow& flow, const CheckpointOptions& options,
                                               PlanOptions& plan)
    : options_(options),
      slots_(plan.workers),
      statements_(flow.statements.size()),
      folder_(open_folder(flow, options, plan)) {
  plan_as(folder_.record(), plan);
}

void CheckpointedStatements::begin(size_t statement, const PlanStatement& plan,
                                   int64_t first_fragment) {
  StatementRecord now = record_of(plan, first_fragment, folder_.record().workers);
  const std::vector<StatementRecord>& known = folder_.record().statements;
  if (statement >= known.size()) {
    folder_.begin_statement(std::move(now));
    return;
  }
  const StatementRecord& then = known[statement];
  const std::string change = change_of(then.inputs, now.inputs);
  if (!change.empty()) {
    throw Error(
        fmt::format("{}: {} since the run began; begin another one", folder_.given_path(), change));
  }
  if (then.plan != now.plan) {
    throw Error(
        fmt::format("{}: the flow is planned otherwise than when the run began; begin "
                    "another one",
                    folder_.given_path()));
  }
}

void CheckpointedStatements::end(size_t statement) {
  folder_.end_statement(statement);
  if (is_last(statement)) folder_.outputs().remove_all();
}

}  // namespace penstock
