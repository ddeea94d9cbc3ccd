// Assigns rows to partitions; PARTITIONING.md beside this file is the contract.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"

namespace penstock {

// The most partitions of one stream: each may be a process, a file and a socket.
inline constexpr int64_t kMaxPartitions = 4096;

enum class PartitionKind : uint8_t { kHash, kRange, kRoundRobin, kBroadcast, kSingle, kGrid };

struct PartitionOptions {
  PartitionKind kind = PartitionKind::kHash;
  // For kHash (directions are ignored) and kRange; empty for the others.
  std::vector<SortKey> keys;
  int64_t partitions = 1;  // of kGrid: grid_rows * grid_columns
  // For kRange: at most partitions - 1 rows of the key columns, in the order of the keys
  // (range_bounds.h). A partition without a bound gets no rows.
  std::optional<Batch> bounds;
  // For kHash: rows of heavy keys (heavy_keys.h) are not placed by hash. Those of the first input
  // go to the partitions in turn, those of the second to all of them. `heavy` has the hashes of the
  // keys, ascending.
  bool spreads_heavy = false;
  std::vector<uint64_t> heavy;
  // For kGrid (fragment and replicate: Stamos and Young, "A Symmetric Fragment and Replicate
  // Algorithm for Distributed Joins", IEEE TPDS 4(12), 1993). Partition r * grid_columns + c is in
  // row r and column c. Each row of the first input goes to all partitions of one row of the grid,
  // each row of the second to all of one column, so that every pair meets exactly once.
  int64_t grid_rows = 1;
  int64_t grid_columns = 1;
  bool is_second_input = false;  // of kGrid, and of kHash that spreads heavy keys
  // The number at which kRoundRobin, kGrid and heavy keys begin to count: when senders begin at
  // different numbers, receivers fill up alike.
  int64_t start = 0;
};

// Assigns each row to a target. A target stands for one partition, or for several that all get its
// rows (broadcast, grid), so that rows are gathered once, however many partitions they go to. Not
// thread-safe.
class Partitioner {
 public:
  virtual ~Partitioner() = default;

  // Sets targets[i] for row i, each in [0, target_count()). REQUIRES a batch of the schema that the
  // partitioner was made for (dictionary columns may have become plain), and as many targets as
  // rows. In hash and range, the same rows get the same targets. In round-robin and grid, the
  // target depends on the row's number over all batches.
  virtual void assign(const Batch& batch, std::span<int32_t> targets) = 0;

  int64_t partitions() const { return partitions_; }
  int64_t target_count() const { return target_count_; }

  // Returns the partitions that get a target's rows, ascending. kSingle gives all rows to partition
  // 0.
  std::span<const int32_t> members(int64_t target) const {
    return members_[static_cast<size_t>(target)];
  }

 protected:
  // `members` are the partitions of target 0, then 1, and so on.
  Partitioner(int64_t partitions, std::vector<std::vector<int32_t>> members)
      : partitions_(partitions), target_count_(std::ssize(members)), members_(std::move(members)) {}

 private:
  int64_t partitions_;
  int64_t target_count_;
  std::vector<std::vector<int32_t>> members_;
};

// Makes a partitioner. Throws Error when a key is unknown, ambiguous, or of a type that cannot be a
// key, and a usage Error when options contradict each other or exceed kMaxPartitions. REQUIRES
// bounds for kRange with more than one partition.
std::unique_ptr<Partitioner> make_partitioner(const PartitionOptions& options,
                                              const Schema& schema);

// Throws the Errors above about the keys of kHash or kRange, without making a partitioner.
void require_partition_keys(const PartitionOptions& options, const Schema& schema);

// Returns the value of penstock.partitioning for rows placed in this way: the keys of a hash, as -k
// takes them. Empty for all other kinds, because the ranges of two inputs need not be the same.
std::string partitioning_text(const PartitionOptions& options);

// Returns the schema of a partition: `schema` with plain columns for dictionaries, and with
// penstock.partitioning as above. Rows keep their order, and so does the schema its statement about
// it.
SchemaPtr partitioned_schema(const PartitionOptions& options, const Schema& schema);

// Returns the partition of a key hash (data/hash.h) among `partitions`: floor(hash * partitions /
// 2^64).
inline int32_t partition_of_hash(uint64_t hash, int64_t partitions) {
  __extension__ typedef unsigned __int128 uint128;
  return static_cast<int32_t>((uint128{hash} * static_cast<uint64_t>(partitions)) >> 64);
}

}  // namespace penstock
