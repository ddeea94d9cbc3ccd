#include "libcore/exchange_files/input_files.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::error_of;

std::string input_refusal(const std::string& text) {
  return error_of([&] { decode_input_files(text); });
}

TEST(InputFiles, ComeBackFromTheirText) {
  const std::vector<InputFile> files = {{"/a b/1.arrow", {3, 400, 0x1F}},
                                        {"/c", {0, 0, 0}},
                                        {"d/e f", {1, 2, 3}, "tcp://10.0.0.7:4000"},
                                        {"g", {}, "ipc:///tmp/h"}};
  const std::string text = encode_input_files(files);
  EXPECT_EQ(text,
            "penstock input files 2\n"
            "3 400 000000000000001f - /a b/1.arrow\n"
            "0 0 0000000000000000 - /c\n"
            "1 2 0000000000000003 tcp://10.0.0.7:4000 d/e f\n"
            "0 0 0000000000000000 ipc:///tmp/h g\n"
            "end 4\n");
  EXPECT_EQ(decode_input_files(text), files);
}

TEST(InputFiles, APathIsAbsoluteAndShort) {
  auto with_path = [](const std::string& path) {
    return input_refusal("penstock input files 2\n0 0 0000000000000000 - " + path + "\nend 1\n");
  };
  EXPECT_EQ(with_path("/" + std::string(4094, 'p')), "no error");
  EXPECT_EQ(with_path("/" + std::string(4095, 'p')),
            "line 2: a name has 4096 bytes, not 1 to 4095");
  EXPECT_EQ(with_path("a"), "line 2: 'a' is not an absolute path");
  EXPECT_EQ(with_path(""), "line 2: the path is missing");
  EXPECT_NE(with_path("/\x01"), "no error");
  EXPECT_NE(error_of([] { encode_input_files({{"/a\n", {}}}); }), "no error");
}

TEST(InputFiles, APathOfAnEndpointIsBelowItsFolder) {
  auto with = [](const std::string& endpoint, const std::string& path) {
    return input_refusal("penstock input files 2\n0 0 0000000000000000 " + endpoint + " " + path +
                         "\nend 1\n");
  };
  EXPECT_EQ(with("ipc:///s", "a/.b/..c/d."), "no error");
  for (const char* path : {"/a", "a//b", "a/", ".", "..", "a/..", "a/./b", "../a"}) {
    EXPECT_EQ(with("ipc:///s", path),
              "line 2: '" + std::string(path) + "' is not a path below a folder");
  }
  EXPECT_EQ(with("ipc:///s", std::string(4095, 'p')), "no error");
  EXPECT_NE(with("ipc:///s", std::string(4096, 'p')), "no error");
  EXPECT_NE(with("ipc:///s", "a\x7F"), "no error");
  EXPECT_EQ(with("tcp://localhost:7", "a"),
            "line 2: 'tcp://localhost:7' must be written as tcp://127.0.0.1:7");
  EXPECT_NE(with("udp://h:1", "a"), "no error");
  EXPECT_NE(with("/a", "b"), "no error");
}

TEST(InputFiles, AreOneAtLeastAndOfTheirOwnKind) {
  EXPECT_EQ(input_refusal("penstock input files 2\nend 0\n"),
            "the list has no files; it needs one, at least for the schema");
  EXPECT_EQ(input_refusal("penstock partition files 1\nend 0\n"),
            "line 1: 'penstock partition files 1' is not 'penstock input files 2'");
}

TEST(InputFiles, AtMostAMillion) {
  const std::string line = "0 0 0000000000000000 - /a\n";
  std::string text = "penstock input files 2\n";
  for (int64_t i = 0; i < kMaxInputFiles; ++i)
    text += line;
  EXPECT_EQ(std::ssize(decode_input_files(text + "end 1000000\n")), kMaxInputFiles);
  EXPECT_EQ(input_refusal(text + line + "end 1000001\n"), "the list has more than 1000000 files");
}

class InputListTest : public FolderTest {};

TEST_F(InputListTest, IsReadFromAFile) {
  const std::vector<InputFile> files = {{"/a", {1, 2, 3}}};
  EXPECT_EQ(read_input_list(write("list", encode_input_files(files))), files);
  const std::string path = write("other", "no list");
  EXPECT_EQ(error_of([&] { read_input_list(path); }),
            path + ": the list is cut: its last line does not end");
}

}  // namespace
}  // namespace penstock
