// Programs outside of the family that take part in flows because somebody listed them, as FLOW.md,
// "Other programs", says. Such a program is never run to ask it something.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/stage/traits.h"

namespace penstock {

// A listing: a short file.
inline constexpr int64_t kMaxListingBytes = int64_t{64} << 10;

// What is known of a command whose program is listed, by the name of its file, in the folders
// `penstock/tools.d` of the user's and of the system's configuration, the first that has it; empty
// when none has. Throws Error that names the listing when it is not what FLOW.md says.
std::optional<StageTraits> listed_program(const std::string& command);

}  // namespace penstock
