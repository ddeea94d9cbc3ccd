#include "libcore/ops/uniq.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/hash.h"
#include "libcore/data/take.h"
#include "libcore/keys/group_table.h"
#include "libcore/keys/known_order.h"
#include "libcore/keys/value.h"
#include "libcore/ops/places.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/rows/partitions.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Shares of the budget: for the keys and what is held of their rows, for rows that are divided
// while these are in memory, and for the sort of the rows that were divided.
constexpr double kKnownShare = 0.5;
constexpr double kDealtShare = 0.2;
constexpr double kLastSortShare = 0.3;

// The lower bits of a key's hash choose the part; the upper ones find its place in a table.
constexpr int kDealingBits = 32;

int64_t part_of(const SpillOptions& spill, double share) {
  return static_cast<int64_t>(static_cast<double>(spill.memory) * share);
}

// What is known before the first row. Inside, rows carry their place in the input as a last column;
// results have the count behind it.
struct UniqPlan {
  UniqPlan(const SchemaPtr& input, const UniqOptions& chosen);

  bool counts() const { return !options.count.empty() || options.only != UniqOptions::Only::kAll; }

  UniqOptions options;
  std::vector<size_t> keys;
  std::vector<TypePtr> key_types;
  std::optional<size_t> counted;
  SchemaPtr rows;
  SchemaPtr results;
  SchemaPtr schema;

 private:
  void find_keys(const Schema& input);
  void find_counted(const Schema& input);
};

UniqPlan::UniqPlan(const SchemaPtr& input, const UniqOptions& chosen) : options(chosen) {
  SchemaPtr plain_input = without_dictionaries(input);
  find_counted(*plain_input);
  find_keys(*plain_input);
  rows = with_place(input);
  std::vector<Field> fields = rows->fields();
  if (counts()) fields.push_back({options.count, int64_type(), false, {}});
  results = make_schema(fields);

  std::vector<Field> given = plain_input->fields();
  Metadata metadata = plain_input->metadata();
  if (counted) {
    given.erase(given.begin() + static_cast<std::ptrdiff_t>(*counted));
    metadata = passed_metadata(metadata, [&](std::string_view name) {
      return name == options.counted ? std::nullopt : std::optional<std::string>(name);
    });
  }
  if (!options.count.empty()) {
    for (const Field& field : given) {
      if (field.name != options.count) continue;
      throw Error("'" + options.count +
                  "' is a column of the input; name the count with --count=NAME");
    }
    given.push_back(fields.back());
  }
  schema = make_schema(std::move(given), std::move(metadata));
}

void UniqPlan::find_keys(const Schema& input) {
  for (const std::string& name : options.keys)
    keys.push_back(input.index_of(name));
  for (size_t i = 0; options.keys.empty() && i < input.size(); ++i) {
    if (i != counted) keys.push_back(i);
  }
  for (size_t key : keys) {
    require_key_type(input[key]);
    key_types.push_back(plain(input[key].type));
  }
}

void UniqPlan::find_counted(const Schema& input) {
  if (options.counted.empty()) return;
  counted = input.index_of(options.counted);
  if (input[*counted].type->id != TypeId::kInt64) {
    throw Error("column '" + options.counted + "' is " + input[*counted].type->to_string() +
                ", not a number of rows (int64)");
  }
  if (std::count(options.keys.begin(), options.keys.end(), options.counted) != 0) {
    throw Error("column '" + options.counted + "' cannot be a key and a number of rows");
  }
}

// The rows of one pass that wait for another, divided by the hash of their keys.
class DealtRows {
 public:
  DealtRows(const UniqPlan& plan, SpillFile& file, int level)
      : bits_(std::min(
            plan.options.spill.memory < int64_t{16} << 20 ? 4 : 6,
            RowPartitions::most_bits(*plan.rows, part_of(plan.options.spill, kDealtShare)))),
        shift_(bits_ * level % kDealingBits),
        parts_(file, plan.rows, size_t{1} << bits_, part_of(plan.options.spill, kDealtShare)) {}

  // Adds the rows without a group; `keys` are of all rows.
  void add(const Batch& batch, std::span<const ColumnPtr> keys, std::span<const int32_t> groups) {
    encoded_.encode(keys, batch.rows);
    places_.resize(groups.size());
    for (size_t i = 0; i < groups.size(); ++i) {
      places_[i] = RowPartitions::kNowhere;
      if (groups[i] != GroupIndex::kNone) continue;
      std::string_view key = encoded_.row(static_cast<int64_t>(i));
      uint64_t place = hash_bytes(key.data(), key.size()) >> shift_;
      places_[i] = static_cast<int32_t>(place & ((uint64_t{1} << bits_) - 1));
    }
    parts_.add(batch, places_);
  }

