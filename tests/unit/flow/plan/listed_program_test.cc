#include "libcore/flow/plan/listed_program.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class ListedProgram : public FolderTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "penstock/tools.d");
    setenv("XDG_CONFIG_HOME", folder_.c_str(), 1);
  }
  void TearDown() override { unsetenv("XDG_CONFIG_HOME"); }

  void list(const std::string& name, const std::string& json) const {
    write("penstock/tools.d/" + name + ".json", json);
  }
  // What a listing is refused for, without the file's name in front.
  std::string refusal(const std::string& json) const {
    list("bad", json);
    try {
      listed_program("bad");
    } catch (const Error& error) {
      std::string message = error.message();
      return message.substr(message.find(".json: ") + 7);
    }
    return "";
  }
};

TEST_F(ListedProgram, SaysHowRowsMustLie) {
  list("any", R"({"placement": "any", "keeps_order": true})");
  list("keyed", R"({"placement": "hash", "keys": ["a", "b"]})");
  std::optional<StageTraits> any = listed_program("any");
  ASSERT_TRUE(any);
  EXPECT_EQ(any->operation, Operation::kProgram);
  EXPECT_TRUE(any->needs_any());
  EXPECT_TRUE(any->keeps.order);
  std::optional<StageTraits> keyed = listed_program("/usr/bin/keyed");
  ASSERT_TRUE(keyed);
  EXPECT_TRUE(keyed->can_hash());
  EXPECT_EQ(keyed->needs[0][0].keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(keyed->keeps.order);
  EXPECT_FALSE(listed_program("nobody-listed-this"));
  EXPECT_FALSE(listed_program("folder/"));
}

TEST_F(ListedProgram, WhatIsNotAListingIsRefused) {
  EXPECT_NE(refusal("{").find("not a listing: "), std::string::npos);
  EXPECT_NE(refusal("[]").find("not a listing: "), std::string::npos);
  EXPECT_NE(refusal(R"({"placement": 1})").find("not a listing: "), std::string::npos);
  EXPECT_EQ(refusal("{}"), "'placement' is missing");
  EXPECT_EQ(refusal(R"({"placement": "near"})"),
            "'placement' is \"any\" or \"hash\", not \"near\"");
  EXPECT_EQ(refusal(R"({"placement": "hash"})"), "placement by \"hash\" wants 'keys'");
  EXPECT_EQ(refusal(R"({"placement": "any", "keys": ["a"]})"),
            "'keys' are for placement by \"hash\"");
  EXPECT_EQ(refusal(R"({"placement": "hash", "keys": ["a"], "keeps_order": true})"),
            "rows placed by \"hash\" have no order to keep");
  EXPECT_EQ(refusal(R"({"placement": "any", "speed": 9})"),
            "'speed' is not among 'placement', 'keys', 'keeps_order'");
}

TEST_F(ListedProgram, AListingIsAShortFile) {
  std::string listing = R"({"placement": "any")";
  listing.resize(static_cast<size_t>(kMaxListingBytes) - 1, ' ');
  EXPECT_EQ(refusal(listing + "}"), "");
  EXPECT_EQ(refusal(listing + " }"), "a listing of more than 65536 bytes");
}

}  // namespace
}  // namespace penstock
