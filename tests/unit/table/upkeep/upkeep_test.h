// Rows of what a table is asked, as text.
#pragma once

#include <string>

#include "libcore/ops/print.h"
#include "libcore/table/commit.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {

class UpkeepTest : public MadeTableTest {
 protected:
  TableLog log() const { return TableLog(path("T")); }

  static std::string csv(const Batch& batch) {
    std::string out;
    PrintOptions options;
    options.format = Format::kCsv;
    const ByteSinkPtr sink = sink_to_string(out);
    const auto writer = make_row_writer(*sink, batch.schema, options);
    writer->write(batch);
    writer->finish();
    return out;
  }

  // Adds a file of another program, whose log says nothing of its rows, to the table.
  void add_foreign(const std::string& name, const std::string& bytes) const {
    write("T/" + name, bytes);
    TableChange change;
    change.actions.info.emplace().operation = "WRITE";
    change.actions.added.push_back({.path = name, .size = std::ssize(bytes)});
    ASSERT_TRUE(commit(log(), log().read(), change).version);
  }
};

}  // namespace penstock
