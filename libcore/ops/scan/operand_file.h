// Finds the files of operands that are given without a suffix.
#pragma once

#include <string>

namespace penstock {

// Returns the file that an operand means. That is the operand itself if such a file exists.
// Otherwise it is the one file whose name is the operand plus the suffix of a format that can be
// read (format_of_suffix()): if there is orders.csv.gz but no orders, `orders` means the former. If
// there is none, returns the operand, so that opening it fails with the name that the user gave.
// Throws a usage Error that names two files when several match, because they may differ.
std::string file_of_operand(const std::string& operand);

}  // namespace penstock
