#include "libcore/table/index/check_index.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <compare>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/table/change/retry_change.h"
#include "libcore/table/index/index_rows.h"
#include "libcore/table/index/piece.h"
#include "libcore/table/index/piece_rows.h"
#include "libcore/table/index/stored_indexes.h"

namespace penstock {
namespace {

std::string keys_text(const PieceHead& head) {
  std::vector<SortKey> keys;
  for (const Field& key : head.keys)
    keys.push_back({key.name});
  return to_string(keys);
}

int64_t bytes_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

// The row of `rows` that is next; batch by batch.
class Cursor {
 public:
  explicit Cursor(Operator& rows) : rows_(rows) { find(); }
  bool at_end() const { return !batch_; }
  const Batch& batch() const { return *batch_; }
  int64_t row() const { return row_; }
  void advance() {
    if (++row_ == batch_->rows) find();
  }
  int32_t number(size_t column) const { return batch_->columns[column]->data<int32_t>()[row_]; }

 private:
  void find() {
    row_ = 0;
    do {
      batch_ = rows_.next();
    } while (batch_ && batch_->rows == 0);
  }

  Operator& rows_;
  std::optional<Batch> batch_;
  int64_t row_ = 0;
};

std::weak_ordering compare(const Cursor& a, const Cursor& b) {
  if (a.at_end() || b.at_end()) return a.at_end() <=> b.at_end();
  for (size_t i = 0; i < a.batch().columns.size(); ++i) {
    const std::weak_ordering order =
        compare_rows(*a.batch().columns[i], a.row(), *b.batch().columns[i], b.row());
    if (std::is_neq(order)) return order;
  }
  return std::weak_ordering::equivalent;
}

// Returns where the rows differ first; empty where they do not.
std::string difference(Operator& data, Operator& piece, const PieceHead& head) {
  Cursor expected(data);
  Cursor found(piece);
  const size_t keys = head.keys.size();
  for (; !expected.at_end() || !found.at_end(); expected.advance(), found.advance()) {
    const std::weak_ordering order = compare(expected, found);
    if (std::is_eq(order)) continue;
    const Cursor& at = std::is_lt(order) ? expected : found;
    return fmt::format("{} a key of batch {} of '{}'",
                       std::is_lt(order) ? "lacks" : "has, wrongly,", at.number(keys + 1),
                       printable(head.files[static_cast<size_t>(at.number(keys))].path));
  }
  return {};
}

// Throws Error, which begins with the path, for a piece that is not as the data says.
void check_piece(const std::string& path, const std::string& folder, const TableState& state,
                 const SpillOptions& spill) {
  const PieceHead head = head_of_piece(path);
  std::set<std::pair<std::string, int64_t>> covered;
  for (const PieceFile& file : head.files)
    covered.emplace(file.path, file.size);
  std::vector<DataFile> files;
  for (const DataFile& file : state.files) {
    if (covered.contains({file.path, file.size}) && files.size() < kMaxPieceFiles) {
      files.push_back(file);
    }
  }
  const TableState there = with_files(state, std::move(files));
  std::vector<std::string> keys;
  for (const Field& key : head.keys)
    keys.push_back(key.name);
  std::string wrong;
  try {
    const PieceHead expected = head_of_index(there, keys);
    if (!are_same_keys(expected.keys, head.keys)) {
      throw Error("has keys of other types than the table; use --drop");
    }
    const OperatorPtr data = index_rows(folder, there, expected, spill);
    wrong = difference(*data, *sort_index_rows(read_pieces({path}, expected), spill), expected);
  } catch (const Error& error) {
    throw error.names_input() ? error : error.in_input(path);
  }
  if (!wrong.empty())
    throw Error::of_input(path + ": " + wrong + "; use --drop, and make it again");
}

bool has_needed(const std::string& path,
                const std::function<bool(const std::string& path)>& is_needed) {
  try {
    const PieceHead head = head_of_piece(path);
    return std::any_of(head.files.begin(), head.files.end(),
                       [&](const PieceFile& file) { return is_needed(file.path); });
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

Batch list_indexes(const std::string& folder, const TableState& state) {
  BytesBuilder names, keys;
  FixedBuilder<int64_t> pieces, files, stale, bytes;
  for (const StoredIndex& index : find_indexes(folder)) {
    std::set<std::pair<std::string, int64_t>> covered;
    std::optional<std::string> text;
    int64_t size = 0;
    for (const std::string& path : index.pieces) {
      const PieceHead head = head_of_piece(path);
      if (!text) text = keys_text(head);
      size += bytes_of(path);
      for (const PieceFile& file : head.files)
        covered.emplace(file.path, file.size);
    }
    const int64_t count =
        std::count_if(state.files.begin(), state.files.end(), [&](const DataFile& file) {
          return covered.contains({file.path, file.size});
        });
    names.append(index.name);
    keys.append(text.value_or(""));
    pieces.append(std::ssize(index.pieces));
    files.append(count);
    stale.append(std::ssize(state.files) - count);
    bytes.append(size);
  }
  const int64_t rows = names.length();
  return {make_schema({{"name", utf8_type(), true, {}},
                       {"keys", utf8_type(), true, {}},
                       {"pieces", int64_type(), true, {}},
                       {"files", int64_type(), true, {}},
                       {"stale", int64_type(), true, {}},
                       {"bytes", int64_type(), true, {}}}),
          rows,
          {names.finish(utf8_type()), keys.finish(utf8_type()), pieces.finish(int64_type()),
           files.finish(int64_type()), stale.finish(int64_type()), bytes.finish(int64_type())}};
}

IndexCheck check_indexes(const std::string& folder, const TableState& state,
                         const SpillOptions& spill,
                         const std::function<void(const std::string& message)>& tell) {
  IndexCheck counts;
  for (const StoredIndex& index : find_indexes(folder)) {
    ++counts.indexes;
    for (const std::string& path : index.pieces) {
      ++counts.pieces;
      try {
        check_piece(path, folder, state, spill);
      } catch (const Error& error) {
        ++counts.damaged;
        tell(error.message());
      }
    }
  }
  return counts;
}

std::vector<std::string> unneeded_index_files(
    const std::string& folder, const std::function<bool(const std::string& path)>& is_needed) {
  std::vector<std::string> unneeded;
  for (const StoredIndex& index : find_indexes(folder)) {
    std::vector<std::string> gone;
    for (const std::string& path : index.pieces) {
      if (!has_needed(path, is_needed)) gone.push_back(path);
    }
    if (!gone.empty() && gone.size() == index.pieces.size()) gone.pop_back();
    gone.insert(gone.end(), index.unnamed.begin(), index.unnamed.end());
    for (const std::string& path : gone)
      unneeded.push_back(path.substr(folder.size() + 1));
  }
  return unneeded;
}

}  // namespace penstock
