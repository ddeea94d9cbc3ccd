#include "libcore/table/upkeep/compact.h"

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libcore/table/change/retry_change.h"
#include "libcore/table/scan.h"
#include "libcore/table/upkeep/partition_files.h"

namespace penstock {
namespace {

// Chooses the files of one version that is made. Files that were not there at the beginning are
// never chosen.
class Chooser {
 public:
  explicit Chooser(int64_t target) : target_(target) {}

  // Which files are written again together, and the partition that all their rows are of, where
  // that must not be computed from them: of partitions in turn it could not be.
  struct Choice {
    std::vector<DataFile> files;
    std::optional<int32_t> partition = {};
  };

  Choice choose(const TableState& state, const TableLayout& layout) {
    if (!first_) {
      first_.emplace();
      for (const DataFile& file : state.files)
        first_->insert(file.path);
    }
    const bool in_turn =
        layout.partitioning && layout.partitioning->kind == PartitionKind::kRoundRobin;
    Choice choice;
    for (const PartitionFiles& partition : files_by_partition(state, layout)) {
      const bool is_foreign = layout.partitioning && !partition.number;
      std::vector<DataFile> files = is_foreign ? known(partition.files) : small(partition.files);
      if (files.empty()) continue;
      if (in_turn) return {std::move(files), partition.number};
      choice.files.insert(choice.files.end(), files.begin(), files.end());
    }
    return choice;
  }

 private:
  std::vector<DataFile> known(const std::vector<DataFile>& files) const {
    std::vector<DataFile> known;
    for (const DataFile& file : files) {
      if (first_->contains(file.path)) known.push_back(file);
    }
    return known;
  }

  // The first small files that reach the target together; none where there is only one.
  std::vector<DataFile> small(const std::vector<DataFile>& files) const {
    std::vector<DataFile> chosen;
    int64_t bytes = 0;
    for (const DataFile& file : known(files)) {
      if (file.size >= (target_ + 1) / 2) continue;
      chosen.push_back(file);
      bytes += file.size;
      if (bytes >= target_) break;
    }
    if (chosen.size() == 1) chosen.clear();
    return chosen;
  }

  int64_t target_;
  std::optional<std::unordered_set<std::string>> first_;
};

}  // namespace

Compacted compact_table(const CompactOptions& options) {
  Chooser chooser(options.target);
  Compacted compacted;
  for (;;) {
    const TableChanged changed = retry_change(
        "OPTIMIZE", options,
        [&](const TableState& state, const TableLayout& layout, TableChanged&) {
          Chooser::Choice choice = chooser.choose(state, layout);
          RowsChange change;
          if (choice.files.empty()) return change;
          change.read = choice.files;
          change.removed = choice.files;
          change.partition = choice.partition;
          change.rows = open_files(options.folder, with_files(state, std::move(choice.files)), {});
          return change;
        },
        ChangeOf::kFiles);
    compacted.version = changed.version;
    if (changed.files == 0) return compacted;
    ++compacted.versions;
    compacted.files += changed.files;
    compacted.new_files += changed.new_files;
  }
}

}  // namespace penstock
