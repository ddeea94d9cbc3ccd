#include "libcore/stage/shared_options.h"

#include "libcore/base/error.h"
#include "libcore/base/number.h"

namespace penstock {

void add_spill_options(Command& command, SpillOptions& spill) {
  command.group(OptionGroup::kSpill);
  command.add(option::kMemory, [&spill](const std::string& v) { spill.memory = parse_memory(v); });
  command.add(option::kTempDir, [&spill](const std::string& v) { spill.directory = v; });
  command.group(OptionGroup::kOperation);
}

int64_t parse_rows(const std::string& text) {
  auto rows = parse_int64(text);
  if (!rows || *rows < 0) throw Error::usage("'" + text + "' is not a number of rows");
  return *rows;
}

}  // namespace penstock
