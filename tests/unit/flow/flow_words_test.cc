#include "libcore/flow/flow_words.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

const FlowVariables kVariables = [](const std::string& name) -> std::optional<std::string> {
  if (name == "FILE") return "a b.csv";
  if (name == "N") return "10";
  return std::nullopt;
};

std::vector<std::string> words_of(std::string_view text) {
  FlowWords words(text, kVariables);
  std::vector<std::string> read;
  for (words.skip_lines(); !words.at_end(); words.skip_lines())
    read.push_back(words.read().text);
  return read;
}

std::string error_of(std::string_view text) {
  try {
    words_of(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

using Words = std::vector<std::string>;

TEST(FlowWords, ResolvesQuotesAndVariables) {
  EXPECT_EQ(words_of("a 'b c'd \"$FILE\"\t$N${N}x \\$N '$N'"),
            (Words{"a", "b cd", "a b.csv", "1010x", "$N", "$N"}));
  EXPECT_EQ(words_of("\"\\$\\\"\\\\\\n\" '' \"a'b\""), (Words{"$\"\\\\n", "", "a'b"}));
}

TEST(FlowWords, SkipsCommentsAndJoinedLines) {
  EXPECT_EQ(words_of("# first\n a\\\nb \\\n c#d # last\n\n e"), (Words{"ab", "c#d", "e"}));
}

TEST(FlowWords, StopsAtAnOperator) {
  FlowWords words("ab|c", kVariables);
  EXPECT_EQ(words.read().text, "ab");
  EXPECT_EQ(words.at(), 2U);
  EXPECT_TRUE(words.begins("|c"));
  EXPECT_EQ(words.read().text, "");
  words.skip(1);
  EXPECT_EQ(words.peek(), 'c');
  EXPECT_EQ(words.peek(1), '\0');
  FlowWord last = words.read();
  EXPECT_EQ(last.location, 3);
  EXPECT_TRUE(words.at_end());
}

TEST(FlowWords, KeepsAWordAsItIsWritten) {
  FlowWords words(" 'i'f\"$N\" x", kVariables);
  words.skip_blanks();
  FlowWord word = words.read();
  EXPECT_EQ(word.text, "if10");
  EXPECT_EQ(words.written(word), "'i'f\"$N\"");
}

TEST(FlowWords, AssignsForTheWordsAfter) {
  FlowWords words("N=7 $N x=1", kVariables);
  EXPECT_TRUE(words.read_assignment());
  words.skip_blanks();
  EXPECT_FALSE(words.read_assignment());
  EXPECT_EQ(words.read().text, "7");
}

TEST(FlowWords, RefusesWhatTheShellWouldTakeApart) {
  EXPECT_NE(error_of("$FILE").find("put $FILE into double quotes"), std::string::npos);
  EXPECT_NE(error_of("$NONE").find("the variable NONE is not set"), std::string::npos);
  EXPECT_EQ(error_of("*.csv"), "");  // a pattern, which is for the one who reads the word
  EXPECT_NE(error_of("~/a").find("'~' is not in a flow"), std::string::npos);
  EXPECT_EQ(error_of("a~"), "");
  EXPECT_NE(error_of("'a").find("a quote that is not closed"), std::string::npos);
  EXPECT_NE(error_of("\"a").find("a quote that is not closed"), std::string::npos);
  EXPECT_NE(error_of(std::string_view("a\0b", 3)).find("a NUL byte"), std::string::npos);
}

TEST(FlowWords, LimitsTheText) {
  std::string text(static_cast<size_t>(kMaxFlowBytes), ' ');
  EXPECT_EQ(error_of(text), "");
  EXPECT_NE(error_of(text + " ").find("a flow of more than"), std::string::npos);
}

TEST(FlowWords, KnowsWordsOfTheShellAndAssignments) {
  EXPECT_TRUE(is_reserved_word("if"));
  EXPECT_TRUE(is_reserved_word("coproc"));
  EXPECT_FALSE(is_reserved_word("iff"));
  EXPECT_TRUE(is_assignment("a_1=b"));
  EXPECT_FALSE(is_assignment("1a=b"));
  EXPECT_FALSE(is_assignment("=b"));
  EXPECT_FALSE(is_assignment("a-b=c"));
  EXPECT_FALSE(is_assignment("a"));
  EXPECT_TRUE(ends_word(')'));
  EXPECT_FALSE(ends_word('{'));
}

}  // namespace
}  // namespace penstock
