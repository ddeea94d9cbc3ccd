// The operands that say where partitions go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

// Takes the names of `partitions` outputs off the end of `operands` and leaves what stands before.
// The last operand alone stands for all of them when it has a %d (or %02d, for numbers of two
// digits and more with zeros in front): the number of the partition, from 1. Throws a usage Error
// when there are too few and when two are the same.
std::vector<std::string> take_output_names(std::vector<std::string>& operands, int64_t partitions);

}  // namespace penstock
