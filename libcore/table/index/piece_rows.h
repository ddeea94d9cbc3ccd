// The rows of pieces that are there, for other files than those of one piece.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/table/index/piece.h"

namespace penstock {

// Returns the rows of the pieces about the files of `head`, with their numbers in it, piece after
// piece. Throws Error, which names the piece, for one that cannot be read or has other keys.
OperatorPtr read_pieces(const std::vector<std::string>& paths, const PieceHead& head);

// Whether both are names and types of the same keys.
bool are_same_keys(const std::vector<Field>& a, const std::vector<Field>& b);

}  // namespace penstock
