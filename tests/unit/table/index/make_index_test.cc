#include "libcore/table/index/make_index.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/table/index/piece.h"
#include "tests/unit/table/index/index_test.h"

namespace penstock {
namespace {

class MakeIndexTest : public IndexTest {
 protected:
  std::string message_of(const std::vector<std::string>& keys, const std::string& name = {}) const {
    try {
      index(keys, name);
    } catch (const Error& error) {
      const std::string message = error.message();
      return message.starts_with(path("T")) ? "T" + message.substr(path("T").size()) : message;
    }
    return "";
  }
};

TEST_F(MakeIndexTest, ItCoversWhatItDidNotCover) {
  make(kIndexedRows, in_turn(2));
  const IndexMade made = index({"v"});
  EXPECT_EQ(made.name, "v");
  EXPECT_EQ(made.files, 2);
  EXPECT_EQ(index({"v"}).files, 0);
  EXPECT_EQ(pieces().size(), 1);
  const PieceHead head = head_of_piece(pieces()[0]);
  ASSERT_EQ(head.keys.size(), 1);
  EXPECT_EQ(head.keys[0].name, "v");
  EXPECT_EQ(head.files.size(), 2);
}

TEST_F(MakeIndexTest, ChangesAddPiecesAndManyBecomeOne) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  for (int i = 0; i < 8; ++i)
    insert("k,v\n" + std::to_string(10 + i) + ",z" + std::to_string(i) + "\n");
  remove("v = 'c'");
  EXPECT_EQ(pieces().size(), 10);
  EXPECT_TRUE(check().empty());
  const IndexMade made = index({"v"});
  EXPECT_EQ(made.files, 0);
  EXPECT_EQ(made.merged, 10);
  EXPECT_EQ(pieces().size(), 1);
  EXPECT_EQ(head_of_piece(pieces()[0]).files.size(), state().files.size());
  EXPECT_TRUE(check().empty());
  EXPECT_EQ(where("v = 'z3'"), "13,z3\n");
  EXPECT_EQ(where("v = 'c'"), "");
  EXPECT_TRUE(reported().starts_with("read 0 of 2 partitions")) << reported();
}

TEST_F(MakeIndexTest, AnEmptyTableHasAnIndexToWhichChangesAdd) {
  make("k,v\n1,a\n", in_turn(1));
  remove("true");
  EXPECT_EQ(index({"v"}).files, 0);
  EXPECT_EQ(pieces().size(), 1);
  insert("k,v\n1,x\n2,z\n");
  EXPECT_EQ(where("v = 'y'"), "");
  EXPECT_EQ(reported(), "read 0 of 1 partitions, 0 of 1 batches, by the index v");
}

TEST_F(MakeIndexTest, AChangeThatIsNotCommittedLeavesNoPiece) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  TableChange change;
  change.actions.info.emplace().operation = "WRITE";
  change.actions.removed.push_back({state().files[0].path});
  change.owns_added = true;
  change.files_beside = {std::filesystem::relative(pieces()[0], path("T"))};
  const TableState began = state();
  remove("k = 1");
  remove("k = 2");
  EXPECT_EQ(pieces().size(), 3);
  EXPECT_FALSE(commit(TableLog(path("T")), began, change).version);
  EXPECT_EQ(pieces().size(), 2);
}

TEST_F(MakeIndexTest, WhatCannotBeAnIndexIsRefused) {
  make(kIndexedRows, in_turn(2));
  EXPECT_EQ(message_of({"nosuch"}).rfind("T: unknown column 'nosuch'", 0), 0)
      << message_of({"nosuch"});
  EXPECT_EQ(message_of({"v", "v"}), "T: the key 'v' comes twice");
  EXPECT_EQ(message_of({}), "the name of an index has 1 to 80 bytes; use --name");
  EXPECT_EQ(message_of({"v"}, std::string(81, 'x')),
            "the name of an index has 1 to 80 bytes; use --name");
  index({"v"}, "mine");
  EXPECT_EQ(message_of({"k"}, "mine"),
            "T: the index 'mine' has the keys v; give another --name, or remove it with --drop");
  EXPECT_EQ(message_of({"k"}, "a/b c"), "");
  EXPECT_EQ(find_indexes(path("T"))[0].name, "a/b c");
}

TEST_F(MakeIndexTest, ATableThatReplacesAnotherKeepsItsIndexes) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  make("k,v\n1,x\n2,z\n3,x\n4,y\n", in_turn(2), {}, true);
  EXPECT_EQ(where("v = 'y'"), "4,y\n");
  EXPECT_EQ(reported(), "read 1 of 2 partitions, 1 of 2 batches, by the index v");
  EXPECT_EQ(index({"v"}).files, 0);
  // Its columns have other types now, or are not there.
  make("k,v\n1,7\n2,9\n3,8\n", in_turn(2), {}, true);
  EXPECT_EQ(where("v = 8"), "3,8\n");
  index({"v"});
  EXPECT_TRUE(check().empty());
  make("k\n1\n", in_turn(2), {}, true);
  EXPECT_EQ(where("k = 1"), "1\n");
}

TEST_F(MakeIndexTest, AnIndexIsDropped) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  index({"k"});
  drop_index(path("T"), "v");
  ASSERT_EQ(find_indexes(path("T")).size(), 1);
  EXPECT_EQ(find_indexes(path("T"))[0].name, "k");
  EXPECT_THROW(drop_index(path("T"), "v"), Error);
}

}  // namespace
}  // namespace penstock
