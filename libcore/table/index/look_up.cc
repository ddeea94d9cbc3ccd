#include "libcore/table/index/look_up.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/bitmap.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/prune/may_match.h"
#include "libcore/table/index/piece.h"
#include "libcore/table/index/stored_indexes.h"

namespace penstock {
namespace {

template <typename Float>
ColumnPtr without_nan(const ColumnPtr& column) {
  FixedBuilder<Float> values;
  for (int64_t row = 0; row < column->length; ++row) {
    const Float value = column->data<Float>()[row];
    if (column->is_null(row) || value != value) {
      values.append_null();
    } else {
      values.append(value);
    }
  }
  return values.finish(column->type);
}

// The bounds of zones that have one value each; NaN is not known, as in the zones of files.
ColumnPtr bounds_of(const ColumnPtr& column) {
  switch (column->type->id) {
    case TypeId::kFloat32:
      return without_nan<float>(column);
    case TypeId::kFloat64:
      return without_nan<double>(column);
    case TypeId::kFloat16:
      return nullptr;
    default:
      return column;
  }
}

// One zone for each row of a key.
ZoneColumn zones_of_rows(const ColumnPtr& column) {
  FixedBuilder<int64_t> nulls;
  for (int64_t row = 0; row < column->length; ++row)
    nulls.append(column->is_null(row) ? 1 : 0);
  const ColumnPtr bounds = bounds_of(column);
  return {bounds, bounds, nulls.finish(int64_type())};
}

// What all pieces are looked up for.
class KeySearch {
 public:
  explicit KeySearch(const IndexLookup& lookup)
      : lookup_(lookup), condition_(bind_predicate(lookup.where, *lookup.state.schema)) {
    for (const std::string& name : referenced_columns(lookup.where, *lookup.state.schema))
      columns_.insert(name);
    for (size_t i = 0; i < lookup.state.files.size(); ++i) {
      if (lookup.chosen[i]) places_.emplace(lookup.state.files[i].path, i);
    }
  }

  // Whether the condition may depend on such keys, and they are columns of the table.
  bool concerns(const PieceHead& head) const {
    bool concerns = false;
    for (const Field& key : head.keys) {
      const std::optional<size_t> column = lookup_.state.schema->find(key.name);
      if (!column || !equals(*plain((*lookup_.state.schema)[*column].type), *key.type))
        return false;
      concerns = concerns || columns_.contains(key.name);
    }
    return concerns;
  }

  // The numbers in the state of the files of a piece; empty for one that is not looked up.
  std::vector<std::optional<size_t>> places_of(const PieceHead& head) const {
    std::vector<std::optional<size_t>> places;
    for (const PieceFile& file : head.files) {
      const auto found = places_.find(file.path);
      const bool is_there =
          found != places_.end() && lookup_.state.files[found->second].size == file.size;
      places.push_back(is_there ? std::optional(found->second) : std::nullopt);
    }
    return places;
  }

  // Whether each of some zones of the keys may have such rows.
  std::vector<bool> may_match_keys(const PieceHead& head, std::vector<ZoneColumn> keys,
                                   ColumnPtr rows) const {
    const Schema& schema = *lookup_.state.schema;
    Zones zones = make_unknown_zones(schema, rows->length);
    zones.rows = std::move(rows);
    for (size_t i = 0; i < head.keys.size(); ++i)
      zones.columns[schema.index_of(head.keys[i].name)] = std::move(keys[i]);
    return may_match(*condition_, zones);
  }

 private:
  const IndexLookup& lookup_;
  ExpressionPtr condition_;
  std::set<std::string> columns_;
  std::unordered_map<std::string_view, size_t> places_;  // of the files that are looked up
};

// One piece, and what it says.
class PieceSearch {
 public:
  PieceSearch(const KeySearch& search, const std::string& path) : search_(search), path_(path) {
    IpcReadOptions options;
    options.on_schema = [this](const Schema& schema) { look_at(schema); };
    options.choose_batches = [this](const Schema&, const Zones& zones) { return choose(zones); };
    rows_ = open_piece(path, std::move(options));
    if (!says_) return;
    found_.resize(head_.files.size());
    while (const std::optional<Batch> batch = rows_->next())
      add(*batch);
  }

  // Whether its keys are of no use: then those of the whole index are not.
  bool is_unconcerned() const { return !concerns_; }

