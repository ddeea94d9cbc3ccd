// How a stage that runs a command writes rows to it and reads its answers.
#pragma once

#include <string>
#include <vector>

#include "libcore/command/command.h"
#include "libcore/ops/apply/apply.h"
#include "libcore/stage/reading.h"
#include "libcore/stage/writing.h"

namespace penstock {

class CommandForm {
 public:
  // Adds the options; this outlives the command.
  void add_options(Command& command);

  // Throws a usage Error for options that do not go together, and for `words` without a command.
  void require_valid(const std::vector<std::string>& words) const;
  // The same without a command.
  void require_valid_form() const;

  // Returns whether all runs of a command answer with the same columns and types, whatever rows
  // they get. REQUIRES require_valid().
  bool answers_alike() const;

  // Returns what make_apply() takes to run the command, but for `say` and `spill`. REQUIRES
  // require_valid().
  ApplyOptions options(const std::vector<std::string>& words) const;

 private:
  Format format_to() const { return to_.to.value_or(Format::kCsv); }
  ScanOptions scan_options() const;

  Reading from_;
  Writing to_;
};

}  // namespace penstock
