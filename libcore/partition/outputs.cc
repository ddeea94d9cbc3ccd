#include "libcore/partition/outputs.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/rows/run.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

using Lock = std::unique_lock<std::mutex>;

// Bytes that wait in memory while every output has rows to write.
constexpr int64_t kMostWaiting = int64_t{32} << 20;
// How long no rows may be written before an end marker is written although other outputs are not
// done.
constexpr std::chrono::milliseconds kStalled{1000};
// How long a failed run waits for threads that can end by themselves.
constexpr std::chrono::milliseconds kLetGo{200};

// Rows that wait for their thread: in memory, or on disk.
struct WaitingRows {
  Batch batch;
  int64_t bytes = 0;
  std::optional<SpilledRun> run;
};

// kWritten: all rows are; kReady: the end too, and only the file's name is missing.
enum class Stage { kWorking, kWritten, kReady, kEnded, kLeft, kFailed };

}  // namespace

struct PartitionOutputs::Lane {
  PartitionOutput to;
  std::deque<WaitingRows> waiting;  // those on disk first
  int64_t waiting_bytes = 0;
  int64_t writing_bytes = 0;
  bool is_idle = false;  // its thread waits for rows
  Stage stage = Stage::kWorking;
  int64_t rows = 0;
  std::condition_variable more;

  bool is_ready() const { return stage != Stage::kWorking && stage != Stage::kWritten; }
  bool is_over() const { return is_ready() && stage != Stage::kReady; }
};

// The state that the threads share. `mutex` guards all of it except for constants and the file.
struct PartitionOutputs::Shared {
  Shared(SchemaPtr rows, const SpillOptions& spill)
      : schema(std::move(rows)),
        most_held(static_cast<int64_t>(static_cast<double>(spill.memory) * kHeldShare)),
        most_waiting(std::min(kMostWaiting, most_held / 2)),
        file(spill.directory) {}

  const SchemaPtr schema;
  const int64_t most_held;
  const int64_t most_waiting;
  SpillFile file;

  std::mutex mutex;
  std::condition_variable changed;  // for the one that gives
  std::vector<std::unique_ptr<Lane>> lanes;
  int64_t held = 0;   // bytes in memory, those that are being written included
  int64_t moves = 0;  // grows with whatever happens
  bool all_given = false;
  bool end_early = false;
  std::exception_ptr problem;

  void moved() {
    ++moves;
    changed.notify_all();
  }
  void wake_all() {
    for (auto& lane : lanes)
      lane->more.notify_all();
  }
  template <typename Test>
  bool each(Test test) const {
    return std::all_of(lanes.begin(), lanes.end(), [&](const auto& lane) { return test(*lane); });
  }

  void enter(Lane& lane, Stage stage);
  std::optional<WaitingRows> next(Lane& lane);
  void written(Lane& lane);
  template <typename Ready>
  bool wait_for_others(Lane& lane, Stage stage, Ready ready);
  void write(Lane& lane);
  void throw_if_over(Lock& lock);
  void make_room(Lock& lock);
  bool spill_largest(Lock& lock);
};

void PartitionOutputs::Shared::enter(Lane& lane, Stage stage) {
  Lock lock(mutex);
  lane.stage = stage;
  if (stage == Stage::kLeft || stage == Stage::kFailed) {
    held -= std::exchange(lane.waiting_bytes, 0) + std::exchange(lane.writing_bytes, 0);
    lane.waiting.clear();
  }
  moved();
  wake_all();
}

// Empty when all rows have been given, or the run has failed.
std::optional<WaitingRows> PartitionOutputs::Shared::next(Lane& lane) {
  Lock lock(mutex);
  lane.is_idle = true;
  if (lane.waiting.empty()) moved();
  lane.more.wait(lock, [&] { return !lane.waiting.empty() || all_given || problem; });
  lane.is_idle = false;
  if (problem || lane.waiting.empty()) return std::nullopt;
  WaitingRows rows = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  lane.waiting_bytes -= rows.bytes;
  lane.writing_bytes = rows.bytes;
  return rows;
}

void PartitionOutputs::Shared::written(Lane& lane) {
  Lock lock(mutex);
  held -= std::exchange(lane.writing_bytes, 0);
  moved();
}

// False when the run has failed meanwhile.
template <typename Ready>
bool PartitionOutputs::Shared::wait_for_others(Lane& lane, Stage stage, Ready ready) {
  enter(lane, stage);
  Lock lock(mutex);
  lane.more.wait(lock, [&] { return problem || ready(); });
  return !problem;
}

void PartitionOutputs::Shared::write(Lane& lane) {
  ByteSinkPtr sink =
      compress_by_suffix(open_sink(lane.to.operand, lane.to.print.sync), lane.to.operand);
  std::unique_ptr<RowWriter> writer = make_row_writer(*sink, schema, lane.to.print);
  while (std::optional<WaitingRows> rows = next(lane)) {
    if (!rows->run) {
      writer->write(rows->batch);
      rows->batch = {};
      written(lane);
      continue;
    }
    OperatorPtr run = read_run(file, *rows->run);
    while (std::optional<Batch> batch = run->next()) {
      writer->write(*batch);
      written(lane);
    }
    run.reset();
    file.release(rows->run->segment);
  }
  auto all_written = [this] {
    return end_early || each([](const Lane& other) { return other.stage != Stage::kWorking; });
  };
  if (!wait_for_others(lane, Stage::kWritten, all_written)) return;
  writer->finish();
  if (sink->appears_when_finished()) {
    auto all_ready = [this] { return each([](const Lane& other) { return other.is_ready(); }); };
    if (!wait_for_others(lane, Stage::kReady, all_ready)) return;
  }
  sink->finish();
  enter(lane, Stage::kEnded);
}

