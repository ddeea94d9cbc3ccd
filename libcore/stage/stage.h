// A tool with its options, as a value: what a person typed, read once. A process makes its operator
// and runs it; a planner asks its traits, changes it, makes its operator over no rows to learn a
// schema, and prints it for a person or for a process that is to run it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/command/answers.h"
#include "libcore/command/command.h"
#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/stage/reading.h"
#include "libcore/stage/traits.h"
#include "libcore/stage/writing.h"

namespace penstock {

// A word of a stage's command line. Where it stands for the output of a pipeline, `<( … )`,
// `pipeline` is that one's number, which the one who reads or prints the line has given it, and
// `text` is empty.
struct StageWord {
  std::string text;
  int pipeline = -1;
};

// An operand that is read: a file, "-", or the output of a pipeline.
struct StageInput {
  std::string file;  // as it is written; "-" where one is left out
  int pipeline = -1;
  // Of a file that one host of a flow alone has, HOST:PATH: the host's number and the absolute path
  // there.
  std::optional<size_t> host = {};
  std::string path_there = {};

  bool is_standard_input() const { return pipeline < 0 && file == "-"; }
};

// What a tool is, before any option is given.
struct StageKind {
  CommandText text;
  std::vector<const char*> words = {};  // names of the operands before the inputs ("EXPR")
  int min_inputs = 0;                   // none at all is standard input
  int max_inputs = -1;                  // negative: any number
  bool reads_as_one = true;             // several inputs are read one after the other, as one
  bool writes_operands = false;         // its outputs are operands: there is no -o
  bool takes_expressions = false;       // and so --set
  // Its operands are the words of a command. It reads standard input alone, and has no options for
  // how it reads and writes itself: those of these names that it declares are about the command.
  bool runs_command = false;
  // What is written when neither an option, a suffix nor a terminal says otherwise.
  Format default_format = Format::kArrow;
  std::unique_ptr<Stage> (*make)();  // with no option given
};

// Copied by clone(). Immutable but for what its owner changes; not thread-safe.
class Stage {
 public:
  explicit Stage(const StageKind& kind) : kind_(kind) {}
  virtual ~Stage() = default;
  virtual std::unique_ptr<Stage> clone() const = 0;

  const StageKind& kind() const { return kind_; }

  // Adds the tool's own options, which set this stage; it outlives the command.
  virtual void declare(Command& command) = 0;
  // Takes operands that are outputs out of `operands`, for kinds that write operands. Throws a
  // usage Error when they are not there.
  virtual void take_outputs(std::vector<std::string>& operands) { (void)operands; }
  // Returns the text that an option asks for instead of rows; empty when none does. `operands` are
  // all words that are not options. Throws Error when there is no such text.
  virtual std::optional<std::string> answer(const std::vector<std::string>& operands) const {
    (void)operands;
    return std::nullopt;
  }
  // Whether an option says that nothing is read: then there are no inputs, nor operands for them.
  virtual bool reads_nothing() const { return false; }
  // Throws a usage Error for options that do not go together, or are missing.
  virtual void require_valid() const {}

  virtual StageTraits traits() const = 0;
  // Returns the columns that it looks at of inputs of these schemas, without those that it only
  // hands on; empty when they cannot be known, also because the stage will fail.
  virtual std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const;
  // Whether a reader of text need make only these columns, and may check the others.
  virtual bool makes_used_columns_only() const { return false; }
  // Whether the operator of make() takes batches without rows and batches with metadata, and hands
  // both on (arrow/FORMAT.md says what each tool does, which is to be kept true). Where not, the
  // batches of the inputs that it is given have rows and no metadata (ops/only_rows.h).
  virtual bool passes_batches() const = 0;
  // The operator over its inputs, one for each of inputs() (or one for all, where the kind reads
  // them as one). Throws Error as the operator does. REQUIRES require_valid().
  virtual OperatorPtr make(std::vector<OperatorPtr> inputs) const = 0;

  // What all tools' command lines say.
  Reading& reading() { return reading_; }
  const Reading& reading() const { return reading_; }
  const Writing& writing() const { return writing_; }
  SpillOptions& spill() { return spill_; }
  const SpillOptions& spill() const { return spill_; }
  // The values of :NAME in its expressions.
  const Parameters& parameters() const { return parameters_; }
  // The operands that are not inputs: words of the kind, then outputs.
  const std::vector<std::string>& words() const { return words_; }
  const std::string& word(size_t i) const { return words_[i]; }
  // A word that is an expression, with the parameters.
  ExpressionText expression(size_t i) const { return {words_[i], parameters_}; }
  // At least one, unless nothing is read.
  const std::vector<StageInput>& inputs() const { return inputs_; }

