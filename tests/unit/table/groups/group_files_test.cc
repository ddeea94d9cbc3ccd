#include "libcore/table/groups/group_files.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/table/actions.h"

namespace penstock {
namespace {

const std::vector<GroupFile> kFiles = {{"p00000/a.arrow", 12, "00ff"}, {"p00000/b c.arrow", 5, ""}};

std::string tag_refusal(const std::string& text, const std::string& path = "a") {
  try {
    decode_group_files(text, path);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

std::string version_refusal(const std::string& text) {
  try {
    decode_actions(text);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TEST(GroupFiles, ComeBack) {
  const std::string text = encode_group_files(kFiles);
  EXPECT_EQ(text, R"([["p00000/a.arrow",12,"00ff"],["p00000/b%20c.arrow",5,""]])");
  EXPECT_EQ(decode_group_files(text, "p00000/a.arrow"), kFiles);
  EXPECT_EQ(bytes_of(kFiles), 17);
}

TEST(GroupFiles, WhatTheyCannotBeIsRefused) {
  const std::string name = "the tag 'penstock.groups' of 'a': ";
  EXPECT_EQ(tag_refusal("[]"), name + "does not begin with the file itself");
  EXPECT_EQ(tag_refusal(R"([["b",1,""]])"), name + "does not begin with the file itself");
  EXPECT_EQ(tag_refusal(R"([["a",1,""],["a",1,""]])"), name + "has a path twice");
  EXPECT_EQ(tag_refusal(R"([["a",-1,""]])"), name + "has a size that is negative");
  EXPECT_EQ(tag_refusal(R"([["a",1]])"), name + "is not a path, a size and a checksum");
  EXPECT_NE(tag_refusal(R"([["a",1,""],["../b",1,""]])").find("does not name a file in the table"),
            std::string::npos);
  EXPECT_NE(tag_refusal(R"([["a","1",""]])"), "");
  EXPECT_NE(tag_refusal("{"), "");
  std::vector<GroupFile> many;
  for (size_t i = 0; i <= kMaxColumnGroups; ++i)
    many.push_back({"f" + std::to_string(i), 1, ""});
  EXPECT_EQ(tag_refusal(encode_group_files(many), "f0"),
            "the tag 'penstock.groups' of 'f0': has more than 64 files");
  many.pop_back();
  EXPECT_EQ(tag_refusal(encode_group_files(many), "f0"), "");
  EXPECT_THROW((void)bytes_of({{"a", INT64_MAX, ""}, {"b", 1, ""}}), Error);
}

TEST(GroupFiles, ActionsHaveTheirFiles) {
  VersionActions actions;
  actions.added.push_back({.path = "p00000/a.arrow", .size = 17, .groups = kFiles});
  actions.added.push_back({.path = "c.arrow", .size = 1, .tags = {{"x", "y"}}});
  actions.removed.push_back({.path = "p00000/a.arrow", .groups = kFiles});
  actions.removed.push_back({.path = "c.arrow", .size = 1});
  const VersionActions read = decode_actions(encode_actions(actions));
  EXPECT_EQ(read, actions);
  const std::vector<std::string> both = {"p00000/a.arrow", "p00000/b c.arrow"};
  EXPECT_EQ(paths_of(read.added[0]), both);
  EXPECT_EQ(paths_of(read.removed[0]), both);
  EXPECT_EQ(paths_of(read.added[1]), std::vector<std::string>{"c.arrow"});
  EXPECT_EQ(paths_of(read.removed[1]), std::vector<std::string>{"c.arrow"});
}

TEST(GroupFiles, AnActionOfAnotherSizeIsRefused) {
  VersionActions actions;
  actions.added.push_back({.path = "p00000/a.arrow", .size = 16, .groups = kFiles});
  EXPECT_EQ(version_refusal(encode_actions(actions)),
            "line 1: 'p00000/a.arrow' has another size than its column groups together");
}

}  // namespace
}  // namespace penstock
