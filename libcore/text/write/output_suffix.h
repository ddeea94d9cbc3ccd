// The suffix of an output file, where it promises a format that is not written here.
#pragma once

#include <string>

namespace penstock {

// Throws a usage Error, which names the suffixes that there are, where the name of an output file
// has a suffix of letters that is not one of them (format_of_suffix() in text_format.h): an Arrow
// stream in sales.parquet is not what anybody expects. A name without a suffix has no such promise.
void refuse_foreign_suffix(const std::string& path);

}  // namespace penstock
