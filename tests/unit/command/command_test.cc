#include "libcore/command/command.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr Option kLoud{'l', "loud", "", "be loud"};
constexpr Option kSize{'s', "size", "SIZE",
                       "how large; a text that is long enough to be broken "
                       "into lines because it goes past the edge"};
constexpr Option kPlace{'\0', "place", "FILE", "it's a place: [here]", Complete::kFile};
constexpr Option kKind{'k', "kind", "KIND", "one of two", Complete::kWords, "big small"};
constexpr Option kAsk{'a', "ask", "", "answer this first"};

// A command line taken apart.
struct Parsed {
  bool loud = false;
  bool ask = false;
  std::string size = "none";
  std::vector<std::string> operands;
};

Command make_command(Parsed& parsed) {
  Command command({"tool", "[-s SIZE] INPUT", "do things"});
  command.group(OptionGroup::kOperation);
  command.add(kLoud, parsed.loud);
  command.add(kSize, [&](const std::string& value) {
    if (value == "bad") throw Error::usage("'bad' is not a size");
    parsed.size = value;
  });
  command.group(OptionGroup::kReading);
  command.add(kPlace, [](const std::string&) {});
  command.add(kKind, [](const std::string&) {});
  command.add_answer(kAsk, parsed.ask);
  return command;
}

Parsed parse(std::vector<const char*> words) {
  Parsed parsed;
  words.insert(words.begin(), "tool");
  parsed.operands = make_command(parsed).parse(static_cast<int>(words.size()), words.data());
  return parsed;
}

std::string message_of(const std::vector<const char*>& words) {
  try {
    parse(words);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "nothing thrown";
}

using Words = std::vector<std::string>;

TEST(Parse, FormsOfAnOption) {
  for (const std::vector<const char*>& words : std::vector<std::vector<const char*>>{
           {"-s", "5"}, {"-s5"}, {"--size", "5"}, {"--size=5"}, {"-ls5"}}) {
    EXPECT_EQ(parse(words).size, "5");
  }
  EXPECT_TRUE(parse({"-ls5"}).loud);
  EXPECT_EQ(parse({"-s", "-5"}).size, "-5");
  EXPECT_EQ(parse({"--size", "--loud"}).size, "--loud");
  // An empty value is not the next word, and a value may look like an option without one.
  EXPECT_EQ(parse({"--size=", "a"}).size, "");
  EXPECT_EQ(parse({"--size=", "a"}).operands, Words{"a"});
  EXPECT_EQ(parse({"--size=", "--loud"}).size, "");
  EXPECT_EQ(parse({"-s", "--size="}).size, "--size=");
  EXPECT_EQ(parse({"-ls", "--size="}).size, "--size=");
  EXPECT_EQ(parse({"--", "--size="}).operands, Words{"--size="});
  EXPECT_EQ(parse({"--size", "--loud=no"}).size, "--loud=no");
}

TEST(Parse, Operands) {
  EXPECT_EQ(parse({"a", "-l", "b", "-"}).operands, (Words{"a", "b", "-"}));
  EXPECT_EQ(parse({"--", "-l", "--", "x"}).operands, (Words{"-l", "--", "x"}));
  EXPECT_EQ(parse({"[a,b]", ""}).operands, (Words{"[a,b]", ""}));
  EXPECT_EQ(parse({"-s", "[a,b]"}).size, "[a,b]");
}

TEST(Parse, Errors) {
  EXPECT_EQ(message_of({"--lout"}), "unknown option '--lout'; did you mean '--loud'?");
  EXPECT_EQ(message_of({"--si=5"}), "unknown option '--si'; did you mean '--size'?");
  EXPECT_EQ(message_of({"--l"}), "unknown option '--l'; did you mean '--loud'?");
  EXPECT_EQ(message_of({"-x"}),
            "unknown option '-x'; an operand that begins with '-' comes after '--'");
  EXPECT_EQ(message_of({"-s"}), "option '--size' needs a value");
  EXPECT_EQ(message_of({"--loud=no"}), "option '--loud' takes no value");
  EXPECT_EQ(message_of({"-s1", "--size=2"}), "option '--size' is given twice");
  EXPECT_EQ(message_of({"-s", "bad"}), "--size: 'bad' is not a size");
}

TEST(Parse, AnAnswerComesBeforeErrors) {
  Parsed parsed = parse({"--nonsense", "-s", "bad", "-a", "x"});
  EXPECT_TRUE(parsed.ask);
  EXPECT_TRUE(parsed.operands.empty());
}

TEST(Help, HasHeadingsAndBreaksLines) {
  Parsed parsed;
  EXPECT_EQ(help_text(make_command(parsed)),
            "usage: tool [-s SIZE] INPUT\n"
            "\n"
            "Do things.\n"
            "\n"
            "Operation:\n"
            "  -l, --loud              be loud\n"
            "  -s, --size SIZE         how large; a text that is long enough to be broken\n"
            "                          into lines because it goes past the edge\n"
            "\n"
            "Reading:\n"
            "      --place FILE        it's a place: [here]\n"
            "  -k, --kind KIND         one of two\n"
            "  -a, --ask               answer this first\n"
            "\n"
            "The manual has the whole story: man tool\n");
}

TEST(Completion, QuotesForEachShell) {
  Parsed parsed;
  Command command = make_command(parsed);
  EXPECT_NE(completion_script(command, "bash").find("-k|--kind|--kind=)"), std::string::npos);
  EXPECT_NE(completion_script(command, "zsh")
                .find("'--place=[it'\\''s a place\\: \\[here\\]]:FILE:_files'"),
            std::string::npos);
  EXPECT_NE(completion_script(command, "fish").find("-l place -r -F -d 'it\\'s a place: [here]'"),
            std::string::npos);
  EXPECT_THROW(completion_script(command, "csh"), Error);
}

TEST(CommandLine, AnOptionThatStandsAloneHasItsValue) {
  constexpr Option kExplain{'\0', "explain", "FORM", "show", Complete::kNothing, "", "text"};
  auto explain = [&](std::vector<const char*> words) {
    std::string form = "none";
    Command command({"tool", "[--explain] X", "do things"});
    command.add(kExplain, [&](const std::string& value) { form = value; });
    words.insert(words.begin(), "tool");
    for (const std::string& operand : command.parse(static_cast<int>(words.size()), words.data())) {
      form += " " + operand;
    }
    return form;
  };
  EXPECT_EQ(explain({"--explain", "x"}), "text x");
  EXPECT_EQ(explain({"--explain=", "x"}), "text x");
  EXPECT_EQ(explain({"--explain=dot", "--", "--explain"}), "dot --explain");
  EXPECT_EQ(explain({"x", "--", "--explain"}), "none x --explain");
}

TEST(CommandLine, GivenOptionsPrintAsTheyRead) {
  Parsed parsed;
  Command command = make_command(parsed);
  std::vector<const char*> words{"tool", "-s", "3", "x", "-l"};
  command.parse(static_cast<int>(words.size()), words.data());
  ASSERT_EQ(command.given().size(), 2U);
  EXPECT_EQ(command.given()[0].words(), Words{"--loud"});
  GivenOption size = command.given()[1];
  EXPECT_EQ(size.words(), Words{"--size=3"});
  EXPECT_EQ(size.group, OptionGroup::kOperation);
  size.as_letter = true;
  EXPECT_EQ(size.words(), (Words{"-s", "3"}));
}

}  // namespace
}  // namespace penstock
