#include "libcore/table/log_json.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(LogJson, ValuesAreWhatTheyMustBe) {
  LogText text;
  const LogValue root =
      text.parse(R"({"flag":true,"number":-9223372036854775808,"text":"a\u00e9\n","list":[1,null],)"
                 R"("object":{"b":"x","c":null},"nothing":null})");
  EXPECT_TRUE(root.at("flag").flag("flag"));
  EXPECT_EQ(root.at("number").number("number"), INT64_MIN);
  EXPECT_EQ(root.at("text").text("text"), "a\xC3\xA9\n");
  const std::vector<LogValue> items = root.at("list").items("list");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].kind(), LogValue::Kind::kNumber);
  EXPECT_TRUE(items[1].is_null());
  EXPECT_EQ(root.at("list").json(), "[1,null]");
  EXPECT_EQ(text_members(root.at("object"), "object"),
            (std::vector<std::pair<std::string, std::string>>{{"b", "x"}}));
  EXPECT_FALSE(root.find("nothing").has_value());
  EXPECT_FALSE(root.find("missing").has_value());
  EXPECT_EQ(root.members("root").size(), 6U);
}

TEST(LogJson, OtherKindsAreErrorsThatNameTheMember) {
  LogText text;
  const LogValue root = text.parse(R"({"n":1.5,"t":7})");
  const auto message_of = [](const auto& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.message();
    }
    return std::string();
  };
  EXPECT_EQ(message_of([&] { (void)root.at("n").number("n"); }),
            "'n' is not an integer of 64 bits");
  EXPECT_EQ(message_of([&] { (void)root.at("t").text("t"); }), "'t' is not a text");
  EXPECT_EQ(message_of([&] { (void)root.at("t").flag("t"); }), "'t' is not true or false");
  EXPECT_EQ(message_of([&] { (void)root.at("t").items("t"); }), "'t' is not a list");
  EXPECT_EQ(message_of([&] { (void)root.at("t").members("t"); }), "'t' is not an object");
  EXPECT_EQ(message_of([&] { (void)root.at("x"); }), "'x' is missing");
  EXPECT_NE(message_of([&] { text.parse("{\"a\":}"); }).find("is not JSON"), std::string::npos);
  EXPECT_NE(message_of([&] { text.parse(std::string(5000, '[')); }), "");
}

}  // namespace
}  // namespace penstock