  // The options of a group that were given. kOperation has those of kSpill, kParameters and
  // kCommand too.
  std::vector<GivenOption> given(OptionGroup group) const;
  bool has_given(OptionGroup group) const { return !given(group).empty(); }
  // Whether its rows go to files, and not to its standard output.
  bool writes_files() const { return kind_.writes_operands || writing_.output != "-"; }
  // Those of -S, -T, -q and -v that were given: what both halves of a split stage get.
  std::vector<GivenOption> shared_options() const;
  void set_given(std::vector<GivenOption> given);

  // The stage as a line: as it was written, where nothing was changed since; the program first.
  std::vector<StageWord> line() const;
  // Options that stand first in its line, put there by a planner; the last one added stands first.
  void put_first(GivenOption option) { first_.insert(first_.begin(), std::move(option)); }

  // Changes that a planner makes.
  // Prints its options by their names from now on, one group after the other, instead of the line
  // as it was written. Other changes of what the line says do the same.
  void print_by_name();
  // Reads this instead of its i-th input.
  void set_input(size_t i, StageInput input);
  // Reads these instead of all its inputs.
  void set_all_inputs(std::vector<StageInput> inputs);
  // Its i-th input, as it is written, is this file of a host (StageInput::host).
  void place_input(size_t i, size_t host, std::string path_there);
  // Gives it those of these parameters whose names it does not have. REQUIRES a kind that takes
  // expressions.
  void set_parameters(const Parameters& parameters);
  // Reads its table at this version, whatever --as-of said.
  void set_version(int64_t version);
  // Calls the files that it reads, inputs and values of options, by other names: `name` returns
  // that of each.
  void name_files(const std::function<std::string(const std::string&)>& name);
  // Calls the words of its command by other names. REQUIRES a kind that runs one.
  void name_words(const std::function<std::string(const std::string&)>& name);
  // Its options for reading have gone to another stage.
  void forget_reading();
  // Its options for writing have.
  void forget_writing();
  // Reads its rows from the stage before it: the input is not named. REQUIRES one input.
  void read_from_pipe();

 protected:
  // For a half that a split makes of a stage.
  void set_words(std::vector<std::string> words) { words_ = std::move(words); }
  void set_inputs(std::vector<StageInput> inputs) { inputs_ = std::move(inputs); }

 private:
  friend class StageParser;
  friend std::unique_ptr<Stage> parse_stage(const StageKind&, const std::vector<StageWord>&);
  void add_parameter(const Parameter& parameter);

  const StageKind& kind_;
  Reading reading_;
  Writing writing_;
  SpillOptions spill_;
  Parameters parameters_;
  std::vector<std::string> words_;
  std::vector<StageInput> inputs_;
  std::vector<GivenOption> given_;
  std::vector<GivenOption> first_;
  std::optional<std::vector<StageWord>> written_;
  bool names_inputs_ = true;  // in its line
};

// The copy of a stage of this class.
template <typename Self>
class StageOf : public Stage {
 public:
  using Stage::Stage;
  std::unique_ptr<Stage> clone() const override {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }
};

using StagePtr = std::shared_ptr<const Stage>;

// StageKind::make of a class.
template <typename Self>
std::unique_ptr<Stage> make_stage() {
  return std::make_unique<Self>();
}

// Reads a line of words into a stage. Lives as short as that takes.
class StageParser {
 public:
  // Declares all options; the stage outlives the parser.
  explicit StageParser(Stage& stage);

  const Command& command() const { return command_; }
  const Answers& answers() const { return answers_; }
  // What parse_options() found beside options, until the operands are taken.
  const std::vector<std::string>& operands() const { return operands_; }

  // Reads the options into the stage; true when --help or another answer is asked for. Throws a
  // usage Error.
  bool parse_options(int argc, const char* const* argv);
  // Reads the operands. Throws a usage Error for those that are missing or too many, and for
  // standard input named twice. Returns whether an input was left out.
  bool take_operands();
  // The same of a line that need not be whole: words that are missing are empty, and inputs may be.
  void take_some_operands();

 private:
  friend std::unique_ptr<Stage> parse_stage(const StageKind&, const std::vector<StageWord>&);
  bool split_operands(std::vector<std::string> operands);

  Stage& stage_;
  Command command_;
  Answers answers_;
  std::vector<std::string> operands_;
};

// The stage that a line of a flow says; the program is the line's first word. What is missing of
// operands its process will say. Throws a usage Error for options that are wrong.
std::unique_ptr<Stage> parse_stage(const StageKind& kind, const std::vector<StageWord>& line);

// Throws a usage Error for an input that is missing, and for standard input named twice.
void require_inputs(const Stage& stage);

// Returns the schema of what the stage gives of inputs with these schemas, learned by making its
// operator over no rows; null when it cannot be known, also because the stage will fail.
SchemaPtr schema_after(const Stage& stage, const std::vector<SchemaPtr>& inputs);

}  // namespace penstock
