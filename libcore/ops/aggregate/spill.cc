#include "libcore/ops/aggregate/spill.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/hash.h"
#include "libcore/keys/rows.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/rows/partitions.h"

namespace penstock {
namespace {

// Shares of the budget. Groups in memory count by capacity, of which the kernel provides only the
// used pages: a table that doubles takes half as much again for a while. The other shares are for
// rows that are divided while groups are in memory, and for the sort of the results.
constexpr double kGroupsShare = 0.5;
constexpr double kDealShare = 0.2;
constexpr double kSortShare = 0.3;

// Bits of the keys' hash that choose the partition. The upper ones are not used, because they find
// the place in a table: all keys of a partition would have the same upper bits.
constexpr int kPartingBits = 32;

// After a group was divided this many times, it is taken for the only one of its partition.
constexpr int kLevelsToPart = 2;

constexpr char kOrdinal[] = "#ordinal";

int64_t share_of(const SpillOptions& spill, double share) {
  return static_cast<int64_t>(static_cast<double>(spill.memory) * share);
}

// Partitions at one level, as a power of 2: few with a small budget or many columns, so that their
// blocks and batches fit.
int partition_bits(const SpillOptions& spill, const Schema& states) {
  int bits = spill.memory < int64_t{16} << 20 ? 4 : 6;
  return std::min(bits, RowPartitions::most_bits(states, share_of(spill, kDealShare)));
}

SchemaPtr with_ordinal(const Schema& schema) {
  std::vector<Field> fields = schema.fields();
  fields.push_back({kOrdinal, int64_type(), false, {}});
  return make_schema(std::move(fields));
}

ColumnPtr ordinal_column(const int64_t* ordinals, int64_t count) {
  return make_column(int64_type(), count,
                     Buffer::copy(ordinals, count * static_cast<int64_t>(sizeof(int64_t))));
}

// Divides the states of groups by the hash of their keys.
class Dealer {
 public:
  Dealer(const AggregatePlan& plan, const SpillOptions& spill, SpillFile& file, int level)
      : keys_(plan.key_fields.size()),
        schema_(with_ordinal(*plan.states)),
        bits_(partition_bits(spill, *schema_)),
        level_(level),
        partitions_(file, schema_, size_t{1} << bits_, share_of(spill, kDealShare)) {}

  // `ordinals` are of each group.
  void add(AggregateGroups& groups, const std::vector<int64_t>& ordinals) {
    // Batches so small that their size does not matter, however large the state of a group is.
    const int64_t each = groups.bytes() / std::max<int64_t>(groups.size(), 1) + 1;
    const int64_t step = std::clamp<int64_t>(groups.bytes() / 16 / each, 1, kBatchRows);
    for (int64_t at = 0; at < groups.size(); at += step) {
      int64_t rows = std::min(step, groups.size() - at);
      Batch batch{schema_, rows, groups.states(at, rows)};
      batch.columns.push_back(ordinal_column(ordinals.data() + at, rows));
      partitions_.add(batch, places(batch));
    }
  }

  std::vector<RowPartitions::Partition> finish() { return partitions_.finish(); }

 private:
  std::vector<int32_t> places(const Batch& batch) {
    rows_.encode(std::span(batch.columns).first(keys_), batch.rows);
    std::vector<int32_t> places;
    const int shift = bits_ * level_;
    for (int64_t i = 0; i < batch.rows; ++i) {
      std::string_view row = rows_.row(i);
      uint64_t place = hash_bytes(row.data(), row.size()) >> shift;
      places.push_back(static_cast<int32_t>(place & ((uint64_t{1} << bits_) - 1)));
    }
    return places;
  }

  size_t keys_;
  SchemaPtr schema_;
  int bits_;
  int level_;
  RowPartitions partitions_;
  KeyRows rows_;
};

// Returns the results of one partition after the other, followed by the ordinals of their groups.
class PartitionResults : public Operator {
 public:
  PartitionResults(const AggregatePlan& plan, SpillOptions spill, std::shared_ptr<SpillFile> file,
                   std::vector<RowPartitions::Partition> partitions)
      : plan_(plan),
        spill_(std::move(spill)),
        file_(std::move(file)),
        schema_(with_ordinal(*plan.schema)),
        groups_(plan.make_groups()) {
    push(std::move(partitions), 1);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    while (at_ == groups_.size()) {
      if (pending_.empty()) {
        start_anew();  // nothing is held while the results are sorted
        return std::nullopt;
      }
      Pending partition = std::move(pending_.back());
      pending_.pop_back();
      put_together(partition);
    }
    int64_t rows = std::min(groups_.rows_at_once(), groups_.size() - at_);
    Batch batch = plan_.output_of(groups_, at_, rows);
    batch.schema = schema_;
    batch.columns.push_back(ordinal_column(ordinals_.data() + at_, rows));
    at_ += rows;
    return batch;
  }

