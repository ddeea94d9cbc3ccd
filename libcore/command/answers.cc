#include "libcore/command/answers.h"

namespace penstock {
namespace {

// Stands in the place of a shell, in what completion_script() makes.
constexpr const char* kColumnsOfLine = "columns";

}  // namespace

void Answers::add_options(Command& command) {
  command.group(OptionGroup::kOther);
  command.add(option::kQuiet, quiet);
  command.add(option::kVerbose, verbose);
  command.add(option::kDescribe, describe);
  command.add(option::kCompletion, [this, &command](const std::string& shell) {
    completes_columns = shell == kColumnsOfLine;
    if (!completes_columns) completion = completion_script(command, shell);
  });
  command.add_answer(option::kHelp, help);
  command.add_answer(option::kVersion, version);
}

std::string_view penstock_version() {
  return PENSTOCK_VERSION;
}

std::string version_text(const CommandText& text) {
  return std::string(text.name) + " (Penstock) " + std::string(penstock_version()) + "\n";
}

}  // namespace penstock
