// The text of a flow: what a person types for the shell, read without a shell. FLOW.md has the
// grammar. Whatever of the shell is not in it is refused with a word on what to do instead, so that
// a text which is accepted means to us what it means to bash.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {

struct FlowPipeline;

// One word of a command, quotes and variables resolved; or a pipeline whose output is an operand,
// `<( … )`, and then `text` is empty.
struct FlowWord {
  std::string text;
  std::shared_ptr<const FlowPipeline> input = nullptr;
  int64_t location = 0;  // byte of the flow's text
  // Where the shell would look for files that match: the word as glob(3) takes it. Else empty.
  std::string pattern = {};
};

// One command. At least one word, of which the first is not a `<( … )`.
struct FlowStage {
  std::vector<FlowWord> words;
};

// At least one stage.
struct FlowPipeline {
  std::vector<FlowStage> stages;
};

struct FlowStatement {
  FlowPipeline pipeline;
  std::optional<FlowWord> output = {};  // of `> FILE`
};

struct Flow {
  std::string text;  // as given
  std::vector<FlowStatement> statements;
};

// The value of a variable, empty when it is not set.
using FlowVariables = std::function<std::optional<std::string>(const std::string& name)>;

// Reads a flow. Patterns of file names, as operands of a command, become the files that there are,
// as they do in bash: in the order of the locale, and the word itself where no file matches.
//
// Throws a usage Error of three lines (the message, the line, a caret) for what is not in the
// grammar, for a variable that is not set, for one outside of double quotes whose value the shell
// would take apart, and for a text without a command or beyond the limits (limits.h).
Flow parse_flow(std::string_view text, const FlowVariables& variables);

// The usage Error that points at byte `location` of a flow's text.
Error flow_error(const std::string& text, int64_t location, std::string_view message);

// `word` as one word of a flow and of the shell: an operand, or an option.
std::string shell_quoted(std::string_view word);

// `word` as the first word of a command, so that neither an assignment nor one of the shell's own
// words, such as `if`, is read from it.
std::string shell_quoted_command(std::string_view word);

}  // namespace penstock
