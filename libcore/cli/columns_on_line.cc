#include "libcore/cli/columns_on_line.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/command/column_offers.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/table/operands.h"

namespace penstock {
namespace {

// Of a line with more files the first ones are looked at: nearly always all have the same columns.
constexpr size_t kMostFiles = 8;
constexpr unsigned kMostSeconds = 1;
// Of the operands those before the words of the line.
constexpr size_t kOwnOperands = 2;

// Also where the one who started us ignores or blocks the signal, as GNU parallel does.
void end_after(unsigned seconds) {
  std::signal(SIGALRM, SIG_DFL);
  sigset_t alarms;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &alarms, nullptr);
  alarm(seconds);
}

bool is_regular_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

struct TypedLine {
  ScanOptions options;
  std::vector<std::string> operands;
};

// Throws Error for a line that cannot be parsed, as one that is not whole.
TypedLine parse_line(const StageKind& kind, const std::vector<std::string>& words) {
  std::vector<const char*> argv{kind.text.name};
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  const std::unique_ptr<Stage> stage = kind.make();
  StageParser parser(*stage);
  parser.parse_options(static_cast<int>(argv.size()), argv.data());
  TypedLine line{stage->reading().options(1), parser.operands()};
  // Which rows and columns are read does not matter.
  line.options.where = {};
  line.options.text.columns.reset();
  line.options.text.partitions = 1;
  line.options.text.partition = 1;
  line.options.chunks.clear();
  line.options.follow = false;
  line.options.union_by_name = false;
  line.options.threads = false;
  return line;
}

TypedLine parse_words(const StageKind& kind, const std::vector<std::string>& words) {
  try {
    return parse_line(kind, words);
  } catch (const Error&) {
    TypedLine line;
    std::copy_if(words.begin(), words.end(), std::back_inserter(line.operands),
                 [](const std::string& word) { return !word.starts_with('-'); });
    return line;
  }
}

std::vector<std::string> columns_of(const std::string& file, const ScanOptions& options) {
  try {
    return open_operand(file, options)->schema()->names();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

std::string unquoted_word(const std::string& word) {
  std::string text;
  size_t at = 0;
  if (word.starts_with("~/")) {
    const char* home = std::getenv("HOME");
    text = home == nullptr ? "~" : home;
    at = 1;
  }
  char quote = '\0';
  for (; at < word.size(); ++at) {
    const char c = word[at];
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'' && at + 1 < word.size()) {
      text += word[++at];
    } else {
      text += c;
    }
  }
  return text;
}

std::vector<std::string> columns_on_line(const StageKind& kind,
                                         std::span<const std::string> words) {
  std::vector<std::string> plain;
  for (const std::string& word : words)
    plain.push_back(unquoted_word(word));
  const TypedLine line = parse_words(kind, plain);
  std::vector<std::string> columns;
  size_t files = 0;
  for (const std::string& operand : line.operands) {
    if (files == kMostFiles) break;
    if (!is_regular_file(operand)) continue;
    ++files;
    for (std::string& name : columns_of(operand, line.options)) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
        columns.push_back(std::move(name));
      }
    }
  }
  return columns;
}

std::string column_offers(const StageKind& kind, const Command& command,
                          std::span<const std::string> operands) {
  if (operands.size() < kOwnOperands) return "";
  // A file, or the network behind it, may be slow.
  end_after(kMostSeconds);
  std::string_view name = operands[1];
  if (name.ends_with('=')) name.remove_suffix(1);
  std::string text;
  for (const Command::Entry& entry : command.entries()) {
    const Option& option = entry.option;
    const bool is_meant =
        name == std::string("--") + option.name || name == std::string{'-', option.letter};
    if (!is_meant) continue;
    const auto columns = columns_on_line(kind, operands.subspan(kOwnOperands));
    for (const std::string& value : offered_values(option, operands[0], columns))
      text += value + "\n";
  }
  return text;
}

}  // namespace penstock