void PartitionOutputs::work(const std::shared_ptr<Shared>& shared, Lane& lane) {
  try {
    shared->write(lane);
    // The run has failed elsewhere.
    if (lane.stage != Stage::kEnded) shared->enter(lane, Stage::kFailed);
  } catch (const OutputClosed&) {
    shared->enter(lane, Stage::kLeft);
  } catch (...) {
    {
      Lock lock(shared->mutex);
      if (!shared->problem) shared->problem = std::current_exception();
    }
    shared->enter(lane, Stage::kFailed);
  }
}

void PartitionOutputs::Shared::throw_if_over(Lock&) {
  if (problem) std::rethrow_exception(problem);
  if (each([](const Lane& lane) { return lane.stage == Stage::kLeft; })) throw OutputClosed();
}

// Waits until rows have been written, or moves some to disk when an output has none left.
void PartitionOutputs::Shared::make_room(Lock& lock) {
  while (held > most_waiting) {
    throw_if_over(lock);
    bool some_starve = !each([](const Lane& lane) {
      return lane.stage != Stage::kWorking || !lane.is_idle || !lane.waiting.empty();
    });
    if (!some_starve) {
      changed.wait(lock);
    } else if (held <= most_held || !spill_largest(lock)) {
      return;
    }
  }
}

// Returns false when all rows in memory are being written.
bool PartitionOutputs::Shared::spill_largest(Lock& lock) {
  auto largest = std::max_element(lanes.begin(), lanes.end(), [](const auto& a, const auto& b) {
    return a->waiting_bytes < b->waiting_bytes;
  });
  Lane& lane = **largest;
  if (lane.waiting_bytes == 0) return false;
  std::vector<WaitingRows> rows;
  for (; !lane.waiting.empty() && !lane.waiting.back().run; lane.waiting.pop_back())
    rows.push_back(std::move(lane.waiting.back()));
  const int64_t bytes = std::exchange(lane.waiting_bytes, 0);
  lock.unlock();
  RunWriter writer(file, schema);
  for (; !rows.empty(); rows.pop_back())
    writer.write(rows.back().batch);
  SpilledRun run = writer.finish();
  lock.lock();
  held -= bytes;
  if (lane.is_over()) return true;
  lane.waiting.push_back({{}, 0, std::move(run)});
  lane.more.notify_all();
  return true;
}

PartitionOutputs::PartitionOutputs(std::vector<PartitionOutput> outputs, SchemaPtr schema,
                                   const SpillOptions& spill)
    : shared_(std::make_shared<Shared>(std::move(schema), spill)) {
  for (PartitionOutput& output : outputs) {
    shared_->lanes.push_back(std::make_unique<Lane>());
    shared_->lanes.back()->to = std::move(output);
  }
  for (std::unique_ptr<Lane>& lane : shared_->lanes) {
    try {
      std::thread([shared = shared_, to = lane.get()] { work(shared, *to); }).detach();
    } catch (const std::system_error&) {
      throw Error(std::to_string(shared_->lanes.size()) +
                  " outputs need as many threads, which the system does not allow; use fewer, or "
                  "raise the limit (ulimit -u)");
    }
  }
}

PartitionOutputs::~PartitionOutputs() {
  Lock lock(shared_->mutex);
  if (shared_->each([](const Lane& lane) { return lane.is_over(); })) return;
  if (!shared_->problem) {
    shared_->problem = std::make_exception_ptr(Error("the run has been given up"));
  }
  shared_->wake_all();
  shared_->changed.wait_for(lock, kLetGo, [this] {
    return shared_->each([](const Lane& lane) { return lane.is_over(); });
  });
}

void PartitionOutputs::give(size_t output, Batch batch) {
  Lock lock(shared_->mutex);
  shared_->throw_if_over(lock);
  Lane& lane = *shared_->lanes[output];
  lane.rows += batch.rows;
  if (lane.is_over()) return;
  const int64_t bytes = row_bytes(batch);
  lane.waiting.push_back({std::move(batch), bytes, std::nullopt});
  lane.waiting_bytes += bytes;
  shared_->held += bytes;
  lane.more.notify_all();
  shared_->make_room(lock);
}

void PartitionOutputs::finish() {
  Lock lock(shared_->mutex);
  shared_->all_given = true;
  shared_->wake_all();
  for (;;) {
    shared_->throw_if_over(lock);
    if (shared_->each([](const Lane& lane) { return lane.is_over(); })) return;
    const int64_t before = shared_->moves;
    shared_->changed.wait_for(lock, kStalled);
    if (shared_->moves == before) {
      shared_->end_early = true;
      shared_->wake_all();
    }
  }
}

int64_t PartitionOutputs::rows(size_t output) const {
  Lock lock(shared_->mutex);
  return shared_->lanes[output]->rows;
}

int64_t PartitionOutputs::spilled_bytes() const {
  return shared_->file.written_bytes();
}

}  // namespace penstock