  std::vector<RowPartitions::Partition> finish() { return parts_.finish(); }

 private:
  int bits_;
  int shift_;
  RowPartitions parts_;
  KeyRows encoded_;
  std::vector<int32_t> places_;
};

// One pass over rows: gives the first of equal ones as long as their keys fit into memory, and puts
// the rows of all other keys aside. As the first keys of each pass always fit, passes come to an
// end.
class UniqPass : public Operator {
 public:
  UniqPass(const UniqPlan& plan, OperatorPtr input, SpillFile& file, int level)
      : plan_(plan),
        input_(std::move(input)),
        file_(file),
        level_(level),
        table_(plan.key_types),
        firsts_(plan.rows) {}

  SchemaPtr schema() const override { return plan_.results; }

  std::optional<Batch> next() override {
    while (input_ != nullptr) {
      std::optional<Batch> batch = input_->next();
      if (!batch) {
        input_.reset();
        table_ = GroupTable(plan_.key_types);
        break;
      }
      Batch firsts = add(*batch);
      if (plan_.counts() || firsts.rows == 0) continue;
      firsts.schema = plan_.results;
      return firsts;
    }
    return next_counted();
  }

  // The rows that wait. Call it once, at the end.
  std::vector<RowPartitions::Partition> rest() {
    return dealt_ ? dealt_->finish() : std::vector<RowPartitions::Partition>();
  }

 private:
  // Returns the rows of the batch whose keys are new.
  Batch add(const Batch& batch) {
    std::vector<ColumnPtr> keys;
    for (size_t key : plan_.keys)
      keys.push_back(plain(batch.columns[key]));
    groups_.resize(static_cast<size_t>(batch.rows));
    new_rows_.clear();
    if (dealt_) {
      table_.find(keys, batch.rows, groups_.data(), scratch_);
    } else {
      table_.insert(keys, batch.rows, groups_.data(), new_rows_);
    }
    Batch firsts;
    if (!new_rows_.empty()) {
      const bool all = static_cast<int64_t>(new_rows_.size()) == batch.rows;
      firsts = all ? batch : take(batch, new_rows_);
    }
    if (plan_.counts()) count(batch, firsts);
    if (dealt_) {
      dealt_->add(batch, keys, groups_);
    } else if (is_full()) {
      dealt_.emplace(plan_, file_, level_);
      const SpillOptions& spill = plan_.options.spill;
      if (level_ == 0 && spill.tell) {
        spill.tell("the keys do not fit into the memory: rows with others go to disk in parts");
      }
    }
    return firsts;
  }

  void count(const Batch& batch, const Batch& firsts) {
    if (firsts.rows != 0) firsts_.add(firsts);
    counts_.resize(static_cast<size_t>(table_.size()));
    const Column* counted = plan_.counted ? batch.columns[*plan_.counted].get() : nullptr;
    for (size_t i = 0; i < groups_.size(); ++i) {
      if (groups_[i] == GroupIndex::kNone) continue;
      int64_t& number = counts_[static_cast<size_t>(groups_[i])];
      const int64_t more = counted == nullptr ? 1 : checked_count(*counted, i);
      if (__builtin_add_overflow(number, more, &number)) throw Error("the rows are over 2^63 - 1");
    }
  }

  int64_t checked_count(const Column& counted, size_t i) const {
    const auto row = static_cast<int64_t>(i);
    if (counted.is_valid(row) && counted.data<int64_t>()[i] > 0) return counted.data<int64_t>()[i];
    throw Error("column '" + plan_.options.counted + "': " +
                (counted.is_null(row) ? "a null" : std::to_string(counted.data<int64_t>()[i])) +
                " is not a number of rows");
  }

  bool is_full() const {
    int64_t bytes = table_.bytes() + firsts_.memory_bytes() +
                    static_cast<int64_t>(counts_.capacity() * sizeof(int64_t));
    return bytes > part_of(plan_.options.spill, kKnownShare);
  }

  // The rows that are held, with their counts.
  std::optional<Batch> next_counted() {
    while (at_ < static_cast<int64_t>(counts_.size())) {
      const Batch& part = firsts_.parts()[part_];
      const int64_t rows = std::min(firsts_.output_rows(), part.rows - row_);
      Batch batch = slice(part, row_, rows);
      batch.columns.push_back(make_column(
          int64_type(), rows,
          Buffer::copy(counts_.data() + at_, rows * static_cast<int64_t>(sizeof(int64_t)))));
      batch.schema = plan_.results;
      row_ += rows;
      at_ += rows;
      if (row_ == part.rows) {
        ++part_;
        row_ = 0;
      }
      if (plan_.options.only != UniqOptions::Only::kAll) batch = chosen(batch);
      if (batch.rows != 0) return batch;
    }
    counts_ = {};
    firsts_.clear();
    return std::nullopt;
  }

