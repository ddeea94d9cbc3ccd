// The colours of tables on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace penstock {

class TableStyle {
 public:
  enum class Part { kHeader, kText, kNumber, kNull };

  // Without colour, text stays as it is.
  explicit TableStyle(bool color) : color_(color) {}

  // Appends text of this part to `out`.
  void append(std::string& out, Part part, std::string_view text) const {
    const std::string_view code = color_ ? code_of(part) : std::string_view();
    out += code;
    out += text;
    if (!code.empty()) out += "\x1b[0m";
  }

 private:
  static std::string_view code_of(Part part) {
    switch (part) {
      case Part::kHeader:
        return "\x1b[1m";
      case Part::kNumber:
        return "\x1b[36m";
      case Part::kNull:
        return "\x1b[2m";
      case Part::kText:
        break;
    }
    return {};
  }

  bool color_;
};

}  // namespace penstock