 private:
  struct Pending {
    SpilledRun run;
    int level;
  };

  void push(std::vector<RowPartitions::Partition> partitions, int level) {
    for (RowPartitions::Partition& partition : partitions) {
      if (partition.run.rows != 0) pending_.push_back({std::move(partition.run), level});
    }
  }

  // Loads the groups of the partition into groups_; or, when they are too many, loads none and
  // pushes the parts of the partition.
  void put_together(const Pending& partition) {
    start_anew();
    // Keys that no bit of the hash separates stay together, and so does a single group that is
    // still alone when others would have been separated from it.
    const bool can_part =
        partition_bits(spill_, *with_ordinal(*plan_.states)) * (partition.level + 1) <=
        kPartingBits;
    bool stays = false;
    std::unique_ptr<Dealer> dealer;
    auto deal = [&] {
      if (!dealer) dealer = std::make_unique<Dealer>(plan_, spill_, *file_, partition.level);
      dealer->add(groups_, ordinals_);
      start_anew();
    };
    OperatorPtr rows = read_run(*file_, partition.run);
    while (std::optional<Batch> batch = rows->next()) {
      merge(*batch);
      if (!is_full(groups_, spill_)) continue;
      const bool alone = groups_.size() == 1 && partition.level >= kLevelsToPart && !dealer;
      stays |= !can_part || alone;
      if (!stays) deal();
      if (stays) groups_.spill(*file_, spill_);
    }
    rows.reset();
    if (dealer) {
      deal();
      push(dealer->finish(), partition.level + 1);
    }
    file_->release(partition.run.segment);
  }

  void start_anew() {
    groups_ = plan_.make_groups();
    ordinals_.clear();
    at_ = 0;
  }

  void merge(Batch& batch) {
    ColumnPtr ordinals = batch.columns.back();
    batch.columns.pop_back();
    groups_.merge(batch);
    for (RowIndex row : groups_.last_first_rows())
      ordinals_.push_back(ordinals->data<int64_t>()[row]);
  }

  const AggregatePlan& plan_;
  SpillOptions spill_;
  std::shared_ptr<SpillFile> file_;
  SchemaPtr schema_;
  std::vector<Pending> pending_;
  AggregateGroups groups_;
  std::vector<int64_t> ordinals_;  // of groups_
  int64_t at_ = 0;                 // groups handed out
};

class WithoutOrdinal : public Operator {
 public:
  WithoutOrdinal(OperatorPtr input, SchemaPtr schema)
      : input_(std::move(input)), schema_(std::move(schema)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return batch;
    batch->columns.pop_back();
    batch->schema = schema_;
    return batch;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
};

}  // namespace

bool is_full(const AggregateGroups& groups, const SpillOptions& spill) {
  return groups.bytes() > share_of(spill, kGroupsShare);
}

struct SpilledGroups::Dealing {
  Dealer dealer;
};

SpilledGroups::SpilledGroups(const AggregatePlan& plan, SpillOptions spill)
    : plan_(plan), spill_(std::move(spill)), file_(std::make_shared<SpillFile>(spill_.directory)) {}

SpilledGroups::~SpilledGroups() = default;

void SpilledGroups::add(AggregateGroups& groups) {
  if (!dealing_) dealing_ = std::make_unique<Dealing>(Dealing{{plan_, spill_, *file_, 0}});
  std::vector<int64_t> ordinals;
  for (int64_t i = 0; i < groups.size(); ++i)
    ordinals.push_back(groups_++);
  dealing_->dealer.add(groups, ordinals);
  groups = plan_.make_groups();
}

OperatorPtr SpilledGroups::results() {
  std::vector<RowPartitions::Partition> partitions = dealing_->dealer.finish();
  dealing_.reset();
  SortOptions sort;
  sort.keys = {{kOrdinal, false, false}};
  sort.spill = {share_of(spill_, kSortShare), spill_.directory};
  sort.threads = false;
  OperatorPtr parts =
      std::make_unique<PartitionResults>(plan_, spill_, file_, std::move(partitions));
  return std::make_unique<WithoutOrdinal>(make_sort(std::move(parts), sort), plan_.schema);
}

}  // namespace penstock
