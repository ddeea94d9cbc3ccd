// Inflates what zlib deflated: in gzip files and in zip archives. The seam of zlib for input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace penstock {

// Not thread-safe.
class Inflater {
 public:
  enum class Wrapping { kGzip, kNone };

  explicit Inflater(Wrapping wrapping);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  struct Step {
    size_t read = 0;
    size_t written = 0;
    bool is_end = false;          // of the member
    const char* fault = nullptr;  // what is wrong with the data
  };
  // Inflates from `in` to `out` as far as both reach.
  Step step(const uint8_t* in, size_t in_size, uint8_t* out, size_t out_size);
  // Begins a new member.
  void reset();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// Returns the CRC-32 of the bytes before, whose CRC-32 is `crc` (0 for none), and of these.
uint32_t crc32_of(uint32_t crc, const uint8_t* data, size_t size);

}  // namespace penstock
