#include "libcore/flow/checkpoint/run_over_files.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/flow/plan/explain.h"
#include "libcore/flow/plan/input_size.h"
#include "libcore/flow/watch/progress.h"

namespace penstock {
namespace {

// How often tasks ran more than once, for people; empty when none did.
std::string again_text(const RerunCounts& counts, size_t excluded) {
  std::vector<std::string> parts;
  auto add = [&](size_t count, const char* one, const char* many) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? one : many));
  };
  add(counts.retried, "task was tried again", "tasks were tried again");
  add(counts.made_again, "lost output was made again", "lost outputs were made again");
  add(counts.copies, "slow task had a copy", "slow tasks had copies");
  add(counts.copies_used, "copy ended first", "copies ended first");
  add(excluded, "host got no more tasks", "hosts got no more tasks");
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<size_t> slots_of(const PlanStatement& plan, int64_t slots) {
  if (plan.hosts.size() == 1) return {static_cast<size_t>(slots)};
  std::vector<size_t> each;
  for (const PlanHost& host : plan.hosts)
    each.push_back(static_cast<size_t>(host.slots));
  return each;
}

}  // namespace

FlowOutcome run_over_files(StatementOverFiles over) {
  auto note = [&](const std::string& text) {
    if (!text.empty() && over.note) over.note(text);
  };
  std::vector<const PlanFragment*> own;
  append_fragments(over.plan.pipeline, own);
  over.statements.begin(over.statement, over.plan,
                        std::ssize(over.fragments) - std::ssize(own) + 1);
  ByteSinkPtr sink = open_sink(over.plan.output.value_or("-"), over.sync);
  over.options.slots = slots_of(over.plan, over.statements.slots());
  over.options.retries = over.statements.options().retries;
  over.options.copies = over.statements.options().copies;
  over.options.on_again = [&](const Job& first, int64_t attempt, const std::string& why) {
    over.events.send(TaskTriedAgain{first, attempt, why});
  };
  over.options.on_lost = [&](const std::string& why) { note(why + "; its tasks run elsewhere"); };
  FilesRun run(over.plan.pipeline, over.fragments, over.maker, over.hosts, over.folder,
               over.statements.folder(), over.options);
  const auto inputs = input_bytes(over.fragments);
  auto progress = [&] { return progress_of(run.jobs(), run.moved(), inputs); };
  if (over.events.is_watched()) {
    over.options.supervisor.on_tick = [&] { over.events.send(StepMoved{progress(), false}); };
  }
  over.events.send(StepBegan{});
  FlowOutcome outcome = run.run();
  note(again_text(run.counts(), run.excluded_hosts()));
  if (outcome.status != 0) {
    note(kept_note(over.statements.folder()));
    return outcome;
  }
  if (over.events.is_watched()) over.events.send(StepEnded{progress(), !over.plan.output});
  outcome = over.before_output(run.refused());
  if (outcome.status != 0) return outcome;
  const InputFile output = run.output();
  outcome = over.give(output.path, output.facts, *sink);
  if (outcome.status != 0) note(kept_note(over.statements.folder()));
  if (outcome.status != 0 || outcome.output_closed) return outcome;
  if (over.plan.output) sink->finish();
  over.statements.end(over.statement);
  return outcome;
}

}  // namespace penstock
