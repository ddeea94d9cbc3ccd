#include "libcore/flow/flow_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/expr/syntax/source.h"

namespace penstock {
namespace {

constexpr std::string_view kReserved[] = {"!",     "if",   "then",     "else",   "elif",  "fi",
                                          "for",   "do",   "done",     "case",   "esac",  "while",
                                          "until", "time", "function", "select", "coproc"};

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_reserved(std::string_view word) {
  return std::find(std::begin(kReserved), std::end(kReserved), word) != std::end(kReserved);
}

// Whether `word`, as it is written, begins with `NAME=`.
bool is_assignment(std::string_view word) {
  size_t name = 0;
  while (name < word.size() && is_name_byte(word[name]))
    ++name;
  return name > 0 && is_name_start(word[0]) && name < word.size() && word[name] == '=';
}

// Ends a word when it is not quoted.
bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '|' || c == '&' || c == ';' || c == '<' ||
         c == '>' || c == '(' || c == ')';
}

class FlowParser {
 public:
  FlowParser(std::string_view text, const FlowVariables& variables)
      : text_(text), variables_(variables) {}

  std::vector<FlowStatement> parse() {
    if (std::ssize(text_) > kMaxFlowBytes) {
      throw Error::usage("a flow of more than " + std::to_string(kMaxFlowBytes) + " bytes");
    }
    size_t nul = text_.find('\0');
    if (nul != text_.npos) fail(nul, "a NUL byte");
    std::vector<FlowStatement> statements;
    for (skip_lines(); at_ < text_.size(); skip_lines()) {
      if (!take_assignment()) statements.push_back(parse_statement());
      end_statement();
    }
    if (statements.empty()) throw Error::usage("the flow has no command");
    return statements;
  }

 private:
  [[noreturn]] void fail(size_t at, std::string_view message) const {
    throw flow_error(std::string(text_), static_cast<int64_t>(at), message);
  }

  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool begins(std::string_view token) const { return text_.substr(at_).starts_with(token); }

