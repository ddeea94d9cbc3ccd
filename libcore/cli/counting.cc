#include "libcore/cli/counting.h"

#include <utility>

namespace penstock {
namespace {

class CountedRows : public Operator {
 public:
  CountedRows(OperatorPtr input, Passed passed)
      : input_(std::move(input)), passed_(std::move(passed)) {}

  SchemaPtr schema() const override { return input_->schema(); }
  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (batch) passed_(batch->rows);
    return batch;
  }

 private:
  OperatorPtr input_;
  Passed passed_;
};

class CountedBytes : public ByteSink {
 public:
  CountedBytes(ByteSinkPtr sink, Passed passed)
      : sink_(std::move(sink)), passed_(std::move(passed)) {}

  using ByteSink::write;
  void write(std::span<const ByteRange> ranges) override {
    int64_t bytes = 0;
    for (const ByteRange& range : ranges)
      bytes += range.size;
    passed_(bytes);
    sink_->write(ranges);
  }
  void finish() override { sink_->finish(); }
  bool appears_when_finished() const override { return sink_->appears_when_finished(); }
  const std::string& name() const override { return sink_->name(); }
  int descriptor() const override { return sink_->descriptor(); }

 private:
  ByteSinkPtr sink_;
  Passed passed_;
};

}  // namespace

OperatorPtr count_rows(OperatorPtr input, Passed passed) {
  return std::make_unique<CountedRows>(std::move(input), std::move(passed));
}

ByteSinkPtr count_bytes(ByteSinkPtr sink, Passed passed) {
  return std::make_unique<CountedBytes>(std::move(sink), std::move(passed));
}

}  // namespace penstock
