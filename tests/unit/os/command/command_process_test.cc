#include "libcore/os/command/command_process.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string all_of(CommandProcess& process) {
  std::string text;
  char bytes[100];
  while (const int64_t size = process.read(bytes, sizeof bytes))
    text.append(bytes, static_cast<size_t>(size));
  return text;
}

bool write_text(CommandProcess& process, const std::string& text) {
  const ByteRange range{text.data(), std::ssize(text)};
  return process.write({&range, 1});
}

void ignore(std::string_view) {}

TEST(CommandProcess, AnswersWhatIsWritten) {
  CommandProcess process({"tr", "a-c", "A-C"}, ignore);
  EXPECT_TRUE(write_text(process, "abc"));
  EXPECT_TRUE(write_text(process, "def\n"));
  process.close_input();
  EXPECT_EQ(all_of(process), "ABCdef\n");
  EXPECT_FALSE(process.finish().is_failure());
  EXPECT_EQ(process.written_bytes(), 7);
  EXPECT_EQ(process.unread_bytes(), 0);
}

TEST(CommandProcess, WordsAreNotOfAShell) {
  CommandProcess process({"printf", "%s|", "$HOME", "a  b", "*"}, ignore);
  process.close_input();
  EXPECT_EQ(all_of(process), "$HOME|a  b|*|");
}

TEST(CommandProcess, CannotBeRun) {
  try {
    CommandProcess process({"no-such-command"}, ignore);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "'no-such-command' cannot be run: No such file or directory; is it installed, and in "
              "PATH?");
  }
}

TEST(CommandProcess, HowItEnded) {
  CommandProcess fails({"sh", "-c", "exit 3"}, ignore);
  EXPECT_EQ(all_of(fails), "");
  EXPECT_EQ(fails.finish().to_string(), "exit status 3");
  EXPECT_EQ(fails.finish().exit_status, 3);
  CommandProcess killed({"sh", "-c", "kill -TERM $$"}, ignore);
  EXPECT_EQ(all_of(killed), "");
  EXPECT_EQ(killed.finish().signal, SIGTERM);
}

TEST(CommandProcess, PassesOnStandardError) {
  std::vector<std::string> said;
  CommandProcess process({"sh", "-c", "printf 'one\\ntwo' >&2"},
                         [&](std::string_view line) { said.emplace_back(line); });
  EXPECT_EQ(all_of(process), "");
  EXPECT_FALSE(process.finish().is_failure());
  EXPECT_EQ(said, (std::vector<std::string>{"one", "two"}));
}

TEST(CommandProcess, WhatNobodyReadsIsKnown) {
  CommandProcess process({"true"}, ignore);
  const bool is_written = write_text(process, "12345");
  process.close_input();
  EXPECT_EQ(all_of(process), "");
  EXPECT_FALSE(process.finish().is_failure());
  EXPECT_EQ(process.written_bytes(), is_written ? 5 : 0);
  EXPECT_EQ(process.unread_bytes(), is_written ? 5 : 0);
}

TEST(CommandProcess, WritingEndsWithTheCommand) {
  CommandProcess process({"true"}, ignore);
  const std::string much(size_t{4} << 20, 'x');
  EXPECT_FALSE(write_text(process, much));
}

TEST(CommandProcess, DoesNotWaitForWhatItLeavesBehind) {
  CommandProcess process({"sh", "-c", "sleep 600 & echo $!"}, ignore);
  const pid_t left = std::stoi(all_of(process));
  EXPECT_FALSE(process.finish().is_failure());
  // It is ended with its group; init or a zombie's parent may still have to take note of it.
  CommandProcess state({"sh", "-c", "ps -o stat= -p " + std::to_string(left) + " || echo Z"},
                       ignore);
  EXPECT_EQ(all_of(state).substr(0, 1), "Z");
}

TEST(CommandProcess, StopEndsIt) {
  CommandProcess process({"sleep", "600"}, ignore);
  process.stop();
  EXPECT_EQ(all_of(process), "");
  EXPECT_EQ(process.finish().signal, SIGKILL);
}

}  // namespace
}  // namespace penstock
