#include "libcore/table/index/make_index.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/table/change/retry_change.h"
#include "libcore/table/index/index_rows.h"
#include "libcore/table/index/piece.h"
#include "libcore/table/index/piece_rows.h"
#include "libcore/table/index/stored_indexes.h"

namespace penstock {
namespace {

std::string name_of(const IndexToMake& how) {
  if (!how.name.empty()) return how.name;
  return fmt::format("{}", fmt::join(how.keys, ","));
}

std::vector<std::string> names_of(const std::vector<Field>& keys) {
  std::vector<std::string> names;
  for (const Field& key : keys)
    names.push_back(key.name);
  return names;
}

void remove_pieces(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) throw Error::system(path, "remove", errno);
  }
}

// Runs of at most as many files as a piece has.
std::vector<std::vector<DataFile>> in_runs(const std::vector<DataFile>& files) {
  std::vector<std::vector<DataFile>> runs;
  for (size_t i = 0; i < files.size(); i += kMaxPieceFiles) {
    const size_t end = std::min(files.size(), i + kMaxPieceFiles);
    runs.emplace_back(files.begin() + static_cast<std::ptrdiff_t>(i),
                      files.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return runs;
}

class IndexMaker {
 public:
  IndexMaker(const IndexToMake& how, const TableState& state)
      : how_(how), state_(state), name_(name_of(how)), folder_(index_folder(how.folder, name_)) {
    try {
      keys_ = head_of_index(with_files(state, {}), how.keys).keys;
    } catch (const Error& error) {
      throw error.in_input(how.folder);
    }
  }

  IndexMade make() {
    look_at_pieces();
    make_index_folder(how_.folder, name_);
    IndexMade made{name_, state_.version, 0, 0};
    std::vector<DataFile> lacking;
    for (const DataFile& file : state_.files) {
      if (!covered_.contains({file.path, file.size})) lacking.push_back(file);
    }
    made.files = std::ssize(lacking);
    std::vector<std::vector<DataFile>> runs = in_runs(lacking);
    // A piece without files says what the keys of the index are.
    if (runs.empty() && pieces_.empty()) runs.emplace_back();
    for (const std::vector<DataFile>& run : runs)
      pieces_.push_back(write_new(run));
    remove_pieces(useless_);
    if (pieces_.size() > kMostKeptPieces) made.merged = merge();
    return made;
  }

 private:
  void look_at_pieces() {
    for (const StoredIndex& index : find_indexes(how_.folder)) {
      if (index.name != name_) continue;
      for (const std::string& path : index.pieces)
        look_at(path);
    }
  }

  void look_at(const std::string& path) {
    const PieceHead head = head_of_piece(path);
    if (names_of(head.keys) != how_.keys) {
      throw Error::of_input(fmt::format(
          "{}: the index '{}' has the keys {}; give another --name, or remove it with --drop",
          how_.folder, printable(name_),
          printable(fmt::format("{}", fmt::join(names_of(head.keys), ",")))));
    }
    // Of a table that was replaced by one whose columns have other types.
    if (!are_same_keys(head.keys, keys_)) {
      useless_.push_back(path);
      return;
    }
    pieces_.push_back(path);
    for (const PieceFile& file : head.files)
      covered_.emplace(file.path, file.size);
  }

  PieceHead head_of(const std::vector<DataFile>& files) const {
    return head_of_index(with_files(state_, files), how_.keys);
  }

  std::string write_new(const std::vector<DataFile>& files) const {
    const PieceHead head = head_of(files);
    const OperatorPtr rows = index_rows(how_.folder, with_files(state_, files), head, how_.spill);
    return write_piece(folder_, *rows, head, how_.sync);
  }

  // The new pieces are there before the old ones go.
  int64_t merge() const {
    std::vector<std::vector<DataFile>> runs = in_runs(state_.files);
    if (runs.empty()) runs.emplace_back();
    for (const std::vector<DataFile>& run : runs) {
      const PieceHead head = head_of(run);
      const OperatorPtr rows = sort_index_rows(read_pieces(pieces_, head), how_.spill);
      (void)write_piece(folder_, *rows, head, how_.sync);
    }
    remove_pieces(pieces_);
    return std::ssize(pieces_);
  }

  const IndexToMake& how_;
  const TableState& state_;
  std::string name_;
  std::string folder_;
  std::vector<Field> keys_;
  std::vector<std::string> pieces_;   // paths
  std::vector<std::string> useless_;  // paths
  std::set<std::pair<std::string, int64_t>> covered_;
};

// The piece of one index; empty for an index that gets none.
std::string index_files(const NewFilesToIndex& how, const StoredIndex& index) {
  if (index.pieces.empty()) return {};
  if (index.pieces.size() >= kMaxIndexPieces || how.files.size() > kMaxPieceFiles) {
    throw Error("has too many pieces, or gets too many files");
  }
  const std::vector<std::string> keys = names_of(head_of_piece(index.pieces[0]).keys);
  const TableState added = with_files(how.state, how.files);
  const PieceHead head = head_of_index(added, keys);
  const OperatorPtr rows = index_rows(how.folder, added, head, how.spill);
  return write_piece(index.folder, *rows, head, how.sync);
}

}  // namespace

IndexMade make_index(const IndexToMake& how) {
  const TableState state = TableLog(how.folder).read();
  return IndexMaker(how, state).make();
}

std::vector<std::string> index_new_files(const NewFilesToIndex& how) {
  std::vector<std::string> paths;
  if (how.files.empty()) return paths;
  const auto tell = [&](const std::string& text) {
    if (how.tell) how.tell(text);
  };
  std::vector<StoredIndex> indexes;
  try {
    indexes = find_indexes(how.folder);
  } catch (const Error& error) {
    tell(error.message());
  }
  for (const StoredIndex& index : indexes) {
    try {
      const std::string path = index_files(how, index);
      if (!path.empty()) paths.push_back(path.substr(how.folder.size() + 1));
    } catch (const Error& error) {
      tell(fmt::format("{}: the index '{}' does not cover the new files (see pindex): {}",
                       how.folder, printable(index.name), error.message()));
    }
  }
  return paths;
}

}  // namespace penstock