  Batch chosen(const Batch& batch) const {
    const auto* counts = batch.columns.back()->data<int64_t>();
    const bool repeated = plan_.options.only == UniqOptions::Only::kRepeated;
    std::vector<RowIndex> rows;
    for (int64_t i = 0; i < batch.rows; ++i) {
      if ((counts[i] > 1) == repeated) rows.push_back(static_cast<RowIndex>(i));
    }
    return take(batch, rows);
  }

  const UniqPlan& plan_;
  OperatorPtr input_;  // null once it is read
  SpillFile& file_;
  int level_;
  GroupTable table_;
  GroupTable::Scratch scratch_;
  std::optional<DealtRows> dealt_;  // once no more keys fit
  RowStore firsts_;                 // by group, where rows are counted
  std::vector<int64_t> counts_;
  std::vector<int32_t> groups_;  // of the batch at hand
  std::vector<RowIndex> new_rows_;
  size_t part_ = 0;  // of firsts_: what is given next
  int64_t row_ = 0;
  int64_t at_ = 0;
};

// The results of one part after the other.
class PartPasses : public Operator {
 public:
  PartPasses(const UniqPlan& plan, SpillFile& file, std::vector<RowPartitions::Partition> parts)
      : plan_(plan), file_(file) {
    push(std::move(parts), 1);
  }

  SchemaPtr schema() const override { return plan_.results; }

  std::optional<Batch> next() override {
    for (;;) {
      if (pass_) {
        if (std::optional<Batch> batch = pass_->next()) return batch;
        push(pass_->rest(), level_ + 1);
        pass_.reset();
        file_.release(segment_);
      }
      if (waiting_.empty()) return std::nullopt;
      Waiting part = std::move(waiting_.back());
      waiting_.pop_back();
      level_ = part.level;
      segment_ = part.run.segment;
      pass_.emplace(plan_, read_run(file_, part.run), file_, part.level);
    }
  }

 private:
  struct Waiting {
    SpilledRun run;
    int level;
  };

  void push(std::vector<RowPartitions::Partition> parts, int level) {
    for (RowPartitions::Partition& part : parts) {
      if (part.run.rows != 0) waiting_.push_back({std::move(part.run), level});
    }
  }

  const UniqPlan& plan_;
  SpillFile& file_;
  std::vector<Waiting> waiting_;
  std::optional<UniqPass> pass_;
  int level_ = 0;
  SpillSegment segment_;  // of the part at hand
};

class Uniq : public Operator {
 public:
  Uniq(OperatorPtr input, const UniqOptions& options)
      : plan_(input->schema(), options), file_(options.spill.directory) {
    pass_.emplace(plan_, make_placed(std::move(input)), file_, 0);
  }

  SchemaPtr schema() const override { return plan_.schema; }

  std::optional<Batch> next() override {
    if (pass_) {
      if (std::optional<Batch> batch = pass_->next()) return given(*std::move(batch));
      std::vector<RowPartitions::Partition> rest = pass_->rest();
      pass_.reset();
      if (rest.empty()) return std::nullopt;
      SortOptions sort;
      sort.keys = {{kPlace, false, false}};
      sort.spill = {
          part_of(plan_.options.spill, kLastSortShare), plan_.options.spill.directory, {}};
      sort.threads = false;
      rest_ = make_sort(std::make_unique<PartPasses>(plan_, file_, std::move(rest)), sort);
    }
    if (rest_ == nullptr) return std::nullopt;
    std::optional<Batch> batch = rest_->next();
    if (!batch) return std::nullopt;
    return given(*std::move(batch));
  }

 private:
  // Results as the output has them.
  Batch given(Batch batch) const {
    if (plan_.counts() && plan_.options.count.empty()) batch.columns.pop_back();
    auto place = batch.columns.begin() + static_cast<std::ptrdiff_t>(plan_.rows->size() - 1);
    batch.columns.erase(place);
    if (plan_.counted) {
      batch.columns.erase(batch.columns.begin() + static_cast<std::ptrdiff_t>(*plan_.counted));
    }
    batch.schema = plan_.schema;
    return batch;
  }

  UniqPlan plan_;
  SpillFile file_;
  std::optional<UniqPass> pass_;
  OperatorPtr rest_;  // the rows of keys that did not fit into memory
};

}  // namespace

OperatorPtr make_uniq(OperatorPtr input, const UniqOptions& options) {
  return std::make_unique<Uniq>(std::move(input), options);
}

}  // namespace penstock
