#include "libcore/flow/flow_text.h"

#include <algorithm>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/flow/file_pattern.h"
#include "libcore/flow/flow_words.h"

namespace penstock {
namespace {

// Statements, pipelines and stages, by recursive descent.
class FlowParser {
 public:
  FlowParser(std::string_view text, const FlowVariables& variables) : words_(text, variables) {}

  std::vector<FlowStatement> parse() {
    std::vector<FlowStatement> statements;
    for (words_.skip_lines(); !words_.at_end(); words_.skip_lines()) {
      if (!take_assignment()) statements.push_back(parse_statement());
      end_statement();
    }
    if (statements.empty()) throw Error::usage("the flow has no command");
    return statements;
  }

 private:
  [[noreturn]] void fail(std::string_view message) const { words_.fail(words_.at(), message); }
  [[noreturn]] void fail(size_t at, std::string_view message) const { words_.fail(at, message); }
  char peek() const { return words_.peek(); }
  bool begins(std::string_view token) const { return words_.begins(token); }

  // `NAME=WORD`, which is a statement by itself.
  bool take_assignment() {
    size_t begin = words_.at();
    if (!words_.read_assignment()) return false;
    words_.skip_blanks();
    if (!words_.at_end() && peek() != '\n' && !begins("&&")) {
      if (ends_word(peek())) refuse_operator();
      fail(begin, "an assignment is a statement by itself in a flow");
    }
    return true;
  }

  FlowStatement parse_statement() {
    FlowStatement statement{parse_pipeline(0), {}};
    if (peek() != '>') return statement;
    size_t at = words_.at();
    refuse_output_form();
    words_.skip(1);
    words_.skip_blanks();
    if (words_.at_end() || ends_word(peek())) fail(at, "'>' without the name of a file");
    statement.output = words_.read();
    words_.refuse_pattern(*statement.output);
    words_.skip_blanks();
    if (peek() == '|') fail(at, "'> FILE' stands at the end of a statement, not before '|'");
    return statement;
  }

  void refuse_output_form() const {
    if (begins(">>")) fail("'>>' is not in a flow; write one file, then join it with pscan");
    if (begins(">&")) fail("'>&' is not in a flow; messages stay on standard error");
    if (begins(">|")) fail("'>|' is not in a flow; '>' replaces a file");
    if (begins(">(")) fail("'>( )' is not in a flow; use '> FILE' and a further statement");
  }

  // After a statement: a separator or the end.
  void end_statement() {
    words_.skip_blanks();
    if (words_.at_end() || peek() == '\n') return;
    if (begins("&&")) {
      size_t at = words_.at();
      words_.skip(2);
      words_.skip_lines();
      if (words_.at_end()) fail(at, "nothing follows '&&'");
      return;
    }
    refuse_operator();
  }

  // At a character that belongs to no statement of a flow.
  [[noreturn]] void refuse_operator() const {
    if (peek() == ';') fail("';' is not in a flow; use '&&' or a new line");
    if (peek() == '&') fail("'&' is not in a flow; the stages of one run side by side anyway");
    if (peek() == '>') fail("a second '>' in a statement");
    if (peek() == '<') {
      fail(begins("<<") ? "'<<' is not in a flow; name a file"
                        : "'< FILE' is not in a flow; name the file as an operand");
    }
    if (peek() == '(') fail("'(' is not in a flow but for '<( … )'; quote it in an expression");
    if (peek() == ')') fail("')' without '<('; quote it in an expression");
    fail("only one file can follow '>'");
  }

  FlowPipeline parse_pipeline(int depth) {
    FlowPipeline pipeline;
    for (;;) {
      pipeline.stages.push_back(parse_stage(depth));
      words_.skip_blanks();
      if (peek() != '|') return pipeline;
      size_t at = words_.at();
      if (begins("||")) fail("'||' is not in a flow; a statement that fails ends it");
      if (begins("|&")) fail("'|&' is not in a flow; messages stay on standard error");
      words_.skip(1);
      words_.skip_lines();
      if (words_.at_end() || peek() == ')') fail(at, "nothing follows '|'");
    }
  }

