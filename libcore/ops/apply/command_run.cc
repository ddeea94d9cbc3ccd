#include "libcore/ops/apply/command_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <limits>
#include <mutex>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/repeated_name.h"
#include "libcore/data/take.h"
#include "libcore/ops/apply/kept_rows.h"
#include "libcore/os/command/command_process.h"
#include "libcore/os/threads.h"

namespace penstock {
namespace {

// The command reads no more.
class InputClosed {};

class CommandSink : public ByteSink {
 public:
  CommandSink(CommandProcess& process, const std::string& name) : process_(process), name_(name) {}
  void write(std::span<const ByteRange> ranges) override {
    if (!process_.write(ranges)) throw InputClosed();
  }
  void finish() override { process_.close_input(); }
  const std::string& name() const override { return name_; }

 private:
  CommandProcess& process_;
  const std::string& name_;
};

SchemaPtr choose(const Schema& schema, const std::vector<size_t>& columns) {
  std::vector<Field> fields;
  for (size_t column : columns)
    fields.push_back(schema[column]);
  return make_schema(std::move(fields), {});
}

Batch choose(const Batch& batch, const SchemaPtr& schema, const std::vector<size_t>& columns) {
  Batch chosen{schema, batch.rows, {}};
  for (size_t column : columns)
    chosen.columns.push_back(batch.columns[column]);
  return chosen;
}

// Rows of the input, by their numbers from 1, and where they end in what was written.
struct GivenRows {
  int64_t first;
  int64_t last;
  int64_t bytes_end;
};

std::string range_of(int64_t first, int64_t last) {
  if (last < first) return "without rows";
  if (last == first) return fmt::format("row {}", first);
  return fmt::format("rows {} to {}", first, last);
}

}  // namespace

// What the thread that writes shares with the one that reads.
struct CommandRun::Feeding {
  Feeding(const ApplyOptions& options, const SchemaPtr& input, int64_t before)
      : name(printable(options.command[0])),
        to(options.to),
        kept_columns(penstock::kept_columns(*input, options.keep)),
        rows_before(before),
        rows(before),
        process(options.command, [say = options.say, name = name](std::string_view line) {
          say(name + ": " + std::string(line));
        }) {
    for (size_t i = 0; i < input->size(); ++i) {
      if (std::find(kept_columns.begin(), kept_columns.end(), i) == kept_columns.end())
        given_columns.push_back(i);
    }
    given = choose(*input, given_columns);
    if (options.keep) kept.emplace(choose(*input, kept_columns), options.spill);
  }

  // Returns the first rows that the command has not read, with those of their batch; empty when it
  // has read all that was written. Holds the mutex.
  std::optional<GivenRows> unread() const {
    const int64_t read = process.written_bytes() - process.unread_bytes();
    auto found = std::find_if(recent.begin(), recent.end(),
                              [&](const GivenRows& each) { return each.bytes_end > read; });
    if (found == recent.end()) return std::nullopt;
    return *found;
  }

  void begin_rows(int64_t count) {
    std::lock_guard lock(mutex);
    recent.push_back({rows + 1, rows + count, std::numeric_limits<int64_t>::max()});
    rows += count;
  }
  void end_rows() {
    std::lock_guard lock(mutex);
    const int64_t written = process.written_bytes();
    recent.back().bytes_end = written;
    // No more than a pipe holds is unread.
    while (recent.front().bytes_end + kPipeBytes < written)
      recent.pop_front();
  }

  std::string name;  // of the command
  PrintOptions to;
  std::vector<size_t> kept_columns;
  std::vector<size_t> given_columns;
  SchemaPtr given;
  std::optional<KeptRows> kept;
  int64_t rows_before;
  std::atomic<bool> has_output_ended = false;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<GivenRows> recent;  // batches that the command may not have read
  int64_t rows;                  // of the input until now, those of other runs included
  bool has_ended = false;
  std::exception_ptr error;  // of the rows

  CommandProcess process;
};

// What the command prints.
class CommandRun::Output : public ByteSource {
 public:
  explicit Output(std::shared_ptr<Feeding> feeding)
      : feeding_(std::move(feeding)), name_("output of " + feeding_->name) {}
  int64_t read(void* out, int64_t size) override {
    const int64_t count = feeding_->process.read(out, size);
    if (count == 0) feeding_->has_output_ended = true;
    return count;
  }
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) override {
    return feeding_->process.wait(quiet, most);
  }
  bool waits() const override { return true; }
  const std::string& name() const override { return name_; }

 private:
  std::shared_ptr<Feeding> feeding_;
  std::string name_;
};

std::vector<size_t> kept_columns(const Schema& input, const std::optional<ColumnList>& keep) {
  std::vector<size_t> columns;
  if (!keep) return columns;
  for (const std::string& name : keep->choose(input.names()))
    columns.push_back(input.index_of(name));
  if (columns.size() == input.size()) {
    throw Error("all columns are kept, and the command would get none; keep fewer");
  }
  return columns;
}

SchemaPtr with_answers(const Schema* kept, const Schema& answers) {
  std::vector<Field> fields;
  if (kept != nullptr) fields = kept->fields();
  for (const Field& field : answers.fields()) {
    fields.push_back(field);
    std::erase_if(fields.back().metadata,
                  [](const auto& pair) { return pair.first == kInferredKey; });
  }
  if (kept == nullptr) return make_schema(std::move(fields), answers.metadata());
  if (auto repeated = repeated_name(fields)) {
    throw Error(
        fmt::format("column '{}' is kept, and the command answers with a column of that "
                    "name; rename one of them, as --names does",
                    printable(fields[repeated->first].name)));
  }
  return make_schema(std::move(fields));
}

