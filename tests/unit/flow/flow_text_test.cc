#include "libcore/flow/flow_text.h"

#include <gtest/gtest.h>

#include <map>

#include "libcore/base/limits.h"

namespace penstock {
namespace {

std::optional<std::string> variable(const std::string& name) {
  static const std::map<std::string, std::string> known{
      {"city", "Bern"}, {"spaced", "a b"}, {"star", "*"}, {"empty", ""}, {"_x1", "y"}};
  auto found = known.find(name);
  if (found == known.end()) return std::nullopt;
  return found->second;
}

std::string shown(const FlowPipeline& pipeline) {
  std::string out;
  for (const FlowStage& stage : pipeline.stages) {
    if (!out.empty()) out += "|";
    for (const FlowWord& word : stage.words) {
      out += word.input ? "<(" + shown(*word.input) + ")" : "[" + word.text + "]";
    }
  }
  return out;
}

// Each statement's stages, a word in brackets.
std::string read(std::string_view text) {
  std::string out;
  for (const FlowStatement& statement : parse_flow(text, variable).statements) {
    if (!out.empty()) out += ";";
    out += shown(statement.pipeline);
    if (statement.output) out += ">" + statement.output->text;
  }
  return out;
}

// The message's first line, and the column of the caret.
std::string refused(std::string_view text) {
  try {
    return "accepted: " + read(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    std::string message = error.message();
    size_t line = message.find('\n');
    if (line == message.npos) return message;
    size_t caret = message.rfind('\n') + 3;
    return message.substr(0, line) + " @" + std::to_string(message.size() - 1 - caret);
  }
}

TEST(FlowText, StagesAndWords) {
  EXPECT_EQ(read("pscan f.csv | phead -n 1"), "[pscan][f.csv]|[phead][-n][1]");
  EXPECT_EQ(read("a|b|c"), "[a]|[b]|[c]");
  EXPECT_EQ(read("  a\tb  "), "[a][b]");
  EXPECT_EQ(read("a \\\n b"), "[a][b]");
  EXPECT_EQ(read("a b\\\nc"), "[a][bc]");
}

TEST(FlowText, Quotes) {
  EXPECT_EQ(read("a 'x | y' \"p > 1\" ''"), "[a][x | y][p > 1][]");
  EXPECT_EQ(read("a x'y'\"z\"w"), "[a][xyzw]");
  EXPECT_EQ(read(R"(a "\"\\\$\`\n" \|\ b)"), R"([a]["\$`\n][| b])");
  EXPECT_EQ(read("a 'it'\\''s'"), "[a][it's]");
  EXPECT_EQ(read("a '$city `x` \\'"), "[a][$city `x` \\]");
  EXPECT_EQ(read("a 'two\nlines'"), "[a][two\nlines]");
}

TEST(FlowText, Variables) {
  EXPECT_EQ(read("a $city ${city}x \"$spaced\" \"${empty}\""), "[a][Bern][Bernx][a b][]");
  EXPECT_EQ(read("a $_x1 x$city.csv"), "[a][y][xBern.csv]");
  EXPECT_EQ(read("a '^x$' \"x$\" x$ | b"), "[a][^x$][x$][x$]|[b]");
  EXPECT_EQ(refused("a $none"), "the variable none is not set @2");
  EXPECT_EQ(refused("a $spaced"), "put $spaced into double quotes @2");
  EXPECT_EQ(refused("a $star"), "put $star into double quotes @2");
  EXPECT_EQ(refused("a $empty"), "put $empty into double quotes @2");
  EXPECT_EQ(refused("a ${city:-x}"), "only $NAME and ${NAME} are in a flow @2");
  EXPECT_EQ(refused("a $1"), "'$' must be followed by a name @2");
  EXPECT_EQ(refused("a $'x'"), "'$' must be followed by a name @2");
}

TEST(FlowText, Assignments) {
  EXPECT_EQ(read("x=1\na $x"), "[a][1]");
  EXPECT_EQ(read("x='a b' && a \"$x\""), "[a][a b]");
  EXPECT_EQ(read("city=Genf\na $city\ncity=\"$city 2\"\na \"$city\""), "[a][Genf];[a][Genf 2]");
  EXPECT_EQ(read("x=a,b=c  # names\na $x"), "[a][a,b=c]");
  EXPECT_EQ(read("x=\na \"$x\""), "[a][]");
}

TEST(FlowText, Statements) {
  EXPECT_EQ(read("a > x && b x"), "[a]>x;[b][x]");
  EXPECT_EQ(read("a >x\n\n# a note\nb x # another\n"), "[a]>x;[b][x]");
  EXPECT_EQ(read("a |\n  # between\n  b &&\nc"), "[a]|[b];[c]");
  EXPECT_EQ(read("#!/usr/bin/env -S pflow -f\na b#c"), "[a][b#c]");
}

TEST(FlowText, Inputs) {
  EXPECT_EQ(read("pjoin -k a <(pscan l | pfilter 'x > 1') <(pscan r)"),
            "[pjoin][-k][a]<([pscan][l]|[pfilter][x > 1])<([pscan][r])");
  EXPECT_EQ(read("a <(\n  # why\n  b |\n  c\n) | d"), "[a]<([b]|[c])|[d]");
  EXPECT_EQ(read("a <(b <(c))"), "[a]<([b]<([c]))");
  EXPECT_EQ(refused("a <(b"), "'<(' is not closed @2");
  EXPECT_EQ(refused("a <( )"), "'<( )' without a command @2");
  EXPECT_EQ(refused("a <(b && c)"), "'<( … )' holds one pipeline and no '>' @6");
  EXPECT_EQ(refused("a <(b > c)"), "'<( … )' holds one pipeline and no '>' @6");
  EXPECT_EQ(refused("a <(b\nc)"), "'<( … )' holds one pipeline @0");
  EXPECT_EQ(refused("a x<(b)y"), "'<( … )' is an operand by itself @3");
  EXPECT_EQ(refused("<(a)"), "'<( … )' is an operand; a command comes first @0");
}

TEST(FlowText, RefusesTheRestOfTheShell) {
  EXPECT_EQ(refused("a; b"), "';' is not in a flow; use '&&' or a new line @1");
  EXPECT_EQ(refused("a & b"), "'&' is not in a flow; the stages of one run side by side anyway @2");
  EXPECT_EQ(refused("a || b"), "'||' is not in a flow; a statement that fails ends it @2");
  EXPECT_EQ(refused("a |& b"), "'|&' is not in a flow; messages stay on standard error @2");
  EXPECT_EQ(refused("a < b"), "'< FILE' is not in a flow; name the file as an operand @2");
  EXPECT_EQ(refused("a << b"), "'<<' is not in a flow; name a file @2");
  EXPECT_EQ(refused("a >> b"), "'>>' is not in a flow; write one file, then join it with pscan @2");
  EXPECT_EQ(refused("a 2> b"),
            "redirecting a descriptor is not in a flow; only '> FILE' is, at the end @2");
  EXPECT_EQ(refused("a > b | c"), "'> FILE' stands at the end of a statement, not before '|' @2");
  EXPECT_EQ(refused("a > b c"), "only one file can follow '>' @6");
  EXPECT_EQ(refused("a > b > c"), "a second '>' in a statement @6");
  EXPECT_EQ(refused("a >"), "'>' without the name of a file @2");
  EXPECT_EQ(refused("a $(b)"), "'$( )' is not in a flow; use <( … ) as an operand @2");
  EXPECT_EQ(refused("a `b`"), "'`' is not in a flow; use <( … ) as an operand, or quote it @2");
  EXPECT_EQ(refused("(a)"), "'(' is not in a flow but for '<( … )'; quote it in an expression @0");
  EXPECT_EQ(refused("a b)"), "')' without '<('; quote it in an expression @3");
  EXPECT_EQ(refused("*.csv"),
            "a pattern of file names can only be an operand of a command; quote it @0");
  EXPECT_EQ(refused("a > *.csv"),
            "a pattern of file names can only be an operand of a command; quote it @4");
  EXPECT_EQ(refused("a {b,c}"), "braces are not in a flow; quote them @2");
  EXPECT_EQ(refused("a ~/b"), "'~' is not in a flow; use $HOME, or quote it @2");
  EXPECT_EQ(refused("x=1 a"), "an assignment is a statement by itself in a flow @0");
  EXPECT_EQ(refused("a | x=1"), "an assignment is a statement by itself in a flow @4");
  EXPECT_EQ(refused("x=1; a"), "';' is not in a flow; use '&&' or a new line @3");
  EXPECT_EQ(refused("x=1"), "the flow has no command");
  EXPECT_EQ(refused("x='a b'\na $x"), "put $x into double quotes @2");
  EXPECT_EQ(refused("if a"), "'if' of the shell is not in a flow @0");
  EXPECT_EQ(refused("! a"), "'!' of the shell is not in a flow @0");
}

TEST(FlowText, WhatIsMissing) {
  EXPECT_EQ(refused(""), "the flow has no command");
  EXPECT_EQ(refused(" # nothing\n"), "the flow has no command");
  EXPECT_EQ(refused("| a"), "no command before '|' @0");
  EXPECT_EQ(refused("a | | b"), "no command before '|' @4");
  EXPECT_EQ(refused("a |"), "nothing follows '|' @2");
  EXPECT_EQ(refused("a &&"), "nothing follows '&&' @2");
  EXPECT_EQ(refused("> a"), "no command before '>' @0");
  EXPECT_EQ(refused("a 'b"), "a quote that is not closed @2");
  EXPECT_EQ(refused("a \"b"), "a quote that is not closed @2");
  EXPECT_EQ(refused("a \\"), "nothing follows '\\' @2");
  EXPECT_EQ(refused("'' a"), "an empty word is not a command @0");
  EXPECT_EQ(refused(std::string_view("a \0", 3)), "a NUL byte @2");
}

TEST(FlowText, Limits) {
  std::string stages = "a";
  for (int64_t i = 1; i < kMaxFlowStages; ++i)
    stages += "|a";
  EXPECT_EQ(parse_flow(stages, variable).statements[0].pipeline.stages.size(),
            static_cast<size_t>(kMaxFlowStages));
  EXPECT_EQ(refused(stages + "|a").substr(0, 32), "a flow of more than 1000 stages ");
  std::string longest = "a " + std::string(static_cast<size_t>(kMaxFlowBytes) - 2, 'x');
  EXPECT_NO_THROW(parse_flow(longest, variable));
  EXPECT_EQ(refused(longest + "x"), "a flow of more than 1048576 bytes");
  auto nested = [](int depth) {
    std::string text = "a";
    for (int i = 0; i < depth; ++i)
      text = "a <(" + text + ")";
    return text;
  };
  EXPECT_NO_THROW(parse_flow(nested(kMaxNesting), variable));
  EXPECT_THROW(parse_flow(nested(kMaxNesting + 1), variable), Error);
}

TEST(FlowText, QuotedWordsReadBack) {
  for (const char* word :
       {"plain-1.csv", "", "it's", "a b", "$city", "x > 1", "*", "a\nb", "~", "#", "č", "-n"}) {
    EXPECT_EQ(parse_flow("a " + shell_quoted(word), variable)
                  .statements[0]
                  .pipeline.stages[0]
                  .words[1]
                  .text,
              word);
  }
  EXPECT_EQ(shell_quoted("plain-1.csv"), "plain-1.csv");
  EXPECT_EQ(shell_quoted("it's"), R"('it'\''s')");
}

// Unquoted, the shell would read an assignment or a word of its own from these.
TEST(FlowText, QuotedCommandsReadBack) {
  for (const char* word :
       {"pscan", "a=b", "_1=", "1=b", "=b", "-a=b", "if", "time", "it's", "a b"}) {
    Flow flow = parse_flow(shell_quoted_command(word) + " x", variable);
    ASSERT_EQ(flow.statements.size(), 1U);
    EXPECT_EQ(flow.statements[0].pipeline.stages[0].words[0].text, word);
  }
  EXPECT_EQ(shell_quoted_command("pscan"), "pscan");
  EXPECT_EQ(shell_quoted_command("a=b"), "'a=b'");
  EXPECT_EQ(shell_quoted_command("if"), "'if'");
  EXPECT_EQ(shell_quoted("a=b"), "a=b");
}

}  // namespace
}  // namespace penstock