  // Narrows the batches of the files that it covers; returns whether there are such files.
  bool narrow(IndexedBatches& result) {
    if (!says_) return false;
    for (size_t i = 0; i < found_.size(); ++i) {
      if (!places_[i]) continue;
      std::optional<std::vector<int64_t>>& batches = result.by_file[*places_[i]];
      std::vector<int64_t> found(found_[i].begin(), found_[i].end());
      if (batches) {
        std::vector<int64_t> both;
        std::set_intersection(batches->begin(), batches->end(), found.begin(), found.end(),
                              std::back_inserter(both));
        found = std::move(both);
      }
      batches = std::move(found);
    }
    return true;
  }

 private:
  void look_at(const Schema& schema) {
    try {
      head_ = read_piece_head(schema);
    } catch (const Error& error) {
      throw error.in_input(path_);
    }
    concerns_ = search_.concerns(head_);
    if (!concerns_) return;
    places_ = search_.places_of(head_);
    says_ = std::any_of(places_.begin(), places_.end(),
                        [](const std::optional<size_t>& place) { return place.has_value(); });
  }

  std::vector<bool> choose(const Zones& zones) {
    const auto count = static_cast<size_t>(zones.count);
    if (!says_ || count == 0 || zones.rows == nullptr) return std::vector<bool>(count, says_);
    std::vector<ZoneColumn> keys(zones.columns.begin(),
                                 zones.columns.begin() + std::ssize(head_.keys));
    std::vector<bool> chosen = search_.may_match_keys(head_, std::move(keys), zones.rows);
    const int64_t most = std::max(kPieceBatchesRead, zones.count / kPiecePartRead);
    says_ = std::count(chosen.begin(), chosen.end(), true) <= most;
    return says_ ? chosen : std::vector<bool>(count, false);
  }

  void add(const Batch& batch) {
    require_numbers(batch, head_.files.size(), path_);
    const size_t keys = head_.keys.size();
    std::vector<ZoneColumn> zones;
    for (size_t i = 0; i < keys; ++i)
      zones.push_back(zones_of_rows(batch.columns[i]));
    FixedBuilder<int64_t> one_each;
    for (int64_t row = 0; row < batch.rows; ++row)
      one_each.append(1);
    const std::vector<bool> matches =
        search_.may_match_keys(head_, std::move(zones), one_each.finish(int64_type()));
    const auto* files = batch.columns[keys]->data<int32_t>();
    const auto* numbers = batch.columns[keys + 1]->data<int32_t>();
    for (size_t row = 0; row < matches.size(); ++row) {
      if (matches[row]) found_[static_cast<size_t>(files[row])].insert(numbers[row]);
    }
  }

  const KeySearch& search_;
  const std::string& path_;
  PieceHead head_;
  bool concerns_ = false;
  bool says_ = false;
  std::vector<std::optional<size_t>> places_;  // of its files
  std::vector<std::set<int64_t>> found_;       // batches, by its files
  OperatorPtr rows_;
};

}  // namespace

void IndexedBatches::leave_out(std::vector<bool>& chosen) const {
  for (size_t i = 0; i < by_file.size(); ++i) {
    if (by_file[i] && by_file[i]->empty()) chosen[i] = false;
  }
}

IndexedBatches look_up(const IndexLookup& lookup) {
  IndexedBatches result;
  result.by_file.resize(lookup.state.files.size());
  std::vector<StoredIndex> indexes;
  try {
    indexes = find_indexes(lookup.folder);
  } catch (const Error& error) {
    if (lookup.note) lookup.note(error.message() + "; no index is used here");
  }
  if (indexes.empty()) return result;
  const KeySearch search(lookup);
  for (const StoredIndex& index : indexes) {
    bool says = false;
    for (const std::string& path : index.pieces) {
      try {
        PieceSearch piece(search, path);
        if (piece.is_unconcerned()) break;
        says = piece.narrow(result) || says;
      } catch (const Error& error) {
        // Without it the answer is right too.
        const bool is_there = access(path.c_str(), F_OK) == 0;  // pindex may have merged it
        if (is_there && lookup.note) lookup.note(error.message() + "; the index is not used here");
      }
    }
    if (says) result.indexes.push_back(index.name);
  }
  return result;
}

}  // namespace penstock
