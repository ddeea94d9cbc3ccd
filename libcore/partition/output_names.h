// Reads the operands that name the outputs of partitions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

// Removes the names of `partitions` outputs from the end of `operands` and returns them; the
// operands before them stay. A last operand with a %d (or %02d, for numbers of at least two digits
// with leading zeros) stands for all outputs: the %d is the number of the partition, from 1.
//
// Throws a usage Error when there are too few operands, when two names are the same, and, unless
// `force`, when an operand is a file that is not empty, because it may be an input whose outputs
// were forgotten. A name with a %d cannot be an input, so such files may exist.
std::vector<std::string> take_output_names(std::vector<std::string>& operands, int64_t partitions,
                                           bool force);

// Returns the names that an option lists, separated by commas, or one with a %d. The files may
// exist, because they are certainly outputs. Throws a usage Error when they are not `partitions`
// different names.
std::vector<std::string> listed_output_names(const std::string& list, int64_t partitions);

// Throws a usage Error that names an output which is a file that is also one of the inputs, under
// whichever name.
void refuse_inputs_as_outputs(const std::vector<std::string>& outputs,
                              const std::vector<std::string>& inputs);

}  // namespace penstock
