// Finds where the tokens of a JSON text begin: the seam to simdjson, of which we use the first
// stage (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 2019).
#pragma once

#include <cstdint>
#include <memory>

namespace penstock {

// Tokens are {}[]:, and the first byte of every string, number and word. Not thread-safe; reuse it
// for many texts to keep its memory.
class JsonIndex {
 public:
  // What is wrong with the bytes before any grammar is applied.
  enum class Fault { kNone, kUnclosedString, kControlCharacter, kNotUtf8 };

  JsonIndex();
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;
  JsonIndex& operator=(JsonIndex&&) noexcept;

  // Indexes data[0, size), any number of JSON texts one after the other. REQUIRES size < 2^31.
  // After a fault there are no tokens.
  Fault build(const uint8_t* data, int64_t size);

  // Returns count() positions, ascending, followed by two that are `size`. With a byte there that
  // is not JSON (a space), a reader that looks one token ahead does not need to test for the end.
  // Valid until the next build().
  const uint32_t* tokens() const;
  int64_t count() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// "a string is not closed", …
const char* to_text(JsonIndex::Fault fault);

}  // namespace penstock
