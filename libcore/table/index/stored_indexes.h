// The indexes that lie in a table's directory: their names, and the files of their pieces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Pieces of one index. A change of a table that finds as many adds none (make_index.h).
inline constexpr size_t kMaxIndexPieces = 1000;
// Bytes of an index's name, of which some take three in the name of its folder.
inline constexpr size_t kMaxIndexNameBytes = 80;

struct StoredIndex {
  std::string name;
  std::string folder;                // of the pieces
  std::vector<std::string> pieces;   // paths, ascending
  std::vector<std::string> unnamed;  // paths of what killed writers have left
};

// Returns the folder of an index, in the table's directory. Throws a usage Error for a name that is
// empty or too long.
std::string index_folder(const std::string& table, std::string_view name);

// Returns the indexes of the table in a directory by their names; none where it has no folder of
// indexes. Throws Error when a folder cannot be read.
std::vector<StoredIndex> find_indexes(const std::string& table);

// Makes the folder of an index, if it is not there. Throws Error.
void make_index_folder(const std::string& table, std::string_view name);

// Removes an index. Throws Error when it cannot be removed, also when there is none of this name.
void drop_index(const std::string& table, std::string_view name);

}  // namespace penstock
