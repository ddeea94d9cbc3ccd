#include "libcore/table/operands.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/table/log.h"
#include "libcore/table/scan.h"

namespace penstock {
namespace {

void refuse_version(const ScanOptions& options) {
  if (!options.as_of.empty()) {
    throw Error::usage("--as-of is for tables, and there is none among the inputs");
  }
}

// One table after the other.
class SeveralTables : public Operator {
 public:
  SeveralTables(std::vector<std::string> folders, const ScanOptions& options)
      : folders_(std::move(folders)),
        options_(options),
        current_(open_table(folders_[0], options)) {
    schema_ = current_->schema();
    for (size_t i = 1; i < folders_.size(); ++i)
      require_same(i, *open_table(folders_[i], options_)->schema());
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (std::optional<Batch> batch = current_->next()) {
        batch->schema = schema_;
        return batch;
      }
      if (++at_ >= folders_.size()) {
        at_ = folders_.size() - 1;
        return std::nullopt;
      }
      current_ = open_table(folders_[at_], options_);
      require_same(at_, *current_->schema());
    }
  }

 private:
  void require_same(size_t table, const Schema& schema) const {
    if (equals(schema, *schema_)) return;
    throw Error(folders_[table] + ": its columns are not those of " + folders_[0] +
                "; inputs that are read together need the same columns");
  }

  std::vector<std::string> folders_;
  ScanOptions options_;
  SchemaPtr schema_;
  OperatorPtr current_;
  size_t at_ = 0;
};

}  // namespace

OperatorPtr open_operand(const std::string& operand, const ScanOptions& options) {
  if (TableLog::is_table(operand)) return open_table(operand, options);
  refuse_version(options);
  return open_scan(operand, options);
}

OperatorPtr open_operands(const std::vector<std::string>& operands, const ScanOptions& options) {
  if (operands.size() == 1) {
    if (TableLog::is_table(operands[0])) return open_table(operands[0], options);
    refuse_version(options);
    return open_scan(operands, options);
  }
  const auto tables = std::count_if(operands.begin(), operands.end(), TableLog::is_table);
  if (tables == 0) {
    refuse_version(options);
    return open_scan(operands, options);
  }
  if (tables < std::ssize(operands)) {
    const auto table = std::find_if(operands.begin(), operands.end(), TableLog::is_table);
    throw Error::usage(*table +
                       ": is a table, which cannot be read together with files; read it with a "
                       "pscan of its own, and combine the streams with pmerge");
  }
  if (options.text.partitions > 1) {
    throw Error::usage("--partition is of one table, not of several");
  }
  return std::make_unique<SeveralTables>(operands, options);
}

}  // namespace penstock
