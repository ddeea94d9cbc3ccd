#include "libcore/cli/tool.h"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/cli/counting.h"
#include "libcore/cli/program.h"
#include "libcore/ops/scan/operand_file.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

// The suffixes that mean an Arrow stream rather than a file are few.
bool is_ipc_file(std::string_view path) {
  for (std::string_view suffix : {".gz", ".zst"}) {
    if (path.ends_with(suffix)) path.remove_suffix(suffix.size());
  }
  return path.ends_with(".arrow") || path.ends_with(".feather") || path.ends_with(".ipc");
}

std::string count_of(int64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

Tool::Tool(CommandText text, Operands operands) : command_(text), operands_(std::move(operands)) {
  command_.heading("Operation");
}

Tool& Tool::make(CommandText text, Operands operands) {
  static std::deque<Tool> tools;
  return tools.emplace_back(text, std::move(operands));
}

bool Tool::parse(const Invocation& invocation, const std::function<Description()>& describe) {
  chain_ = invocation.chain;
  add_input_options();
  add_output_options();
  answers_.add_options(command_);
  std::vector<std::string> operands = command_.parse(invocation.argc, invocation.argv);
  auto describe_it = [&] { return describe_words(std::move(operands), describe); };
  if (invocation.description != nullptr) {
    *invocation.description = describe_it();
    return false;
  }
  if (answers_.is_asked()) {
    answers_.print(command_, describe_it);
    return false;
  }
  schema_ = invocation.schema;
  if (take_outputs_) take_outputs_(operands);
  take_operands(std::move(operands));
  scan_.is_one_of_several = inputs_.size() > 1;
  // A plan's process starts others, and wants no rows.
  if (schema_ != nullptr) use_no_threads();
  scan_.text.mark_inferred = schema_ != nullptr;
  scan_.text.header = !no_header_;
  scan_.text.quotes = !no_quotes_;
  find_counts();
  if (!rejects_path_.empty()) rejects_ = Rejects(rejects_path_);
  scan_.text.reject_lines = !rejects_path_.empty();
  scan_.note = [this](const std::string& text) { note(text); };
  scan_.text.on_reject = [this](const Reject& reject) { rejects_.add(reject); };
  return true;
}

// Of a command line that is not whole too: scripts ask for the options alone.
std::string Tool::describe_words(std::vector<std::string> operands,
                                 const std::function<Description()>& describe) {
  std::vector<std::string> outputs = operands;
  if (take_outputs_ && !operands.empty()) take_outputs_(operands);
  outputs.erase(outputs.begin(), outputs.begin() + std::ssize(operands));
  operands.resize(std::max(operands.size(), operands_.words.size()));
  split_operands(std::move(operands));
  std::vector<std::string> words = words_;
  words.insert(words.end(), outputs.begin(), outputs.end());
  return description_json(command_, describe(), words, inputs_);
}

void Tool::find_counts() {
  RunCounts*& counts = run_counts_;
  if (chain_ != nullptr) {
    counts = chain_->counts();
  } else if (auto own = RunCounts::from_environment()) {
    counts = &own_counts_.emplace(*std::move(own));
  }
  if (chain_ == nullptr || chain_->is_first()) counts_in_ = counts;
  if (chain_ == nullptr || chain_->is_last()) counts_out_ = counts;
}

bool Tool::split_operands(std::vector<std::string> operands) {
  for (const char* word : operands_.words) {
    if (operands.empty()) throw Error::usage(std::string(word) + " is missing");
    words_.push_back(std::move(operands.front()));
    operands.erase(operands.begin());
  }
  int count = static_cast<int>(operands.size());
  if (without_input_ != nullptr && *without_input_) {
    if (count > 0) throw Error::usage("no input is read here: '" + operands[0] + "'");
    return false;
  }
  if (operands_.max_inputs >= 0 && count > operands_.max_inputs) {
    throw Error::usage("too many operands: '" +
                       operands[static_cast<size_t>(operands_.max_inputs)] + "'");
  }
  for (const std::string& operand : operands)
    inputs_.push_back(file_of_operand(operand));
  // Where one input may be left out it is the first: pjoin's LEFT.
  bool left_out = operands_.min_inputs == 0 ? count == 0 : count < operands_.max_inputs;
  if (left_out) inputs_.insert(inputs_.begin(), "-");
  return left_out;
}

void Tool::take_operands(std::vector<std::string> operands) {
  auto least = operands_.words.size() + static_cast<size_t>(operands_.min_inputs);
  bool enough = operands.size() >= least;
  if (!enough && operands.size() >= operands_.words.size()) {
    throw Error::usage("an input is missing");
  }
  if (split_operands(std::move(operands))) refuse_terminal_input();
  if (std::count(inputs_.begin(), inputs_.end(), "-") > 1) {
    throw Error::usage("standard input ('-') cannot be two inputs at once");
  }
}

void Tool::refuse_terminal_input() const {
  if (is_handed("-") || !is_terminal(STDIN_FILENO)) return;
  throw Error::usage("no input: name a file, or pipe something in; " + usage_line(command_.text()));
}

void Tool::refuse_output_options(const char* why) const {
  if (output_ != "-" || to_) throw Error::usage(std::string("-o and -t have no meaning ") + why);
}

void Tool::note(const std::string& text) const {
  if (!answers_.quiet) print_note(command_.text().name, text);
}

void Tool::verbose_note(const std::string& text) const {
  if (answers_.verbose) print_note(command_.text().name, text);
}

void Tool::tell_schema(const std::string& operand, const Schema& schema) const {
  if (!answers_.verbose) return;
  std::string text = (operand == "-" ? "standard input" : operand) + ":";
  for (const Field& field : schema.fields()) {
    text += (&field == &schema.fields().front() ? " " : ", ") + field.name + " " +
            field.type->to_string();
  }
  print_note(command_.text().name, text);
}

bool Tool::is_handed(const std::string& operand) const {
  return operand == "-" && chain_ != nullptr && !chain_->is_first();
}

void Tool::choose_columns(ColumnChooser choose) {
  scan_.text.choose_columns = std::move(choose);
}

OperatorPtr Tool::open(const std::string& operand) {
  OperatorPtr input = is_handed(operand) ? chain_->take_input() : open_scan(operand, scan_);
  if (is_handed(operand)) check_stream_options("standard input", *input->schema(), scan_);
  tell_schema(operand, *input->schema());
  return count_input(std::move(input));
}

OperatorPtr Tool::open_all() {
  if (is_handed(inputs_[0])) return open(inputs_[0]);
  OperatorPtr input = open_scan(inputs_, scan_);
  tell_schema(inputs_.size() == 1 ? inputs_[0] : count_of(std::ssize(inputs_), "input"),
              *input->schema());
  return count_input(std::move(input));
}

OperatorPtr Tool::count_input(OperatorPtr rows) {
  if (counts_in_ == nullptr) return rows;
  return count_rows(std::move(rows),
                    [this](int64_t count) { counts_in_->add({.rows_in = count}); });
}

void Tool::count_output(int64_t rows, int64_t bytes) {
  if (counts_out_ != nullptr) counts_out_->add({.rows_out = rows, .bytes_out = bytes});
}

PrintOptions Tool::print_options(const std::string& output) const {
  PrintOptions options;
  bool to_terminal = output == "-" && is_terminal(STDOUT_FILENO);
  std::optional<Format> format = to_;
  if (!format && output != "-") format = format_of_suffix(output);
  if (!format && to_terminal) format = Format::kTable;
  options.format = format.value_or(default_format_);
  options.sync = no_sync_ ? Sync::kNo : Sync::kYes;
  options.ipc.file = is_ipc_file(output);
  if (to_terminal) {
    if (options.format == Format::kArrow) {
      throw Error::usage("an Arrow stream is not for a terminal; use -o FILE or another format");
    }
    options.text.width = terminal_width(STDOUT_FILENO);
    options.text.color = wants_color(STDOUT_FILENO);
  }
  return options;
}

void Tool::end_rejects() {
  rejects_.finish();
  const RefusedCounts& refused = rejects_.counts();
  std::string text = refused_note(refused);
  if (text.empty() || answers_.quiet) return;
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

void Tool::write_out(OperatorPtr result) {
  try {
    PrintOptions options = print_options(output_);
    ByteSinkPtr sink = compress_by_suffix(open_sink(output_, options.sync), output_);
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

int Tool::write(OperatorPtr result) {
  if (schema_ != nullptr) {
    *schema_ = result->schema();
    return 0;
  }
  if (chain_ != nullptr && !chain_->is_last()) {
    chain_->hand_on(std::move(result));
  } else {
    write_out(std::move(result));
  }
  end_rejects();
  return 0;
}

}  // namespace penstock
