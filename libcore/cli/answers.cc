#include "libcore/cli/answers.h"

#include "libcore/cli/program.h"

namespace penstock {

void Answers::add_options(Command& command) {
  command.heading("Other");
  command.add(option::kQuiet, quiet);
  command.add(option::kVerbose, verbose);
  command.add(option::kDescribe, describe);
  command.add(option::kCompletion, [this, &command](const std::string& shell) {
    completion = completion_script(command, shell);
  });
  command.add_answer(option::kHelp, help);
  command.add_answer(option::kVersion, version);
}

void Answers::print(const Command& command, const std::function<std::string()>& description) const {
  if (help) return print_text(help_text(command));
  if (version) return print_text(version_text(command.text()));
  print_text(completion.empty() ? description() : completion);
}

std::string version_text(const CommandText& text) {
  return std::string(text.name) + " (Penstock) " PENSTOCK_VERSION "\n";
}

}  // namespace penstock
