#include "libcore/os/byte_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

class ByteSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "sinkXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  static std::string content(const std::string& file) {
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return out.str();
  }
  size_t entries() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  std::string folder_;
};

TEST_F(ByteSinkTest, AFileAppearsOnlyWhenFinished) {
  ByteSinkPtr sink = open_sink(path("a"));
  sink->write("one ");
  sink->write("two");
  EXPECT_FALSE(fs::exists(path("a")));
  sink->finish();
  EXPECT_EQ(content(path("a")), "one two");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(ByteSinkTest, WithoutFinishTheOldFileStays) {
  std::ofstream(path("a")) << "old";
  {
    ByteSinkPtr sink = open_sink(path("a"));
    sink->write("new");
  }
  EXPECT_EQ(content(path("a")), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(ByteSinkTest, ReplacesWhatALinkPointsToAndKeepsItsMode) {
  std::ofstream(path("a")) << "old";
  chmod(path("a").c_str(), 0640);
  fs::create_symlink("a", path("link"));
  ByteSinkPtr sink = open_sink(path("link"));
  sink->write("new");
  sink->finish();
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(content(path("a")), "new");
  struct stat status {};
  ASSERT_EQ(stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST_F(ByteSinkTest, ANewFileHasTheUmasksMode) {
  mode_t before = umask(027);
  ByteSinkPtr sink = open_sink(path("a"));
  sink->finish();
  umask(before);
  struct stat status {};
  ASSERT_EQ(stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST_F(ByteSinkTest, WritesManyRangesInOrder) {
  std::vector<std::string> parts;
  std::string whole;
  for (int i = 0; i < 2000; ++i) {
    parts.push_back(i % 7 == 0 ? "" : std::to_string(i) + ",");
    whole += parts.back();
  }
  std::vector<ByteRange> ranges;
  for (const std::string& part : parts) {
    ranges.push_back({part.data(), static_cast<int64_t>(part.size())});
  }
  ByteSinkPtr sink = open_sink(path("a"));
  sink->write(ranges);
  sink->finish();
  EXPECT_EQ(content(path("a")), whole);
}

TEST_F(ByteSinkTest, ContinuesPartialWritesIntoAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string big(5'000'001, 'x');
  std::string got;
  std::thread reader([&] {
    char piece[7777];
    for (ssize_t n; (n = read(ends[0], piece, sizeof(piece))) > 0;) {
      got.append(piece, static_cast<size_t>(n));
    }
  });
  ByteSinkPtr sink = sink_to_descriptor(ends[1], "pipe");
  std::vector<ByteRange> ranges{{"<", 1}, {big.data(), 5'000'001}, {">", 1}};
  sink->write(ranges);
  sink->finish();
  close(ends[1]);
  reader.join();
  EXPECT_EQ(got, "<" + big + ">");
  close(ends[0]);
}

TEST_F(ByteSinkTest, AReaderThatIsGoneIsNoError) {
  auto before = signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  ByteSinkPtr sink = sink_to_descriptor(ends[1], "pipe");
  EXPECT_THROW(sink->write("x"), OutputClosed);
  close(ends[1]);
  signal(SIGPIPE, before);
}

std::string message_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing thrown";
}

TEST_F(ByteSinkTest, SaysWhatFailed) {
  EXPECT_EQ(message_of([] { open_sink("/dev/full")->write("x"); }),
            "/dev/full: write: No space left on device");
  EXPECT_EQ(message_of([&] { open_sink(path("no/such")); }),
            path("no/such") + ": create: No such file or directory");
  EXPECT_EQ(message_of([&] { open_sink(folder_); }), folder_ + ": Is a directory");
}

TEST_F(ByteSinkTest, SyncedFilesAreTheSame) {
  for (const std::string& name : {path("new"), path("new")}) {
    ByteSinkPtr sink = open_sink(name, Sync::kYes);
    sink->write("text");
    sink->finish();
    EXPECT_EQ(content(name), "text");
  }
  EXPECT_EQ(entries(), 1U);
}

TEST_F(ByteSinkTest, RefusesALinkToNothingAndAnEmptyName) {
  fs::create_symlink("nowhere", path("link"));
  auto failure = [](const std::string& name) -> std::string {
    try {
      open_sink(name);
    } catch (const Error& error) {
      return error.message();
    }
    return "no error";
  };
  EXPECT_EQ(
      failure(path("link")),
      path("link") + ": is a link to a file that does not exist; remove it, or name the file");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(failure(""), "an output file has an empty name");
}

TEST(CompressBySuffix, WhatIsWrittenReadsBack) {
  std::string text;
  for (int i = 0; i < 200'000; ++i)
    text += std::to_string(i * 7919) + ",";
  for (const char* path : {"a.csv", "a.csv.gz", "a.csv.zst"}) {
    std::string packed;
    ByteSinkPtr sink = compress_by_suffix(sink_to_string(packed), path);
    sink->write(text.substr(0, 1000));
    sink->write("");
    sink->write(text.substr(1000));
    sink->finish();
    EXPECT_EQ(packed.size() < text.size(), std::string_view(path) != "a.csv");
    auto source = open_unwrapped(source_from_bytes(packed, path));
    std::string back(text.size() + 1, ' ');
    back.resize(
        static_cast<size_t>(read_fully(*source, back.data(), static_cast<int64_t>(back.size()))));
    EXPECT_EQ(back, text) << path;
  }
}

TEST(CompressBySuffix, NothingWrittenIsStillAWholeFile) {
  for (const char* path : {"a.gz", "a.zst"}) {
    std::string packed;
    compress_by_suffix(sink_to_string(packed), path)->finish();
    auto source = open_unwrapped(source_from_bytes(packed, path));
    char byte = 0;
    EXPECT_EQ(source->read(&byte, 1), 0) << path;
  }
}

TEST(StringSink, Appends) {
  std::string out = "a";
  ByteSinkPtr sink = sink_to_string(out);
  sink->write("b");
  sink->finish();
  EXPECT_EQ(out, "ab");
}

TEST(CompressBySuffix, RefusesWhatIsOnlyRead) {
  for (const char* path : {"a.csv.bz2", "a.xz", "a.csv.lz4", "a.zip"}) {
    std::string out;
    EXPECT_THROW(compress_by_suffix(sink_to_string(out), path), Error) << path;
  }
}

}  // namespace
}  // namespace penstock
