#include "libcore/table/actions.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

VersionActions some_actions() {
  VersionActions actions;
  actions.info = CommitInfo{1'700'000'000'123, "WRITE", {{"mode", "Append"}}, "Penstock", true, 3};
  actions.protocol = TableProtocol{3, 7, {"penstock-arrow"}, {"penstock-arrow"}};
  actions.metadata = TableMetadata{"id-1",
                                   "t",
                                   "what it is",
                                   R"({"type":"struct","fields":[]})",
                                   {"a", "b"},
                                   {{"penstock.partitions", "16"}},
                                   5};
  actions.added.push_back({"p00001/x y.arrow",
                           {{"a", "1"}, {"b", std::nullopt}},
                           123,
                           456,
                           true,
                           R"({"numRecords":3})",
                           {{"penstock.partition", "1"}}});
  actions.removed.push_back({"old.arrow", 99, false, {{"a", ""}, {"b", "z"}}, 17});
  actions.transactions.push_back({"app", 4, 77});
  return actions;
}

std::string actions_refusal(const std::string& text) {
  try {
    decode_actions(text);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TEST(Actions, ComeBack) {
  const VersionActions actions = some_actions();
  EXPECT_EQ(decode_actions(encode_actions(actions)), actions);
  EXPECT_EQ(decode_actions(""), VersionActions());
}

TEST(Actions, AreDeltaLakes) {
  EXPECT_EQ(
      encode_actions({.added = some_actions().added}),
      R"({"add":{"path":"p00001/x%20y.arrow","partitionValues":{"a":"1","b":null},"size":123,)"
      R"("modificationTime":456,"dataChange":true,"stats":"{\"numRecords\":3}",)"
      R"("tags":{"penstock.partition":"1"}}})"
      "\n");
}

TEST(Actions, UnknownOnesAreLeftOut) {
  const VersionActions actions = decode_actions(
      "{\"cdc\":{\"path\":\"x\"}}\r\n\n"
      "{\"commitInfo\":{\"timestamp\":\"noon\",\"operation\":7,\"operationParameters\":"
      "{\"partitionBy\":[\"a\"]},\"more\":1}}\n");
  EXPECT_TRUE(actions.added.empty());
  EXPECT_FALSE(actions.info->timestamp.has_value());
  EXPECT_EQ(actions.info->parameters.at("partitionBy"), "[\"a\"]");
}

TEST(Actions, FaultsNameTheirLine) {
  EXPECT_NE(actions_refusal("{}\n{").find("line 2: is not JSON"), std::string::npos);
  EXPECT_EQ(actions_refusal("{}\n{}\n{\"add\":{}}\n"), "line 3: 'path' is missing");
  EXPECT_EQ(actions_refusal("7\n"), "line 1: 'a line' is not an object");
  const std::string begin = R"({"add":{"path":"x","modificationTime":1,"dataChange":true,)";
  EXPECT_EQ(actions_refusal(begin + R"("size":-1}})"), "line 1: 'size' is negative");
  EXPECT_EQ(actions_refusal(begin + R"("size":1.5}})"),
            "line 1: 'size' is not an integer of 64 bits");
  EXPECT_EQ(actions_refusal(begin + R"("size":1,"deletionVector":{"offset":1}}})"),
            "line 1: 'x' has a deletion vector, which Penstock cannot read");
  EXPECT_EQ(actions_refusal(R"({"remove":{"path":"../x","dataChange":true}})"),
            "line 1: the path '../x' does not name a file in the table's directory");
}

TEST(Actions, PartitionValuesHaveALimit) {
  VersionActions actions = some_actions();
  actions.added[0].partition_values["a"] = std::string(kMaxPartitionValueBytes, 'x');
  EXPECT_EQ(decode_actions(encode_actions(actions)), actions);
  actions.added[0].partition_values["a"] = std::string(kMaxPartitionValueBytes + 1, 'x');
  EXPECT_THROW(encode_actions(actions), Error);
}

TEST(Protocol, OnlyKnownFeaturesAreRead) {
  EXPECT_NO_THROW(require_writable({1, 2}));
  EXPECT_NO_THROW(require_writable({3, 7, {"penstock-arrow"}, {"penstock-arrow", "appendOnly"}}));
  EXPECT_THROW(require_readable({2, 5}), Error);
  EXPECT_THROW(require_readable({4, 7}), Error);
  EXPECT_THROW(require_readable({3, 7, {"deletionVectors"}, {"deletionVectors"}}), Error);
  // What only writers must know is read, and not written.
  EXPECT_NO_THROW(require_readable({1, 4}));
  EXPECT_THROW(require_writable({1, 4}), Error);
  EXPECT_NO_THROW(require_readable({3, 7, {}, {"rowTracking"}}));
  EXPECT_THROW(require_writable({3, 7, {}, {"rowTracking"}}), Error);
}

TEST(Protocol, OfANewTable) {
  const Schema plain({{"a", int64_type(), true, {}}});
  const Schema times({{"a", timestamp_type(TimeUnit::kMicro), true, {}}});
  EXPECT_EQ(new_protocol({}, plain), (TableProtocol{1, 2, {}, {}}));
  EXPECT_EQ(new_protocol({.is_arrow = true}, plain),
            (TableProtocol{3, 7, {"penstock-arrow"}, {"penstock-arrow"}}));
  EXPECT_EQ(
      widened(new_protocol({}, plain), {.is_arrow = true, .has_groups = true}, plain),
      (TableProtocol{
          3, 7, {"penstock-arrow", "penstock-groups"}, {"penstock-arrow", "penstock-groups"}}));
  EXPECT_EQ(widened({3, 7, {"timestampNtz"}, {"appendOnly"}}, {}, plain),
            (TableProtocol{3, 7, {"timestampNtz"}, {"appendOnly"}}));
  EXPECT_EQ(new_protocol({}, times), (TableProtocol{3, 7, {"timestampNtz"}, {"timestampNtz"}}));
}

}  // namespace
}  // namespace penstock
