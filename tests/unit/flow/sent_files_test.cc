#include "libcore/flow/sent_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/launch/sent_names.h"
#include "tests/unit/flow/agent/scripted_hosts.h"

namespace penstock {
namespace {

// Host a, which says what it has of a file that is sent to it.
class SentFilesTest : public ScriptedHosts {
 protected:
  SentFiles& connect(const std::vector<FromAgent>& answers) {
    write_agent("a", "127.0.0.1 1 127.0.0.1 22", answers);
    std::vector<Host> list;
    add_hosts(list, "a");
    hosts_.emplace(launcher_, list, options_);
    EXPECT_TRUE(hosts_->wait_until_ready());
    return sent_.emplace(*hosts_);
  }
  FilesSeen has(const std::string& file) { return FilesSeen{{{look_at_file(file), ""}}}; }

  std::optional<RunHosts> hosts_;
  std::optional<SentFiles> sent_;
};

TEST_F(SentFilesTest, AFileIsSentOnceInPieces) {
  std::string file = write("f", std::string(static_cast<size_t>(kMaxFilePieceBytes), 'x') + "end");
  SentFiles& sent = connect({has(file)});
  ASSERT_TRUE(sent.send(look_at_file(file), {1}));
  ASSERT_TRUE(sent.send(look_at_file(file), {1}));
  EXPECT_EQ(sent.on(1).at(file), "/run-of-a/sent" + file);
  sent_.reset();
  hosts_.reset();
  const std::string heard = read("a.heard");
  const std::string last = encode(ToAgent(PutPiece{file, kMaxFilePieceBytes, "end", false}));
  const size_t at = heard.find(last);
  EXPECT_NE(at, std::string::npos);
  EXPECT_EQ(heard.find(last, at + 1), std::string::npos);
}

TEST_F(SentFilesTest, AnEmptyProgramIsSentToo) {
  std::string file = write("f", "");
  ASSERT_EQ(chmod(file.c_str(), 0700), 0);
  ASSERT_TRUE(connect({has(file)}).send(look_at_file(file), {1}));
  sent_.reset();
  hosts_.reset();
  EXPECT_NE(read("a.heard").find(encode(ToAgent(PutPiece{file, 0, "", true}))), std::string::npos);
}

TEST_F(SentFilesTest, AFileThatHasChangedIsSentAgain) {
  std::string file = write("f", "some");
  FilesSeen first = has(file);
  PlannedFile before = look_at_file(file);
  write("f", "other bytes");
  SentFiles& sent = connect({first, has(file)});
  write("f", "some");
  ASSERT_TRUE(sent.send(look_at_file(file), {1}));
  write("f", "other bytes");
  ASSERT_TRUE(sent.send(look_at_file(file), {1}));
}

TEST_F(SentFilesTest, AHostThatDoesNotHaveItAllIsAnError) {
  std::string file = write("f", "some bytes");
  FilesSeen less = has(file);
  less.files[0].file.size = 4;
  EXPECT_EQ(refusal([&] { connect({less}).send(look_at_file(file), {1}); }),
            "a: the copy of " + file + " is not what was sent");
  EXPECT_EQ(refusal([&] {
              connect({FilesSeen{{{{}, "/x: gone"}}}}).send(look_at_file(file), {1});
            }),
            "a: the copy of " + file + " is not what was sent: /x: gone");
}

TEST_F(SentFilesTest, AFileThatChangesMeanwhileIsAnError) {
  std::string file = write("f", "some bytes");
  PlannedFile before = look_at_file(file);
  write("f", "less");
  EXPECT_EQ(refusal([&] { connect({}).send(before, {1}); }),
            file + ": the file became shorter while it was sent");
  write("f", "more bytes");
  EXPECT_EQ(refusal([&] { connect({}).send(before, {1}); }),
            file + ": the file was written to while it was sent");
}

TEST_F(SentFilesTest, ThoseThatAreLeftHaveTheFile) {
  std::string file = write("f", "some bytes");
  SentFiles& sent = connect({});
  say("a", {AgentFailed{"its disk is gone"}});
  EXPECT_EQ(refusal([&] { sent.send(look_at_file(file), {1}); }),
            "a: its agent cannot go on: its disk is gone");
  EXPECT_TRUE(sent.send_to_those_left(look_at_file(file), {1}));
  EXPECT_TRUE(sent.on(1).empty());
}

TEST_F(SentFilesTest, AHostThatIsLostMeanwhileIsLeftOut) {
  std::string file = write("f", "some bytes");
  SentFiles& sent = connect({});
  say("a", {AgentFailed{"its disk is gone"}});
  EXPECT_TRUE(sent.send_to_those_left(look_at_file(file), {1}));
  EXPECT_TRUE(hosts_->is_lost(1));
}

TEST_F(SentFilesTest, WhatCannotBeSent) {
  EXPECT_EQ(refusal([&] { look_at_sendable(folder_ / "none"); }),
            (folder_ / "none").string() + ": No such file or directory");
  EXPECT_EQ(refusal([&] { look_at_sendable(folder_); }),
            folder_.string() +
                ": is a directory; --send copies files, and may be given several "
                "times");
  EXPECT_EQ(refusal([&] { look_at_sendable("/dev/null"); }),
            "/dev/null: is not a regular file, which --send copies");
}

TEST_F(SentFilesTest, SoManyFilesAndNotMore) {
  std::vector<std::string> files;
  for (int64_t i = 0; i < kMaxSentFiles; ++i)
    add_sent_file(files, "f");
  EXPECT_EQ(refusal([&] { add_sent_file(files, "g"); }),
            "g is one file too many; the limit is 1024");
}

}  // namespace
}  // namespace penstock
