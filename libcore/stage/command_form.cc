#include "libcore/stage/command_form.h"

#include "libcore/base/error.h"

namespace penstock {

void CommandForm::add_options(Command& command) {
  from_.add_text_options(command);
  to_.add_options(command, false);
}

void CommandForm::require_valid(const std::vector<std::string>& words) const {
  if (words.empty()) throw Error::usage("COMMAND is missing");
  if (words[0].empty()) throw Error::usage("the name of the command is empty");
  require_valid_form();
}

void CommandForm::require_valid_form() const {
  const Format format = format_to();
  if (is_for_people(format)) {
    throw Error::usage("--to: " + std::string(name_of(format)) +
                       " is for people; a command gets csv, tsv, ndjson, lines or arrow");
  }
  (void)to_.text(format);
  (void)scan_options();
}

bool CommandForm::answers_alike() const {
  const ScanOptions from = scan_options();
  return (from.from && has_types(*from.from)) || declared_answers(from) != nullptr;
}

ApplyOptions CommandForm::options(const std::vector<std::string>& words) const {
  ApplyOptions options;
  options.command = words;
  options.to.format = format_to();
  options.to.text = to_.text(options.to.format);
  options.from = scan_options();
  return options;
}

ScanOptions CommandForm::scan_options() const {
  ScanOptions from = from_.options(1);
  const bool has_form = from.from || !from.text.widths.empty();
  if (!has_form) from.from = from.pattern ? Format::kLines : format_to_read(format_to());
  return from;
}

}  // namespace penstock
