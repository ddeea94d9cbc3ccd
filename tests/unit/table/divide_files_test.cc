#include "libcore/table/divide_files.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "libcore/partition/partitioner.h"

namespace penstock {
namespace {

using Parts = std::vector<FilePart>;

TEST(DivideFiles, AsManyReadersAsPartitionsReadOneEach) {
  const std::vector<int64_t> partitions{0, 0, 1, 3};
  EXPECT_EQ(divide_files(partitions, 4, 1, 4), (Parts{{0}, {1}}));
  EXPECT_EQ(divide_files(partitions, 4, 2, 4), (Parts{{2}}));
  EXPECT_EQ(divide_files(partitions, 4, 3, 4), Parts{});
  EXPECT_EQ(divide_files(partitions, 4, 4, 4), (Parts{{3}}));
}

TEST(DivideFiles, FewerReadersReadWholePartitions) {
  const std::vector<int64_t> partitions{0, 0, 1, 3};
  EXPECT_EQ(divide_files(partitions, 4, 1, 1), (Parts{{0}, {1}, {2}, {3}}));
  EXPECT_EQ(divide_files(partitions, 4, 1, 2), (Parts{{0}, {1}, {2}}));
  EXPECT_EQ(divide_files(partitions, 4, 2, 2), (Parts{{3}}));
}

TEST(DivideFiles, MoreReadersShareFiles) {
  const std::vector<int64_t> partitions{0, 1};
  EXPECT_EQ(divide_files(partitions, 2, 1, 4), (Parts{{0, 1, 2}}));
  EXPECT_EQ(divide_files(partitions, 2, 2, 4), (Parts{{0, 2, 2}}));
  EXPECT_EQ(divide_files(partitions, 2, 4, 4), (Parts{{1, 2, 2}}));
  // The files of a partition before parts of one.
  EXPECT_EQ(divide_files(std::vector<int64_t>{0, 0}, 1, 2, 2), (Parts{{1}}));
}

TEST(DivideFiles, WithoutFilesNobodyReads) {
  EXPECT_EQ(divide_files({}, 4, 2, 3), Parts{});
  EXPECT_EQ(divide_files({}, 0, 2, 3), Parts{});
}

// So a join of a table and of rows that an exchange brings needs no exchange of the table.
TEST(DivideFiles, ReadersHaveWhatAnExchangeByHashBringsThem) {
  std::vector<int64_t> partitions;
  for (int64_t i = 0; i < 48; ++i)
    partitions.push_back(i);
  for (const int64_t readers : {1, 2, 3, 4, 6, 12, 48}) {
    for (int64_t reader = 1; reader <= readers; ++reader) {
      for (const FilePart& part : divide_files(partitions, 48, reader, readers)) {
        // The hashes of a partition are equal parts of all.
        const auto p = static_cast<unsigned __int128>(part.file);
        const auto first = static_cast<uint64_t>(((p << 64) + 47) / 48);
        const auto last = static_cast<uint64_t>((((p + 1) << 64) + 47) / 48 - 1);
        EXPECT_EQ(partition_of_hash(first, 48), static_cast<int32_t>(part.file));
        EXPECT_EQ(partition_of_hash(first, readers), reader - 1);
        EXPECT_EQ(partition_of_hash(last, readers), reader - 1);
      }
    }
  }
}

// Of whatever there is, all readers together read each file once, in order.
TEST(DivideFiles, ReadersTogetherReadEachFileOnce) {
  for (int64_t count = 0; count < 9; ++count) {
    for (int64_t each = 1; each < 4; ++each) {
      std::vector<int64_t> partitions;
      for (int64_t i = 0; i < count; ++i)
        partitions.push_back(i / each);
      for (int64_t readers = 1; readers < 40; ++readers) {
        Parts all;
        for (int64_t reader = 1; reader <= readers; ++reader) {
          for (const FilePart& part :
               divide_files(partitions, (count + each - 1) / each, reader, readers))
            all.push_back(part);
        }
        Parts expected;
        for (size_t i = 0; i < all.size(); ++i) {
          for (int64_t part = 1; part <= all[i].parts; ++part)
            expected.push_back({all[i].file, part, all[i].parts});
          i += static_cast<size_t>(all[i].parts) - 1;
        }
        EXPECT_EQ(all, expected) << count << ' ' << each << ' ' << readers;
        std::vector<size_t> files;
        for (const FilePart& part : all) {
          if (part.part == 1) files.push_back(part.file);
        }
        EXPECT_EQ(std::ssize(files), count);
        EXPECT_TRUE(std::is_sorted(files.begin(), files.end()));
      }
    }
  }
}

}  // namespace
}  // namespace penstock
