// A table with indexes.
#pragma once

#include <string>
#include <vector>

#include "libcore/table/change/insert.h"
#include "libcore/table/change/rewrite.h"
#include "libcore/table/index/check_index.h"
#include "libcore/table/index/make_index.h"
#include "libcore/table/index/stored_indexes.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {

class IndexTest : public MadeTableTest {
 protected:
  IndexMade index(const std::vector<std::string>& keys, const std::string& name = {}) const {
    IndexToMake how;
    how.folder = path("T");
    how.keys = keys;
    how.name = name;
    how.sync = Sync::kNo;
    return make_index(how);
  }

  void insert(const std::string& csv) const {
    Insertion how;
    how.folder = path("T");
    how.sync = Sync::kNo;
    const OperatorPtr input = open_scan(write("more.csv", csv), ScanOptions{});
    insert_rows(*input, how);
  }

  void remove(const std::string& condition) const {
    ChangeOptions options;
    options.folder = path("T");
    options.sync = Sync::kNo;
    delete_rows(condition, options);
  }

  TableState state() const { return TableLog(path("T")).read(); }

  std::vector<std::string> pieces() const {
    std::vector<std::string> paths;
    for (const StoredIndex& index : find_indexes(path("T")))
      paths.insert(paths.end(), index.pieces.begin(), index.pieces.end());
    return paths;
  }

  // What a check says, without the names of pieces.
  std::vector<std::string> check() const {
    std::vector<std::string> said;
    const IndexCheck found = check_indexes(path("T"), state(), {}, [&](const std::string& text) {
      said.push_back(text.substr(text.find(".arrow: ") + 8));
    });
    EXPECT_EQ(found.damaged, std::ssize(said));
    EXPECT_EQ(found.pieces, std::ssize(pieces()));
    return said;
  }
};

// Eight rows in two files in turn, whose bounds of v overlap.
inline const char* const kIndexedRows = "k,v\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n";

inline TableLayout in_turn(int64_t partitions) {
  TableLayout layout;
  PartitionOptions& how = layout.partitioning.emplace();
  how.kind = PartitionKind::kRoundRobin;
  how.partitions = partitions;
  return layout;
}

}  // namespace penstock
