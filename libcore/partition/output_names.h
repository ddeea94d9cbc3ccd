// The operands that say where partitions go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

// Takes the names of `partitions` outputs off the end of `operands` and leaves what stands before.
// The last operand alone stands for all of them when it has a %d (or %02d, for numbers of two
// digits and more with zeros in front): the number of the partition, from 1. Throws a usage Error
// when there are too few, when two are the same, and, unless `force`, when an operand is a file
// that is not empty: it may be an input whose outputs were forgotten. What a %d stands for can be
// no input, and may exist.
std::vector<std::string> take_output_names(std::vector<std::string>& operands, int64_t partitions,
                                           bool force);

// The names that an option lists, separated by commas, or one with a %d. They may exist: they are
// outputs without doubt. Throws a usage Error when they are not `partitions` different names.
std::vector<std::string> listed_output_names(const std::string& list, int64_t partitions);

}  // namespace penstock
