// Tables that are made of text, and what a scan of one gives, as text.
#pragma once

#include <optional>
#include <string>

#include "libcore/ops/print.h"
#include "libcore/os/byte_sink.h"
#include "libcore/table/create.h"
#include "libcore/table/operands.h"
#include "tests/unit/folder_test.h"

namespace penstock {

class MadeTableTest : public FolderTest {
 protected:
  // The table T of the rows of a CSV text.
  TableWritten make(const std::string& csv, const TableLayout& layout,
                    const std::vector<std::string>& by = {}, bool replaces = false) const {
    NewTable table;
    table.folder = path("T");
    table.layout = layout;
    table.partition_columns = by;
    table.replaces = replaces;
    table.sync = Sync::kNo;
    const OperatorPtr input = open_scan(write("in.csv", csv), ScanOptions{});
    return create_table(*input, table);
  }

  static TableLayout hash_of(const std::string& key, int64_t partitions) {
    TableLayout layout;
    PartitionOptions& how = layout.partitioning.emplace();
    how.keys = {{key}};
    how.partitions = partitions;
    return layout;
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // The rows of a scan as CSV without a header; what it reported stands in reported_.
  std::string scan(ScanOptions options = {}) {
    options.tell = [this](const std::string& text) { reported_ = text; };
    std::string out;
    PrintOptions print;
    print.format = Format::kCsv;
    print.text.header = false;
    const OperatorPtr rows = open_operands({path("T")}, options);
    penstock::print(*rows, *sink_to_string(out), print);
    return out;
  }
  std::string where(const std::string& condition) {
    ScanOptions options;
    options.where.text = condition;
    return scan(options);
  }

  // What the scan reported, without the table's path.
  std::string reported() const {
    const size_t begin = reported_.find(": ");
    return begin == reported_.npos ? reported_ : reported_.substr(begin + 2);
  }

  std::string reported_;
};

}  // namespace penstock
