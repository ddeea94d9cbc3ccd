// Writes JSON member by member, on one line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/data/value_text.h"

namespace penstock {

// Writes commas by itself. The caller must close every bracket that it opens.
class JsonWriter {
 public:
  // Opens an object or list: as the value of the last key, as an element, or as the whole text.
  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    first_ = true;
  }
  void text(std::string_view value) {
    separate();
    append_json_string(out_, value);
  }
  // Writes true, null or a number.
  void word(std::string_view literal) {
    separate();
    out_ += literal;
  }
  void texts(std::span<const std::string> values) {
    open('[');
    for (const std::string& value : values)
      text(value);
    close(']');
  }
  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void member(std::string_view name, bool value) {
    key(name);
    word(value ? "true" : "false");
  }
  void member(std::string_view name, int64_t value) {
    key(name);
    word(std::to_string(value));
  }
  void member(std::string_view name, std::span<const std::string> values) {
    key(name);
    texts(values);
  }
  std::string take() { return std::move(out_); }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  std::string out_;
  bool first_ = true;
};

}  // namespace penstock
