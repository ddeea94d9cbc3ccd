// A scan that takes chunk after chunk, side by side with others.
#include <sys/stat.h>

#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/keys/known_order.h"
#include "libcore/ops/scan/input.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/os/chunks/source.h"

namespace penstock {
namespace {

// Returns the sizes of the operands that are files. Others cannot be read in chunks, which their
// reader reports.
std::vector<int64_t> sizes_of(const std::vector<std::string>& operands) {
  std::vector<int64_t> sizes;
  for (const std::string& operand : operands) {
    struct stat status {};
    bool is_file = stat(operand.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    sizes.push_back(is_file ? status.st_size : 0);
  }
  return sizes;
}

class ChunkScan : public Operator {
 public:
  ChunkScan(std::vector<std::string> operands, const ScanOptions& options)
      : operands_(std::move(operands)),
        options_(options),
        source_(open_chunk_source(options.chunks, sizes_of(operands_))) {
    const std::vector<int64_t> sizes = sizes_of(operands_);
    if (options_.text.partitions > 1) {
      throw Error::usage("--chunks and --partition exclude each other");
    }
    // The other scans take the place of threads.
    options_.threads = false;
    if (options_.union_by_name && operands_.size() > 1) {
      std::vector<SurveyedInput> inputs;
      for (size_t i = 0; i < operands_.size(); ++i) {
        // In a flow over hosts a file may be elsewhere; then the schema has its columns.
        const bool is_elsewhere = sizes[i] == 0 && options_.text.schema;
        if (!is_elsewhere) inputs.push_back(survey_input(operands_[i], options_));
      }
      options_.united = unite_by_name(inputs, options_);
    }
    if (!options_.where.empty() && !adds_columns(options_)) {
      options_.text.filter = make_filter_binder(options_.where);
    }
    ScanInput first = recognize(first_operand(), options_);
    ScanOptions plain = options_;
    plain.text.shared = {source_.get(), source_->first_input()};
    schema_ = open_recognized(std::move(first), plain)->schema();
    if (operands_.size() > 1) schema_ = without_claims(*schema_);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    try {
      for (;;) {
        if (current_ != nullptr) {
          if (std::optional<Batch> batch = current_->next()) {
            batch->schema = schema_;
            return batch;
          }
          current_.reset();
        }
        std::optional<Chunk> chunk = source_->peek();
        if (!chunk) return std::nullopt;
        if (chunk->number == opened_) {
          // Its reader saw that there are no records at all.
          source_->take(chunk->input);
          source_->tell_next(chunk->end);
          continue;
        }
        opened_ = chunk->number;
        current_ = open(*chunk);
      }
    } catch (const Error&) {
      current_.reset();
      source_->give_way();
      throw;
    }
  }

 private:
  const std::string& first_operand() const {
    return operands_[static_cast<size_t>(source_->first_input())];
  }

  // A reader of this chunk and those of its input after it, or of this one alone.
  OperatorPtr open(const Chunk& chunk) {
    const std::string& operand = operands_[static_cast<size_t>(chunk.input)];
    ScanOptions options = options_;
    options.text.partition = chunk.part;
    options.text.partitions = chunk.parts;
    options.text.shared = {source_.get(), chunk.input};
    ScanInput input = recognize(operand, options);
    if (has_types(input.format)) {
      source_->take(chunk.input);
      source_->tell_next(chunk.end);
    } else if (!options.text.schema && operands_.size() > 1) {
      throw Error::usage("--chunks of several text files needs --schema");
    }
    OperatorPtr scan = open_recognized(std::move(input), options);
    check_same_columns(*scan->schema(), operand);
    return scan;
  }

  void check_same_columns(const Schema& schema, const std::string& operand) const {
    bool same = schema.size() == schema_->size();
    for (size_t i = 0; same && i < schema.size(); ++i) {
      same = schema[i].name == (*schema_)[i].name && equals(*schema[i].type, *(*schema_)[i].type);
    }
    if (!same) {
      throw Error(operand + ": its columns are not those of " + first_operand() +
                  "; inputs that are read together need the same columns");
    }
  }

  std::vector<std::string> operands_;
  ScanOptions options_;
  std::unique_ptr<ChunkSource> source_;
  SchemaPtr schema_;
  OperatorPtr current_;
  int64_t opened_ = 0;  // the chunk with which current_ began
};

}  // namespace

OperatorPtr open_chunks(const std::vector<std::string>& operands, const ScanOptions& options) {
  PENSTOCK_CHECK(!operands.empty() && !options.chunks.empty());
  return std::make_unique<ChunkScan>(operands, options);
}

}  // namespace penstock
