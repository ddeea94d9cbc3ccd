#include "libcore/flow/checkpoint/record.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

CheckpointRecord example() {
  CheckpointRecord record;
  record.penstock = "0.1";
  record.flow = "pscan a.csv\n| pagg 'count(*)'";
  record.directory = "/data";
  record.workers = 8;
  record.piped_workers = 2;
  record.is_unordered = true;
  record.statements = {{{{"a.csv", 12, 1'790'000'000, 5}, {"b.csv", 0, 1, 2}}, "00ff"}, {{}, "1"}};
  return record;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refusal_of(const std::string& json) {
  try {
    decode_checkpoint_record(json);
  } catch (const Error& error) {
    return error.message();
  }
  return "accepted";
}

TEST(CheckpointRecord, ComesBackAsItWasWritten) {
  EXPECT_EQ(decode_checkpoint_record(encode(example())), example());
}

TEST(CheckpointRecord, RefusesWhatIsNotARecord) {
  const std::string json = encode(example());
  EXPECT_EQ(refusal_of(replaced(json, "\"penstock_checkpoint\":2", "\"penstock_checkpoint\":3")),
            "is of version 3 of its format, and this program reads version 2");
  EXPECT_EQ(refusal_of(replaced(json, "\"size\":12", "\"size\":-1")), "'size' is negative");
  EXPECT_EQ(refusal_of(replaced(json, "\"workers\"", "\"wokers\"")), "'wokers' is not known");
  EXPECT_EQ(refusal_of(replaced(json, ",\"unordered\":true", "")), "'unordered' is missing");
  EXPECT_EQ(refusal_of(replaced(json, ",\"piped_workers\":2", "")), "'piped_workers' is missing");
  for (size_t size = 0; size + 2 < json.size(); ++size)
    EXPECT_NE(refusal_of(json.substr(0, size)), "accepted") << size;
}

TEST(CheckpointRecord, TextThatIsNotUtf8IsWrittenVisibly) {
  CheckpointRecord record = example();
  record.directory = "/d\xff";
  EXPECT_EQ(decode_checkpoint_record(encode(record)).directory, "/d\\xff");
}

TEST(InputMarks, NameTheFirstChange) {
  const InputMark a{"a", 1, 2, 3};
  const InputMark b{"b", 4, 5, 6};
  EXPECT_EQ(change_of({a, b}, {a, b}), "");
  EXPECT_EQ(change_of({a, b}, {a, {"b", 7, 5, 6}}), "b had 4 bytes and has 7");
  EXPECT_EQ(change_of({a, b}, {{"a", 1, 2, 4}, b}), "a was written to");
  EXPECT_EQ(change_of({a, b}, {a}), "b is not an input any more");
  EXPECT_EQ(change_of({a}, {a, b}), "b was not an input");
  EXPECT_EQ(change_of({a}, {b}), "b has taken the place of a");
}

using InputMarkOfFile = FolderTest;

TEST_F(InputMarkOfFile, ChangesWithTheFile) {
  const std::string path = write("a", "one");
  const InputMark before = mark_input(path);
  EXPECT_EQ(before.size, 3);
  EXPECT_EQ(before, mark_input(path));
  write("a", "three");
  EXPECT_EQ(mark_input(path).size, 5);
  std::filesystem::remove(path);
  EXPECT_THROW(mark_input(path), Error);
}

}  // namespace
}  // namespace penstock
