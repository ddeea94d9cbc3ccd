#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(JsonBuild, NestsWhatIsJson) {
  Batch rows =
      make_batch({{"j", "text", {"{\"a\":1}", "null"}}, {"d", "date", {"2024-05-01", "null"}}});
  EXPECT_EQ(eval("json_build_object('j', j)", rows), "'{\"j\":\"{\\\"a\\\":1}\"}' '{\"j\":null}'");
  EXPECT_EQ(eval("json_build_object('j', j::json, 'd', d)", rows),
            "'{\"j\":{\"a\":1},\"d\":\"2024-05-01\"}' '{\"j\":null,\"d\":null}'");
  EXPECT_EQ(eval("json_build_array(j -> 'a', j ->> 'a')", rows), "'[1,\"1\"]' '[null,null]'");
  EXPECT_EQ(eval("json_build_object(1, 2.50, 'x', array[true, null])"),
            "'{\"1\":2.50,\"x\":[true,null]}'");
}

TEST(JsonBuild, NeedsNamesAndValues) {
  EXPECT_EQ(eval("json_build_object('a')"),
            "error: json_build_object takes names and values by turns");
  EXPECT_EQ(eval("json_build_object(null, 1)"), "error: the name of a member is null");
}

TEST(JsonBuild, ChecksWhatIsSaidToBeJson) {
  EXPECT_EQ(eval("json_build_array('{'::json)").substr(0, 11), "error: '{' ");
  EXPECT_EQ(eval("to_json('[1]'::json)"), "'[1]'");
  EXPECT_EQ(eval("to_json('[1'::json)").substr(0, 12), "error: '[1' ");
}

TEST(ToJson, GivesNullForNull) {
  EXPECT_EQ(eval("to_json(x)", make_batch({{"x", "text", {"a\"b", "null"}}})), "'\"a\\\"b\"' null");
  EXPECT_EQ(eval("to_json(to_json('a'))"), "'\"a\"'");
}

}  // namespace
}  // namespace penstock
