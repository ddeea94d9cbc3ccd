#include "libcore/stage/writing.h"

namespace penstock {

void Writing::add_options(Command& command, bool with_output) {
  command.group(OptionGroup::kWriting);
  command.add(option::kTo, [this](const std::string& v) { to = parse_format(v); });
  if (with_output) command.add(option::kOutput, [this](const std::string& v) { output = v; });
  command.add(option::kNoSync, no_sync);
}

}  // namespace penstock