  // Blanks, and a newline that the shell takes for a blank.
  void skip_blanks() {
    for (;;) {
      if (peek() == ' ' || peek() == '\t') {
        ++at_;
      } else if (begins("\\\n")) {
        at_ += 2;
      } else if (peek() == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  void skip_lines() {
    for (skip_blanks(); peek() == '\n'; skip_blanks())
      ++at_;
  }

  // `NAME=WORD`, which is a statement by itself.
  bool take_assignment() {
    if (!is_assignment(text_.substr(at_))) return false;
    size_t begin = at_;
    size_t end = text_.find('=', at_);
    std::string name(text_.substr(at_, end - at_));
    at_ = end + 1;
    assigned_[name] = parse_word().text;
    skip_blanks();
    if (at_ < text_.size() && peek() != '\n' && !begins("&&")) {
      if (ends_word(peek())) refuse_operator();
      fail(begin, "an assignment is a statement by itself in a flow");
    }
    return true;
  }

  FlowStatement parse_statement() {
    FlowStatement statement{parse_pipeline(0), {}};
    if (peek() != '>') return statement;
    size_t at = at_;
    refuse_output_form();
    ++at_;
    skip_blanks();
    if (at_ == text_.size() || ends_word(peek())) fail(at, "'>' without the name of a file");
    statement.output = parse_word();
    skip_blanks();
    if (peek() == '|') fail(at, "'> FILE' stands at the end of a statement, not before '|'");
    return statement;
  }

  void refuse_output_form() const {
    if (begins(">>")) fail(at_, "'>>' is not in a flow; write one file, then join it with pscan");
    if (begins(">&")) fail(at_, "'>&' is not in a flow; messages stay on standard error");
    if (begins(">|")) fail(at_, "'>|' is not in a flow; '>' replaces a file");
    if (begins(">(")) fail(at_, "'>( )' is not in a flow; use '> FILE' and a further statement");
  }

  // After a statement: a separator or the end.
  void end_statement() {
    skip_blanks();
    if (at_ == text_.size() || peek() == '\n') return;
    if (begins("&&")) {
      size_t at = at_;
      at_ += 2;
      skip_lines();
      if (at_ == text_.size()) fail(at, "nothing follows '&&'");
      return;
    }
    refuse_operator();
  }

  // At a character that belongs to no statement of a flow.
  [[noreturn]] void refuse_operator() const {
    if (peek() == ';') fail(at_, "';' is not in a flow; use '&&' or a new line");
    if (peek() == '&') fail(at_, "'&' is not in a flow; the stages of one run side by side anyway");
    if (peek() == '>') fail(at_, "a second '>' in a statement");
    if (peek() == '<') {
      fail(at_, begins("<<") ? "'<<' is not in a flow; name a file"
                             : "'< FILE' is not in a flow; name the file as an operand");
    }
    if (peek() == '(')
      fail(at_, "'(' is not in a flow but for '<( … )'; quote it in an expression");
    if (peek() == ')') fail(at_, "')' without '<('; quote it in an expression");
    fail(at_, "only one file can follow '>'");
  }

  FlowPipeline parse_pipeline(int depth) {
    FlowPipeline pipeline;
    for (;;) {
      pipeline.stages.push_back(parse_stage(depth));
      skip_blanks();
      if (peek() != '|') return pipeline;
      size_t at = at_;
      if (begins("||")) fail(at_, "'||' is not in a flow; a statement that fails ends it");
      if (begins("|&")) fail(at_, "'|&' is not in a flow; messages stay on standard error");
      ++at_;
      skip_lines();
      if (at_ == text_.size() || peek() == ')') fail(at, "nothing follows '|'");
    }
  }

  FlowStage parse_stage(int depth) {
    if (++stages_ > kMaxFlowStages) {
      fail(at_, "a flow of more than " + std::to_string(kMaxFlowStages) + " stages");
    }
    FlowStage stage;
    size_t word_end = text_.size();
    for (skip_blanks(); at_ < text_.size() && peek() != '\n'; skip_blanks()) {
      if (begins("<(")) {
        if (stage.words.empty()) fail(at_, "'<( … )' is an operand; a command comes first");
        if (at_ == word_end) fail(at_, "'<( … )' is an operand by itself");
        stage.words.push_back(parse_input(depth));
      } else if (!ends_word(peek())) {
        stage.words.push_back(parse_word());
        if (stage.words.size() == 1) check_command(stage.words[0]);
        refuse_descriptor(stage.words.back());
      } else if (peek() == '<' || peek() == '(') {
        refuse_operator();
      } else {
        break;
      }
      word_end = at_;
    }
    if (stage.words.empty()) {
      if (peek() == '|') fail(at_, "no command before '|'");
      if (peek() == '>') fail(at_, "no command before '>'");
      if (begins("&&")) fail(at_, "no command before '&&'");
      if (at_ == text_.size() || peek() == '\n') fail(at_, "a command is missing");
      refuse_operator();
    }
    return stage;
  }

  FlowWord parse_input(int depth) {
    size_t at = at_;
    if (depth == kMaxNesting) {
      fail(at, "'<( … )' nested more than " + std::to_string(kMaxNesting) + " deep");
    }
    at_ += 2;
    skip_lines();
    if (peek() == ')') fail(at, "'<( )' without a command");
    auto input = std::make_shared<FlowPipeline>(parse_pipeline(depth + 1));
    skip_lines();
    if (at_ == text_.size()) fail(at, "'<(' is not closed");
    if (peek() != ')') {
      if (begins("&&") || peek() == '>') fail(at_, "'<( … )' holds one pipeline and no '>'");
      if (!ends_word(peek())) fail(at_, "'<( … )' holds one pipeline");
      refuse_operator();
    }
    ++at_;
    if (at_ < text_.size() && !ends_word(peek())) fail(at_, "'<( … )' is an operand by itself");
    return {"", std::move(input), static_cast<int64_t>(at)};
  }

  void check_command(const FlowWord& word) const {
    auto at = static_cast<size_t>(word.location);
    std::string_view written = text_.substr(at, at_ - at);
    if (is_reserved(written)) fail(at, "'" + word.text + "' of the shell is not in a flow");
    if (is_assignment(written)) fail(at, "an assignment is a statement by itself in a flow");
    if (word.text.empty()) fail(at, "an empty word is not a command");
  }

  // `2>` and the like.
  void refuse_descriptor(const FlowWord& word) const {
    if (peek() != '>' && peek() != '<') return;
    auto at = static_cast<size_t>(word.location);
    std::string_view written = text_.substr(at, at_ - at);
    if (begins("<(") || !std::all_of(written.begin(), written.end(), is_digit)) return;
    fail(at, "redirecting a descriptor is not in a flow; only '> FILE' is, at the end");
  }

  FlowWord parse_word() {
    FlowWord word;
    word.location = static_cast<int64_t>(at_);
    size_t begin = at_;
    while (at_ < text_.size() && !ends_word(peek())) {
      char c = peek();
      if (begins("\\\n")) {
        at_ += 2;
      } else if (c == '\\') {
        if (at_ + 1 == text_.size()) fail(at_, "nothing follows '\\'");
        word.text += peek(1);
        at_ += 2;
      } else if (c == '\'') {
        parse_single(word.text);
      } else if (c == '"') {
        parse_double(word.text);
      } else if (c == '$') {
        parse_variable(word.text, false);
      } else {
        refuse_special(c, at_ == begin);
        word.text += c;
        ++at_;
      }
    }
    return word;
  }

  void refuse_special(char c, bool first) const {
    if (c == '`') fail(at_, "'`' is not in a flow; use <( … ) as an operand, or quote it");
    if (c == '*' || c == '?' || c == '[') {
      fail(at_, std::string("a pattern of file names ('") + c +
                    "') is not in a flow; name the files, or quote it");
    }
    if (c == '{' || c == '}') fail(at_, "braces are not in a flow; quote them");
    if (c == '~' && first) fail(at_, "'~' is not in a flow; use $HOME, or quote it");
  }

  void parse_single(std::string& out) {
    size_t end = text_.find('\'', at_ + 1);
    if (end == text_.npos) fail(at_, "a quote that is not closed");
    out += text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
  }

  void parse_double(std::string& out) {
    size_t begin = at_++;
    while (peek() != '"') {
      if (at_ == text_.size()) fail(begin, "a quote that is not closed");
      if (peek() == '`') fail(at_, "'`' is not in a flow; write \\`");
      if (begins("\\\n")) {
        at_ += 2;
      } else if (peek() == '\\' && std::string_view("$`\"\\").find(peek(1)) != std::string::npos &&
                 at_ + 1 < text_.size()) {
        out += peek(1);
        at_ += 2;
      } else if (peek() == '$') {
        parse_variable(out, true);
      } else {
        out += text_[at_++];
      }
    }
    ++at_;
  }

  // $NAME or ${NAME}. Outside of quotes the shell would split the value at blanks and take patterns
  // of file names from it; such a value is refused.
  void parse_variable(std::string& out, bool quoted) {
    size_t begin = at_++;
    bool braces = peek() == '{';
    if (braces) ++at_;
    size_t end = at_;
    while (end < text_.size() && is_name_byte(text_[end]))
      ++end;
    std::string name(text_.substr(at_, end - at_));
    bool is_variable = !name.empty() && is_name_start(name[0]);
    if (!braces && !is_variable) {
      if (peek() == '(') fail(begin, "'$( )' is not in a flow; use <( … ) as an operand");
      bool literal =
          name.empty() && (at_ == text_.size() ||
                           std::string_view(" \t\n\"|)/.,:%=").find(peek()) != std::string::npos);
      if (!literal || (!quoted && peek() == '"')) fail(begin, "'$' must be followed by a name");
      out += '$';
      return;
    }
    bool closed = !braces || (end < text_.size() && text_[end] == '}');
    if (!is_variable || !closed) fail(begin, "only $NAME and ${NAME} are in a flow");
    at_ = end + (braces ? 1 : 0);
    auto assigned = assigned_.find(name);
    std::optional<std::string> value =
        assigned != assigned_.end() ? assigned->second : variables_(name);
    if (!value) fail(begin, "the variable " + name + " is not set");
    bool split = value->empty() || value->find_first_of(" \t\n*?[") != std::string::npos;
    if (!quoted && split) fail(begin, "put $" + name + " into double quotes");
    out += *value;
  }

  std::string_view text_;
  const FlowVariables& variables_;
  std::map<std::string, std::string> assigned_;
  size_t at_ = 0;
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
  return is_reserved(word) || is_assignment(word) ? in_quotes(word) : shell_quoted(word);
}

}  // namespace penstock
