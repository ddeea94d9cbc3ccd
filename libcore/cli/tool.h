// What all tools are made of: inputs that open alike, an output that is written alike, and the
// options for both. A tool's own file adds its options and puts one operator between.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/cli/answers.h"
#include "libcore/cli/command.h"
#include "libcore/cli/describe.h"
#include "libcore/cli/stage_chain.h"
#include "libcore/data/batch.h"
#include "libcore/ops/print.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/os/run_counts.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Not thread-safe. Lives until the process ends.
class Tool {
 public:
  // `words` names the operands before the inputs ("EXPR"); of inputs there are from min_inputs to
  // max_inputs (negative: any number); none at all is standard input.
  struct Operands {
    std::vector<const char*> words;
    int min_inputs = 0;
    int max_inputs = 1;
  };
  Tool(CommandText text, Operands operands);
  // One that does live as long.
  static Tool& make(CommandText text, Operands operands);

  // For the tool's own options; add them before parse(). The options for reading and writing
  // follow.
  Command& command() { return command_; }
  // Whether the input is said to be lines (-f lines), which have one column, `line`.
  bool reads_lines() const { return scan_.from == Format::kLines; }

  // -c, -w and --partition, which are pushed into the reading.
  void add_scan_options();
  // -S and -T, of every tool that spills. `spill` outlives parse().
  void add_spill_options(SpillOptions& spill);

  // What is written when neither an option, a suffix nor a terminal says otherwise.
  void set_default_format(Format format) { default_format_ = format; }

  // For tools that write to operands: `take` is called with the operands first and takes out those
  // that are no inputs. There is no -o then, and no write().
  void write_to_operands(std::function<void(std::vector<std::string>&)> take) {
    take_outputs_ = std::move(take);
  }
  // When parse() finds `flag` set by an option, there is no input: inputs() is empty, operands are
  // refused and standard input is left alone. `flag` outlives parse().
  void take_no_input_if(const bool& flag) { without_input_ = &flag; }

  // Parses the command line. False when it has been answered already (--help, --version,
  // --describe, --completion, a plan's question): the tool returns 0 then. Throws usage Errors:
  // also for operands that are missing or too many, standard input named twice, and no input with a
  // terminal as standard input (a short usage is shown then).
  bool parse(const Invocation& invocation, const std::function<Description()>& describe);

  const std::string& word(size_t i) const { return words_[i]; }
  // At least one; "-" when none was given. None where take_no_input_if() says so.
  const std::vector<std::string>& inputs() const { return inputs_; }

  // Of text, only the columns that `choose` names are made; the others are checked. To be called
  // before open().
  void choose_columns(ColumnChooser choose);

  // Opens an input, or all of them as one. Of a stage behind others, standard input is their rows.
  OperatorPtr open(const std::string& operand);
  OperatorPtr open_all();
  // Rows that come by another way than open(), counted as those are for who watches the run (a
  // flow); `rows` itself when nobody does.
  OperatorPtr count_input(OperatorPtr rows);
  // Rows and bytes that left by another way than write().
  void count_output(int64_t rows, int64_t bytes);
  // Throws a usage Error when -o or -t was given; `why` ends its message.
  void refuse_output_options(const char* why) const;
  // Inputs that are pulled at the same time: then each is parsed by the thread that pulls it.
  void use_no_threads() { scan_.threads = false; }

  // Pulls `result` to its end, writes it where and as the options say, and returns the status 0; or
  // hands it on to the next stage, whose `result` is written then; or answers a plan with its
  // schema. What it throws leaves the operators as they are: their threads may wait in a read.
  int write(OperatorPtr result);

  // How -t, the suffix of `output` and a terminal say that it is written.
  PrintOptions print_options(const std::string& output) const;
  // Ends the file of --rejects and tells what was refused, in a flow its manager, which adds up
  // what all workers tell; what write() does last.
  void end_rejects();

  // To standard error, with the tool's name; verbose ones only with -v, others unless -q.
  void note(const std::string& text) const;
  void verbose_note(const std::string& text) const;

 private:
  void add_input_options();
  void add_output_options();
  // Parts operands into words and inputs, and tells whether an input was left out.
  bool split_operands(std::vector<std::string> operands);
  void take_operands(std::vector<std::string> operands);
  void refuse_terminal_input() const;
  bool is_handed(const std::string& operand) const;
  std::string describe_words(std::vector<std::string> operands,
                             const std::function<Description()>& describe);
  void find_counts();
  void write_out(OperatorPtr result);
  void tell_schema(const std::string& operand, const Schema& schema) const;

  Command command_;
  Operands operands_;
  std::vector<std::string> words_;
  std::vector<std::string> inputs_;
  std::function<void(std::vector<std::string>&)> take_outputs_;
  const bool* without_input_ = nullptr;

  ScanOptions scan_;
  bool no_header_ = false;
  bool no_quotes_ = false;
  std::string rejects_path_;
  Rejects rejects_;

  Format default_format_ = Format::kArrow;
  std::optional<Format> to_;
  std::string output_ = "-";
  bool no_sync_ = false;

  Answers answers_;
  StageChain* chain_ = nullptr;
  SchemaPtr* schema_ = nullptr;  // where it goes, when nothing else is wanted
  std::optional<RunCounts> own_counts_;
  RunCounts* run_counts_ = nullptr;  // of the process; null when nobody watches
  // Where the rows that come in and go out are counted; null for nowhere.
  RunCounts* counts_in_ = nullptr;
  RunCounts* counts_out_ = nullptr;
};

// Values of options, as several tools have them; each throws a usage Error.
int64_t parse_rows(const std::string& text);

}  // namespace penstock
