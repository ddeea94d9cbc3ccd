// Operands that leave out how a table is stored.
#pragma once

#include <string>

namespace penstock {

// The file that an operand means. Itself when something is called so; else the one file that is
// called so but for a suffix behind that tells a format which is read (format_of_suffix()): where
// there is orders.csv.gz and no orders, `orders` means that. Itself where there is none, so that
// opening it fails with the name that the user gave. Throws a usage Error that names two files when
// several would do: they may differ.
std::string file_of_operand(const std::string& operand);

}  // namespace penstock
