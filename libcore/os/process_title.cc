#include "libcore/os/process_title.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

namespace penstock {
namespace {

// Where the kernel has put our words and our environment (proc(5), /proc/PID/stat).
struct StartArea {
  uintptr_t words = 0;
  uintptr_t words_end = 0;
  uintptr_t environment = 0;
  uintptr_t environment_end = 0;
};

constexpr int kFieldOfWords = 48;

// Nothing when the kernel does not say it.
StartArea find_start_area() {
  std::ifstream stat("/proc/self/stat");
  std::string line;
  std::getline(stat, line);
  // The second field is our name in parentheses, which may hold anything.
  size_t at = line.rfind(')');
  for (int field = 2; field < kFieldOfWords && at != line.npos; ++field)
    at = line.find(' ', at + 1);
  StartArea area;
  if (at == line.npos) return area;
  const char* text = line.c_str() + at;
  char* rest = nullptr;
  for (uintptr_t* address :
       {&area.words, &area.words_end, &area.environment, &area.environment_end}) {
    *address = std::strtoull(text, &rest, 10);
    text = rest;
  }
  return area;
}

}  // namespace

// When the last byte of the words' area is not 0, the kernel takes what is there for one text,
// which may go on in the environment's area, right behind it, and ends at its first 0.
void show_process_words(std::span<const std::string> words) {
  const StartArea area = find_start_area();
  if (area.words == 0 || area.words >= area.words_end) return;
  const bool goes_on = area.environment == area.words_end;
  const size_t size = (goes_on ? area.environment_end : area.words_end) - area.words;
  const size_t own_size = area.words_end - area.words;
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  // A short text ends with 0s, as many words without a letter.
  if (text.size() >= own_size && !goes_on) text.resize(own_size - 1);
  if (text.size() >= size) text.resize(size - 1);
  char* to = reinterpret_cast<char*>(area.words);  // NOLINT(performance-no-int-to-ptr)
  std::memset(to, 0, size);
  std::memcpy(to, text.data(), text.size());
}

}  // namespace penstock
