// A scan that takes chunk after chunk, side by side with others.
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/ops/scan.h"
#include "libcore/ops/scan_input.h"
#include "libcore/os/chunk_ledger.h"

namespace penstock {
namespace {

class ChunkScan : public Operator {
 public:
  ChunkScan(std::vector<std::string> operands, const ScanOptions& options)
      : operands_(std::move(operands)), options_(options), ledger_(options.chunks) {
    if (options_.text.partitions > 1) {
      throw Error::usage("--chunks and --partition exclude each other");
    }
    if (ledger_.total() < std::ssize(operands_)) {
      throw Error(options.chunks + ": there are fewer chunks than inputs");
    }
    // The scans beside this one are the threads.
    options_.threads = false;
    if (!options_.where.empty()) options_.text.filter = make_filter_binder(options_.where);
    schema_ = open(1)->schema();
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (current_ != nullptr) {
        if (std::optional<Batch> batch = current_->next()) {
          batch->schema = schema_;
          return batch;
        }
        current_.reset();
      }
      std::optional<int64_t> chunk = ledger_.take();
      if (!chunk) return std::nullopt;
      current_ = open(*chunk);
    }
  }

 private:
  // The number of the first chunk of operand `i`, from 0.
  int64_t first_chunk(int64_t i) const { return i * ledger_.total() / std::ssize(operands_); }

  OperatorPtr open(int64_t chunk) const {
    int64_t number = chunk - 1;
    int64_t i = number * std::ssize(operands_) / ledger_.total();
    while (first_chunk(i + 1) <= number)
      ++i;
    const std::string& operand = operands_[static_cast<size_t>(i)];
    ScanOptions options = options_;
    options.text.partition = number - first_chunk(i) + 1;
    options.text.partitions = first_chunk(i + 1) - first_chunk(i);
    ScanInput input = recognize(operand, options);
    if (input.format != Format::kArrow && !options.text.schema && operands_.size() > 1) {
      throw Error::usage("--chunks of several text files needs --schema");
    }
    OperatorPtr scan = open_recognized(std::move(input), options);
    if (schema_ != nullptr) check_same_columns(*scan->schema(), operand);
    return scan;
  }

  void check_same_columns(const Schema& schema, const std::string& operand) const {
    bool same = schema.size() == schema_->size();
    for (size_t i = 0; same && i < schema.size(); ++i) {
      same = schema[i].name == (*schema_)[i].name && equals(*schema[i].type, *(*schema_)[i].type);
    }
    if (!same) {
      throw Error(operand + ": its columns are not those of " + operands_[0] +
                  "; inputs that are read together need the same columns");
    }
  }

  std::vector<std::string> operands_;
  ScanOptions options_;
  ChunkLedger ledger_;
  SchemaPtr schema_;
  OperatorPtr current_;
};

}  // namespace

OperatorPtr open_chunks(const std::vector<std::string>& operands, const ScanOptions& options) {
  PENSTOCK_CHECK(!operands.empty() && !options.chunks.empty());
  return std::make_unique<ChunkScan>(operands, options);
}

}  // namespace penstock
