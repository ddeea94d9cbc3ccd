#include "libcore/ops/scan/follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/ops/scan/input.h"
#include "libcore/os/followed_file.h"
#include "libcore/os/output_watch.h"
#include "libcore/os/threads.h"

namespace penstock {
namespace {

// Batches of one file that are held for the reader of the rows.
constexpr size_t kHeldBatches = 2;
// How often we look whether somebody still reads our output.
constexpr std::chrono::milliseconds kLookPause{100};

void require_text(const std::string& operand, Format format) {
  if (!has_types(format)) return;
  throw Error::usage(operand + ": --follow is for text, but this is " +
                     (format == Format::kArrow ? "Arrow" : "Parquet"));
}

// One name: the file that has it, and those that take it later.
class FollowedName {
 public:
  // REQUIRES options with a schema.
  FollowedName(std::string operand, const ScanOptions& options, const std::atomic<bool>& stops)
      : operand_(std::move(operand)), options_(options), stops_(stops) {
    options_.open = [this](const std::string& path) {
      auto file = std::make_unique<FollowedFile>(path, stops_);
      file_ = file.get();
      return file;
    };
  }
  FollowedName(const FollowedName&) = delete;
  FollowedName& operator=(const FollowedName&) = delete;

  // Waits for the header of a file, and returns the schema of the rows.
  SchemaPtr open() {
    ScanInput input = recognize(operand_, options_);
    require_text(operand_, input.format);
    rows_ = open_recognized(std::move(input), options_);
    return rows_->schema();
  }

  // Waits for rows; empty when it is stopped.
  std::optional<Batch> next() {
    if (!rows_) open();
    for (;;) {
      std::optional<Batch> batch = rows_->next();
      if (batch) return batch;
      if (!file_->is_replaced() || stops_) return std::nullopt;
      rows_.reset();
      open();
    }
  }

 private:
  std::string operand_;
  ScanOptions options_;
  const std::atomic<bool>& stops_;
  const FollowedFile* file_ = nullptr;  // which rows_ reads
  OperatorPtr rows_;
};

bool has_rows(const std::string& operand, const ScanOptions& options) {
  if (!open_source(operand)->size()) return false;
  ScanOptions plain = options;
  plain.where = {};
  plain.threads = false;
  plain.text.on_reject = nullptr;
  OperatorPtr rows = open_scan(operand, plain);
  while (std::optional<Batch> batch = rows->next()) {
    if (batch->rows > 0) return true;
  }
  return false;
}

// The files that have rows now.
std::vector<std::string> with_rows(const std::vector<std::string>& operands,
                                   const ScanOptions& options) {
  std::vector<std::string> filled;
  for (const std::string& operand : operands) {
    if (has_rows(operand, options)) filled.push_back(operand);
  }
  return filled;
}

// Of what the files have now, of which `filled` have rows. Where none has, the first rows of
// `first` are waited for; then the others are not asked.
SchemaPtr schema_of_now(const std::vector<std::string>& filled, const std::string& first,
                        const ScanOptions& options, const std::atomic<bool>& stops) {
  std::vector<SurveyedInput> known;
  for (const std::string& operand : filled) {
    known.push_back(survey_input(operand, options));
    require_text(operand, known.back().format);
  }
  if (known.empty()) {
    ScanOptions waiting = options;
    waiting.open = [&stops](const std::string& path) {
      return std::make_unique<FollowedFile>(path, stops);
    };
    known.push_back(survey_input(first, waiting));
  }
  return schema_of_all(known, options);
}

class FollowScan : public Operator {
 public:
  FollowScan(const std::vector<std::string>& operands, ScanOptions options) {
    // Throws for what cannot be followed before anything is waited for.
    for (const std::string& operand : operands)
      FollowedFile(operand, stops_);
    const std::vector<std::string> filled = with_rows(operands, options);
    if (!options.text.schema) {
      options.text.schema =
          without_file_column(schema_of_now(filled, operands[0], options, stops_), options);
      options.text.types.clear();
    }
    // Each file has a thread as it is.
    if (operands.size() > 1) options.threads = false;
    for (const std::string& operand : operands)
      names_.push_back(std::make_unique<FollowedName>(operand, options, stops_));
    const auto first = filled.empty() ? operands.begin() : std::ranges::find(operands, filled[0]);
    schema_ = names_[static_cast<size_t>(first - operands.begin())]->open();
    if (names_.size() == 1) return;
    try {
      for (const auto& name : names_)
        threads_.push_back(start_thread([this, &name = *name] { read(name); }));
    } catch (const Error&) {
      end();
      throw;
    }
  }
  ~FollowScan() override { end(); }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (threads_.empty()) return names_[0]->next();
    std::unique_lock lock(mutex_);
    while (held_.empty() && !failure_) {
      came_.wait_for(lock, kLookPause);
      end_without_reader();
    }
    if (held_.empty()) std::rethrow_exception(failure_);
    Batch batch = std::move(held_.front());
    held_.pop_front();
    room_.notify_all();
    batch.schema = schema_;
    return batch;
  }

 private:
  // In a thread of its own.
  void read(FollowedName& name) {
    try {
      while (std::optional<Batch> batch = name.next()) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return stops_ || held_.size() < kHeldBatches * names_.size(); });
        held_.push_back(std::move(*batch));
        came_.notify_one();
      }
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      came_.notify_one();
    }
  }

  void end() {
    {
      std::lock_guard lock(mutex_);
      stops_ = true;
    }
    room_.notify_all();
    for (std::thread& thread : threads_)
      thread.join();
  }

  SchemaPtr schema_;
  std::atomic<bool> stops_ = false;
  std::vector<std::unique_ptr<FollowedName>> names_;
  std::vector<std::thread> threads_;  // one for each of several names
  std::mutex mutex_;                  // of what follows
  std::condition_variable came_;
  std::condition_variable room_;
  std::deque<Batch> held_;
  std::exception_ptr failure_;
};

}  // namespace

OperatorPtr open_follow(const std::vector<std::string>& operands, const ScanOptions& options) {
  PENSTOCK_CHECK(!operands.empty());
  if (std::ssize(operands) > kMaxFollowedFiles) {
    throw Error::usage(
        fmt::format("--follow of {} files; {} are the limit", operands.size(), kMaxFollowedFiles));
  }
  return std::make_unique<FollowScan>(operands, options);
}

}  // namespace penstock
