#include <algorithm>
#include <string>

#include "libcore/command/command.h"

namespace penstock {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kColumn = 26;  // where the descriptions begin

// Appends `text` from the current column on, broken at blanks, later lines indented.
void append_wrapped(std::string& out, std::string_view text, size_t at, size_t indent) {
  while (!text.empty()) {
    size_t end = std::min(text.find(' '), text.size());
    if (at + 1 + end > kWidth && at > indent) {
      out += '\n';
      out.append(indent, ' ');
      at = indent;
    } else if (at > indent) {
      out += ' ';
      ++at;
    }
    out += text.substr(0, end);
    at += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out += '\n';
}

void append_option(std::string& out, const Option& option) {
  std::string left = "  ";
  left += option.letter != '\0' ? std::string{'-', option.letter, ',', ' '} : std::string(4, ' ');
  left += std::string("--") + option.name;
  if (*option.value != '\0') left += std::string(" ") + option.value;
  out += left;
  if (left.size() + 2 > kColumn) {
    out += '\n';
    out.append(kColumn, ' ');
  } else {
    out.append(kColumn - left.size(), ' ');
  }
  append_wrapped(out, option.help, kColumn, kColumn);
}

}  // namespace

std::string help_text(const Command& command) {
  const CommandText& text = command.text();
  std::string out = usage_line(text) + "\n\n";
  std::string purpose = text.purpose;
  purpose[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(purpose[0])));
  append_wrapped(out, purpose + ".", 0, 0);
  std::string_view heading;
  for (const Command::Entry& entry : command.entries()) {
    if (heading != heading_of(entry.group)) {
      heading = heading_of(entry.group);
      out += '\n';
      out += heading;
      out += ":\n";
    }
    append_option(out, entry.option);
  }
  out += std::string("\nThe manual has the whole story: man ") + text.name + "\n";
  return out;
}

}  // namespace penstock
