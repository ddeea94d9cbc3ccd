#include "libcore/flow/watch/redrawn_lines.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libcore/base/utf8.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

// Where a terminal does not say.
constexpr int kWidth = 80;
constexpr int kHeight = 24;

// To the first of the lines that stand, and everything from there on erased.
std::string back_over(int lines) {
  if (lines == 0) return "";
  return "\x1b[" + std::to_string(lines) + "A\r\x1b[J";
}

}  // namespace

void RedrawnLines::write(const std::string& text) const {
  size_t at = 0;
  while (at < text.size()) {
    ssize_t written = ::write(fd_, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    at += static_cast<size_t>(written);
  }
}

// One less than the terminal's: a full line would wrap on some terminals.
int64_t RedrawnLines::width() const {
  return std::max(1, terminal_width(fd_).value_or(kWidth) - 1);
}

void RedrawnLines::draw(const std::vector<std::string>& lines) {
  const auto columns = static_cast<size_t>(width());
  int height = terminal_height(fd_).value_or(kHeight) - 1;
  std::string text = back_over(standing_);
  standing_ = 0;
  for (const std::string& line : lines) {
    if (standing_ >= height) break;
    text += visible_text(line).substr(0, columns) + "\n";
    ++standing_;
  }
  write(text);
}

void RedrawnLines::clear() {
  if (standing_ > 0) write(back_over(standing_));
  standing_ = 0;
}

}  // namespace penstock