CommandRun::CommandRun(const ApplyOptions& options, const SchemaPtr& input, Pull pull,
                       int64_t rows_before)
    : feeding_(std::make_shared<Feeding>(options, input, rows_before)) {
  start_thread([feeding = feeding_, pull = std::move(pull)] { feed(feeding, pull); }).detach();
  ScanOptions from = options.from;
  from.open = [feeding = feeding_](const std::string&) {
    return std::make_unique<Output>(feeding);
  };
  try {
    answers_ = open_scan("output of " + feeding_->name, from);
    schema_ = with_answers(feeding_->kept ? feeding_->kept->schema().get() : nullptr,
                           *answers_->schema());
  } catch (const Error& error) {
    unreadable(error);
  } catch (...) {
    feeding_->process.stop();
    throw;
  }
}

CommandRun::~CommandRun() {
  feeding_->process.stop();
}

const SchemaPtr& CommandRun::schema() const {
  return schema_;
}

SchemaPtr CommandRun::answers() const {
  return answers_->schema();
}

int64_t CommandRun::rows() const {
  std::lock_guard lock(feeding_->mutex);
  return feeding_->rows - feeding_->rows_before;
}

void CommandRun::feed(const std::shared_ptr<Feeding>& feeding, const Pull& pull) {
  std::exception_ptr error;
  try {
    CommandSink sink(feeding->process, feeding->name);
    std::unique_ptr<RowWriter> writer = make_row_writer(sink, feeding->given, feeding->to);
    while (std::optional<Batch> batch = pull()) {
      feeding->begin_rows(batch->rows);
      // Before the command can answer.
      if (feeding->kept)
        feeding->kept->add(choose(*batch, feeding->kept->schema(), feeding->kept_columns));
      writer->write(choose(*batch, feeding->given, feeding->given_columns));
      feeding->end_rows();
    }
    writer->finish();
    sink.finish();
  } catch (const InputClosed&) {
    // What is unread shows at the end.
  } catch (...) {
    error = std::current_exception();
  }
  {
    std::lock_guard lock(feeding->mutex);
    feeding->error = error;
    feeding->has_ended = true;
  }
  feeding->changed.notify_all();
  // What the command makes of a cut input is not to be seen.
  if (error) feeding->process.stop();
}

// Throws what is wrong with the run, when the command has printed its last.
void CommandRun::end_of_answers() {
  const CommandEnd end = feeding_->process.finish();
  std::unique_lock lock(feeding_->mutex);
  // Rows that are still to come would have been left out, too.
  if (!end.is_failure()) feeding_->changed.wait(lock, [this] { return feeding_->has_ended; });
  if (feeding_->error) std::rethrow_exception(feeding_->error);
  const std::optional<GivenRows> unread = feeding_->unread();
  const GivenRows where = unread.value_or(GivenRows{feeding_->rows_before + 1, feeding_->rows, 0});
  const std::string place = range_of(where.first, where.last);
  if (end.is_failure()) {
    throw Error(fmt::format("{}: '{}' failed with {}", place, feeding_->name, end.to_string()));
  }
  if (unread) {
    throw Error(
        fmt::format("{}: '{}' ended before it had read them; a command must read its input "
                    "to the end",
                    place, feeding_->name));
  }
}

// Throws the reason why the answers cannot be read.
void CommandRun::unreadable(const Error& error) {
  // A command that has failed, or been ended, may leave anything behind.
  if (feeding_->has_output_ended) end_of_answers();
  feeding_->process.stop();
  throw error;
}

// Returns the first of the answers, as many as there are kept rows at hand, with these; the others
// are pending.
Batch CommandRun::with_kept(const Batch& answers) {
  std::optional<Batch> kept = feeding_->kept->take(answers.rows);
  if (!kept) {
    const int64_t given = rows();
    feeding_->process.stop();
    throw Error(
        fmt::format("'{}' answered with more than the {} it was given; with --keep it must "
                    "answer each row with one",
                    feeding_->name, given == 1 ? "1 row" : fmt::format("{} rows", given)));
  }
  const int64_t count = kept->rows;
  Batch rows{schema_, count, std::move(kept->columns)};
  const Batch some = count == answers.rows ? answers : slice(answers, 0, count);
  rows.columns.insert(rows.columns.end(), some.columns.begin(), some.columns.end());
  answered_ += count;
  pending_.reset();
  if (count < answers.rows) pending_ = slice(answers, count, answers.rows - count);
  return rows;
}

std::optional<Batch> CommandRun::next() {
  if (pending_) return with_kept(Batch(*pending_));
  std::optional<Batch> batch;
  try {
    do {
      batch = answers_->next();
    } while (batch && batch->rows == 0);
  } catch (const Error& error) {
    unreadable(error);
  }
  if (batch && feeding_->kept) return with_kept(*batch);
  if (batch) {
    batch->schema = schema_;
    batch->metadata = nullptr;
    return batch;
  }
  end_of_answers();
  if (feeding_->kept && feeding_->kept->take(1)) {
    const int64_t first = feeding_->rows_before + answered_ + 1;
    throw Error(
        fmt::format("{}: '{}' did not answer them; with --keep it must answer each row with "
                    "one",
                    range_of(first, feeding_->rows_before + rows()), feeding_->name));
  }
  return std::nullopt;
}

}  // namespace penstock
