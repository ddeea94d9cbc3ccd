#include "libcore/table/index/check_index.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/data/builder.h"
#include "libcore/table/index/index_rows.h"
#include "libcore/table/index/piece.h"
#include "tests/unit/table/index/index_test.h"

namespace penstock {
namespace {

// Rows that are given once.
class GivenRows : public Operator {
 public:
  explicit GivenRows(Batch batch) : batch_(std::move(batch)), schema_(batch_->schema) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override { return std::exchange(batch_, std::nullopt); }

 private:
  std::optional<Batch> batch_;
  SchemaPtr schema_;
};

class CheckIndexTest : public IndexTest {
 protected:
  // Puts a piece in the place of the one that is there: with its files, and such rows.
  void replace_piece(const std::vector<std::string>& values, const std::vector<int32_t>& files) {
    const std::string old = pieces()[0];
    const PieceHead head = head_of_piece(old);
    BytesBuilder texts;
    FixedBuilder<int32_t> numbers, batches;
    for (size_t i = 0; i < values.size(); ++i) {
      texts.append(values[i]);
      numbers.append(files[i]);
      batches.append(0);
    }
    GivenRows rows(
        {piece_schema(head),
         std::ssize(values),
         {texts.finish(utf8_type()), numbers.finish(int32_type()), batches.finish(int32_type())}});
    (void)write_piece(std::filesystem::path(old).parent_path().string(), rows, head, Sync::kNo);
    std::filesystem::remove(old);
  }
};

TEST_F(CheckIndexTest, APieceThatIsAsTheDataIsRight) {
  make("k,v\n1,a\n2,b\n3,a\n4,\n", in_turn(2));
  index({"v"});
  index({"k", "v"});
  EXPECT_TRUE(check().empty());
}

TEST_F(CheckIndexTest, ALackingKeyAndAWrongOneAreNamedWithTheirFile) {
  make("k,v\n1,a\n2,b\n", in_turn(2));
  index({"v"});
  const std::vector<PieceFile> files = head_of_piece(pieces()[0]).files;
  replace_piece({"a", "b"}, {0, 1});
  EXPECT_TRUE(check().empty());
  replace_piece({"b"}, {1});
  ASSERT_EQ(check().size(), 1);
  EXPECT_EQ(check()[0],
            "lacks a key of batch 0 of '" + files[0].path + "'; use --drop, and make it again");
  replace_piece({"a", "b", "c"}, {0, 1, 1});
  ASSERT_EQ(check().size(), 1);
  EXPECT_EQ(check()[0], "has, wrongly, a key of batch 0 of '" + files[1].path +
                            "'; use --drop, and make it again");
}

TEST_F(CheckIndexTest, ANumberThatIsNotOfAFileIsDamage) {
  make("k,v\n1,a\n2,b\n", in_turn(2));
  index({"v"});
  replace_piece({"a", "b"}, {0, 7});
  ASSERT_EQ(check().size(), 1);
  EXPECT_EQ(check()[0], "has a row of a data file that it does not name");
  EXPECT_EQ(where("v = 'b'"), "2,b\n");
}

TEST_F(CheckIndexTest, AFileThatIsNotAPieceIsDamage) {
  make("k,v\n1,a\n2,b\n", in_turn(2));
  index({"v"});
  std::filesystem::copy_file(path("T") + "/" + state().files[0].path,
                             std::filesystem::path(pieces()[0]).parent_path() / "x.arrow");
  ASSERT_EQ(check().size(), 1);
  EXPECT_EQ(check()[0], "is not a piece of an index");
  EXPECT_EQ(where("v = 'b'"), "2,b\n");
}

TEST_F(CheckIndexTest, TheListCountsPiecesAndFiles) {
  make(kIndexedRows, in_turn(2));
  EXPECT_EQ(list_indexes(path("T"), state()).rows, 0);
  index({"v"});
  insert("k,v\n9,x\n");
  std::filesystem::remove(pieces()[0]);
  const Batch list = list_indexes(path("T"), state());
  ASSERT_EQ(list.rows, 1);
  EXPECT_EQ(list.columns[0]->bytes_at(0), "v");
  EXPECT_EQ(list.columns[1]->bytes_at(0), "v");
  EXPECT_EQ(list.columns[2]->data<int64_t>()[0], 1);
  EXPECT_EQ(list.columns[3]->data<int64_t>()[0] + list.columns[4]->data<int64_t>()[0], 3);
  EXPECT_GT(list.columns[5]->data<int64_t>()[0], 0);
}

TEST_F(CheckIndexTest, PiecesOfFilesThatAreGoneAreNotNeeded) {
  make("k,v\n1,a\n", in_turn(1));
  index({"v"});
  remove("true");
  insert("k,v\n1,b\n");
  ASSERT_EQ(pieces().size(), 2);
  const std::string now = state().files[0].path;
  const std::vector<std::string> unneeded =
      unneeded_index_files(path("T"), [&](const std::string& file) { return file == now; });
  ASSERT_EQ(unneeded.size(), 1);
  EXPECT_EQ(head_of_piece(path("T") + "/" + unneeded[0]).files[0].path.find(now),
            std::string::npos);
  // The last piece has the keys.
  EXPECT_EQ(unneeded_index_files(path("T"), [](const std::string&) { return false; }).size(), 1);
}

}  // namespace
}  // namespace penstock