  void add_word(FlowStage& stage) {
    FlowWord word = words_.read();
    if (stage.words.empty()) {
      words_.refuse_pattern(word);
      check_command(word);
    }
    refuse_descriptor(word);
    const std::vector<std::string> files = files_of_pattern(word.pattern);
    if (files.empty()) stage.words.push_back(word);
    for (const std::string& file : files)
      stage.words.push_back({file, nullptr, word.location});
  }

  FlowStage parse_stage(int depth) {
    if (++stages_ > kMaxFlowStages) {
      fail("a flow of more than " + std::to_string(kMaxFlowStages) + " stages");
    }
    FlowStage stage;
    size_t word_end = std::string_view::npos;
    for (words_.skip_blanks(); !words_.at_end() && peek() != '\n'; words_.skip_blanks()) {
      if (begins("<(")) {
        if (stage.words.empty()) fail("'<( … )' is an operand; a command comes first");
        if (words_.at() == word_end) fail("'<( … )' is an operand by itself");
        stage.words.push_back(parse_input(depth));
      } else if (!ends_word(peek())) {
        add_word(stage);
      } else if (peek() == '<' || peek() == '(') {
        refuse_operator();
      } else {
        break;
      }
      word_end = words_.at();
    }
    if (stage.words.empty()) {
      if (peek() == '|') fail("no command before '|'");
      if (peek() == '>') fail("no command before '>'");
      if (begins("&&")) fail("no command before '&&'");
      if (words_.at_end() || peek() == '\n') fail("a command is missing");
      refuse_operator();
    }
    return stage;
  }

  FlowWord parse_input(int depth) {
    size_t at = words_.at();
    if (depth == kMaxNesting) {
      fail(at, "'<( … )' nested more than " + std::to_string(kMaxNesting) + " deep");
    }
    words_.skip(2);
    words_.skip_lines();
    if (peek() == ')') fail(at, "'<( )' without a command");
    auto input = std::make_shared<FlowPipeline>(parse_pipeline(depth + 1));
    words_.skip_lines();
    if (words_.at_end()) fail(at, "'<(' is not closed");
    if (peek() != ')') {
      if (begins("&&") || peek() == '>') fail("'<( … )' holds one pipeline and no '>'");
      if (!ends_word(peek())) fail("'<( … )' holds one pipeline");
      refuse_operator();
    }
    words_.skip(1);
    if (!words_.at_end() && !ends_word(peek())) fail("'<( … )' is an operand by itself");
    return {"", std::move(input), static_cast<int64_t>(at)};
  }

  void check_command(const FlowWord& word) const {
    auto at = static_cast<size_t>(word.location);
    std::string_view written = words_.written(word);
    if (is_reserved_word(written)) fail(at, "'" + word.text + "' of the shell is not in a flow");
    if (is_assignment(written)) fail(at, "an assignment is a statement by itself in a flow");
    if (word.text.empty()) fail(at, "an empty word is not a command");
  }

  // `2>` and the like.
  void refuse_descriptor(const FlowWord& word) const {
    if (peek() != '>' && peek() != '<') return;
    std::string_view written = words_.written(word);
    if (begins("<(") || !std::all_of(written.begin(), written.end(), is_digit)) return;
    fail(static_cast<size_t>(word.location),
         "redirecting a descriptor is not in a flow; only '> FILE' is, at the end");
  }

  FlowWords words_;
  int64_t stages_ = 0;
};

std::string in_quotes(std::string_view word) {
  std::string quoted = "'";
  for (char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

Error flow_error(const std::string& text, int64_t location, std::string_view message) {
  return Source(text).error(location, message).as_usage();
}

Flow parse_flow(std::string_view text, const FlowVariables& variables) {
  return {std::string(text), FlowParser(text, variables).parse()};
}

std::string shell_quoted(std::string_view word) {
  auto plain = [](char c) {
    return is_name_byte(c) || std::string_view("-+./,:=%@^").find(c) != std::string_view::npos;
  };
  bool all_plain = !word.empty() && std::all_of(word.begin(), word.end(), plain);
  return all_plain ? std::string(word) : in_quotes(word);
}

std::string shell_quoted_command(std::string_view word) {
  return is_reserved_word(word) || is_assignment(word) ? in_quotes(word) : shell_quoted(word);
}

}  // namespace penstock
