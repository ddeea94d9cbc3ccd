// A stage that a process runs: its inputs opened, its operator pulled, its output written, what is
// refused or worth a note said under the tool's name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/cli/pager.h"
#include "libcore/cli/stage_chain.h"
#include "libcore/data/batch.h"
#include "libcore/ops/print.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/os/run_counts.h"
#include "libcore/stage/stage.h"

namespace penstock {

// Not thread-safe. Lives until the process ends.
class StageRun {
 public:
  // `chain` is null for a stage that is a process by itself.
  StageRun(std::unique_ptr<Stage> stage, StageChain* chain);
  StageRun(const StageRun&) = delete;
  StageRun& operator=(const StageRun&) = delete;

  const Stage& stage() const { return *stage_; }

  // Reads the command line. False when it has been answered already (--help, --version, --describe,
  // --completion). Throws usage Errors: also for operands that are missing or too many, standard
  // input named twice, options that do not go together, and no input with a terminal as standard
  // input (a short usage is shown then).
  bool parse(const Invocation& invocation);

  // Opens all inputs, makes the stage's operator over them and writes what it gives.
  int run_operator();

  // The same; where standard output is a terminal, and no flow watches the run, a pager shows what
  // is written there. A pager that is left early is not an error. Throws Error as Pager does.
  int run_paged();

  // All inputs as one. Of a stage behind others, standard input is their rows.
  OperatorPtr open_all();
  // Rows that come by another way, counted as those are for a flow that watches the run; `rows`
  // itself when nobody does.
  OperatorPtr count_input(OperatorPtr rows);
  // Rows and bytes that left by another way than write().
  void count_output(int64_t rows, int64_t bytes);
  // Throws a usage Error when -o or -t was given; `why` ends its message.
  void refuse_output_options(const char* why) const;

  // Pulls `result` to its end, writes it where and as the options say, and returns the status 0; or
  // hands it on to the next stage, whose `result` is written then. What it throws leaves the
  // operators as they are: their threads may wait in a read.
  int write(OperatorPtr result);

  // How -t, the suffix of `output` and a terminal say that it is written.
  PrintOptions print_options(const std::string& output) const;
  // Ends the file of --rejects and says what was refused; in a flow its manager does, which adds up
  // the counts of all workers. What write() does last.
  void end_rejects();

  // Whether a flow watches the run, and takes a status other than 0 for a failure.
  bool is_watched() const { return run_counts_ != nullptr; }
  // For a flow that watches the run: so its manager knows whether this failure is the cause, and
  // whether the same may succeed elsewhere.
  void count_failure(const Error& error);
  void count_lack_of_memory();

  // To standard error, with the tool's name; verbose ones only with -v, others unless -q.
  void note(const std::string& text) const;
  void verbose_note(const std::string& text) const;

 private:
  const char* name() const { return stage_->kind().text.name; }
  OperatorPtr open(const StageInput& input);
  OperatorPtr as_stage_takes(OperatorPtr rows);
  void find_counts();
  void prepare_reading();
  void refuse_terminal_input() const;
  bool is_handed(const StageInput& input) const;
  void write_out(OperatorPtr result);
  void tell_schema(const std::string& operand, const Schema& schema) const;

  std::unique_ptr<Stage> stage_;
  StageParser parser_;
  ScanOptions scan_;
  Rejects rejects_;
  StageChain* chain_;
  std::optional<Pager> pager_;  // of standard output
  std::optional<RunCounts> own_counts_;
  RunCounts* run_counts_ = nullptr;  // of the process; null when nobody watches
  // Where the rows that come in and go out are counted; null for nowhere.
  RunCounts* counts_in_ = nullptr;
  RunCounts* counts_out_ = nullptr;
};

// A tool: what stage it is, and what its process does with it.
struct Tool {
  const StageKind& kind;
  int (*run)(StageRun&) = [](StageRun& stage) { return stage.run_operator(); };
};

// Runs a tool on its command line; the exit status. Throws what run_program() reports.
int run_tool(const Tool& tool, const Invocation& invocation);

}  // namespace penstock
