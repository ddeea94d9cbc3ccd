#include "libcore/cli/stage_run.h"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/cli/columns_on_line.h"
#include "libcore/cli/counting.h"
#include "libcore/cli/print_rows.h"
#include "libcore/cli/program.h"
#include "libcore/ops/only_rows.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/open_files.h"
#include "libcore/os/output_watch.h"
#include "libcore/os/terminal.h"
#include "libcore/stage/describe.h"
#include "libcore/table/operands.h"

namespace penstock {
namespace {

std::string count_of(int64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

StageRun::StageRun(std::unique_ptr<Stage> stage, StageChain* chain)
    : stage_(std::move(stage)), parser_(*stage_), chain_(chain) {}

bool StageRun::parse(const Invocation& invocation) {
  if (parser_.parse_options(invocation.argc, invocation.argv)) {
    if (parser_.answers().completes_columns) {
      print_text(column_offers(stage_->kind(), parser_.command(), parser_.operands()));
      return false;
    }
    print_answer(parser_.answers(), parser_.command(), [this] {
      parser_.take_some_operands();
      return description_json(*stage_, parser_.command());
    });
    return false;
  }
  if (std::optional<std::string> text = stage_->answer(parser_.operands())) {
    print_text(*text);
    return false;
  }
  if (parser_.take_operands()) refuse_terminal_input();
  find_counts();
  prepare_reading();
  stage_->require_valid();
  return true;
}

void StageRun::prepare_reading() {
  const Reading& reading = stage_->reading();
  scan_ = reading.options(stage_->inputs().size());
  if (!reading.rejects.empty()) rejects_ = Rejects(reading.rejects);
  if (counts_in_ != nullptr) {
    scan_.on_read = [this](int64_t bytes) { counts_in_->add({.bytes_in = bytes}); };
  }
  scan_.note = [this](const std::string& text) { note(text); };
  scan_.tell = [this](const std::string& text) { verbose_note(text); };
  scan_.text.on_reject = [this](const Reject& reject) { rejects_.add(reject); };
  stage_->spill().tell = [this](const std::string& text) { verbose_note(text); };
  if (!stage_->makes_used_columns_only()) return;
  scan_.text.choose_columns =
      [this](const Schema& input) -> std::optional<std::vector<std::string>> {
    auto use = stage_->columns_used({make_schema(input.fields())});
    if (!use) return std::nullopt;
    return std::vector<std::string>(use->inputs[0].begin(), use->inputs[0].end());
  };
}

void StageRun::find_counts() {
  RunCounts*& counts = run_counts_;
  if (chain_ != nullptr) {
    counts = chain_->counts();
  } else if (auto own = RunCounts::from_environment()) {
    counts = &own_counts_.emplace(*std::move(own));
  }
  if (chain_ == nullptr || chain_->is_first()) counts_in_ = counts;
  if (chain_ == nullptr || chain_->is_last()) counts_out_ = counts;
}

void StageRun::refuse_terminal_input() const {
  if (is_handed({"-"}) || !is_terminal(STDIN_FILENO)) return;
  throw Error::usage("no input: name a file, or pipe something in; " +
                     usage_line(stage_->kind().text));
}

void StageRun::refuse_output_options(const char* why) const {
  if (!stage_->has_given(OptionGroup::kWriting)) return;
  throw Error::usage(std::string("options for writing have no meaning ") + why);
}

void StageRun::note(const std::string& text) const {
  if (!parser_.answers().quiet) print_note(name(), text);
}

void StageRun::verbose_note(const std::string& text) const {
  if (parser_.answers().verbose) print_note(name(), text);
}

void StageRun::tell_schema(const std::string& operand, const Schema& schema) const {
  if (!parser_.answers().verbose) return;
  std::string text = (operand == "-" ? "standard input" : operand) + ":";
  for (const Field& field : schema.fields()) {
    text += (&field == &schema.fields().front() ? " " : ", ") + field.name + " " +
            field.type->to_string();
  }
  print_note(name(), text);
}

bool StageRun::is_handed(const StageInput& input) const {
  return input.file == "-" && chain_ != nullptr && !chain_->is_first();
}

OperatorPtr StageRun::open(const StageInput& input) {
  const std::string& file = input.file;
  OperatorPtr rows = is_handed(input) ? chain_->take_input() : open_operand(file, scan_);
  if (is_handed(input)) check_stream_options("standard input", *rows->schema(), scan_);
  tell_schema(file, *rows->schema());
  return as_stage_takes(std::move(rows));
}

OperatorPtr StageRun::open_all() {
  const std::vector<StageInput>& inputs = stage_->inputs();
  if (is_handed(inputs[0])) return open(inputs[0]);
  std::vector<std::string> files;
  for (const StageInput& input : inputs)
    files.push_back(input.file);
  OperatorPtr rows = open_operands(files, scan_);
  tell_schema(files.size() == 1 ? files[0] : count_of(std::ssize(files), "input"), *rows->schema());
  return as_stage_takes(std::move(rows));
}

OperatorPtr StageRun::as_stage_takes(OperatorPtr rows) {
  rows = count_input(std::move(rows));
  return stage_->passes_batches() ? std::move(rows) : only_rows(std::move(rows));
}

int StageRun::run_operator() {
  bool is_last = chain_ == nullptr || chain_->is_last();
  if (is_last && !stage_->kind().writes_operands && stage_->writing().output == "-") {
    watch_output(STDOUT_FILENO);
  }
  std::vector<OperatorPtr> inputs;
  if (stage_->kind().reads_as_one) {
    inputs.push_back(open_all());
  } else {
    // Inputs that are pulled at the same time: where there are many, each is parsed by the thread
    // that pulls it.
    if (stage_->inputs().size() > 2) scan_.threads = false;
    allow_open_files(std::ssize(stage_->inputs()));
    for (const StageInput& input : stage_->inputs())
      inputs.push_back(open(input));
  }
  return write(stage_->make(std::move(inputs)));
}

int StageRun::run_paged() {
  const bool is_last = chain_ == nullptr || chain_->is_last();
  if (!is_last || is_watched() || !is_terminal(STDOUT_FILENO)) return run_operator();
  pager_.emplace();
  int status = 0;
  std::exception_ptr failure;
  try {
    status = run_operator();
  } catch (...) {
    if (!pager_->has_left()) failure = std::current_exception();
  }
  pager_->end();
  if (failure) std::rethrow_exception(failure);
  return status;
}

OperatorPtr StageRun::count_input(OperatorPtr rows) {
  if (counts_in_ == nullptr) return rows;
  return count_rows(std::move(rows),
                    [this](int64_t count) { counts_in_->add({.rows_in = count}); });
}

void StageRun::count_output(int64_t rows, int64_t bytes) {
  if (counts_out_ != nullptr) counts_out_->add({.rows_out = rows, .bytes_out = bytes});
}

PrintOptions StageRun::print_options(const std::string& output) const {
  return penstock::print_options(stage_->writing(), output, stage_->kind().default_format,
                                 pager_ ? &*pager_ : nullptr);
}

void StageRun::end_rejects() {
  rejects_.finish();
  const RefusedCounts& refused = rejects_.counts();
  std::string text = refused_note(refused);
  if (text.empty() || parser_.answers().quiet) return;
  if (run_counts_ == nullptr) {
    note(text);
    return;
  }
  MovedRows counted;
  counted.null_values = refused.values;
  counted.left_out_lines = refused.lines;
  counted.left_out_records = refused.records;
  counted.faulty_headers = refused.headers;
  run_counts_->add(counted);
}

void StageRun::count_failure(const Error& error) {
  if (run_counts_ == nullptr) return;
  run_counts_->add({.peer_failures = error.is_of_peer() ? 1 : 0,
                    .machine_failures = error.is_of_machine() ? 1 : 0});
}

void StageRun::count_lack_of_memory() {
  if (run_counts_ != nullptr) run_counts_->add({.machine_failures = 1});
}

void StageRun::write_out(OperatorPtr result) {
  try {
    const std::string& output = stage_->writing().output;
    PrintOptions options = print_options(output);
    if (pager_) pager_->start();
    ByteSinkPtr sink = compress_by_suffix(open_sink(output, options.sync), output);
    if (counts_out_ != nullptr) {
      sink = count_bytes(std::move(sink), [this](int64_t bytes) { count_output(0, bytes); });
      result = count_rows(std::move(result), [this](int64_t rows) { count_output(rows, 0); });
    }
    int64_t rows = print(*result, *sink, options);
    verbose_note(count_of(rows, "row") + " written to " + sink->name());
  } catch (...) {
    (void)result.release();
    throw;
  }
  // Destroying operators could wait for a thread that is blocked in a read; the process ends here.
  (void)result.release();
}

int StageRun::write(OperatorPtr result) {
  if (chain_ != nullptr && !chain_->is_last()) {
    chain_->hand_on(std::move(result));
  } else {
    write_out(std::move(result));
  }
  end_rejects();
  return 0;
}

int run_tool(const Tool& tool, const Invocation& invocation) {
  // A process may run several, whose threads may outlive this call.
  static std::deque<StageRun> runs;
  StageRun& run = runs.emplace_back(tool.kind.make(), invocation.chain);
  if (!run.parse(invocation)) return 0;
  try {
    return tool.run(run);
  } catch (const Error& error) {
    run.count_failure(error);
    throw;
  } catch (const std::bad_alloc&) {
    run.count_lack_of_memory();
    throw;
  }
}

}  // namespace penstock
