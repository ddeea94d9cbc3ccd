// How a stage reads its inputs: the options of all tools, and those of a scan.
#pragma once

#include <string>

#include "libcore/command/command.h"
#include "libcore/ops/scan/scan.h"

namespace penstock {

struct Reading {
  // `text.header` and `text.quotes` are set by options().
  ScanOptions scan;
  bool no_header = false;
  bool no_quotes = false;
  bool is_part = false;  // --partition: one of several parts
  std::string rejects;   // the file of --rejects; empty for none

  // Add the options of every tool, and those of a scan alone; this outlives the command.
  void add_options(Command& command);
  // Adds those of them that are about text, for rows that do not come from an input.
  void add_text_options(Command& command);
  void add_scan_options(Command& command);

  // The same without the options of a scan alone.
  Reading of_every_tool() const;

  // What open_scan() takes, for one of so many inputs. Throws a usage Error for options that do not
  // go together.
  ScanOptions options(size_t inputs) const;

  // An option that was given and that only one process can follow: it divides the input itself, or
  // names a file that is written. Null for none.
  const Option* for_one_reader() const;

 private:
  void require_one_form() const;
};

}  // namespace penstock
