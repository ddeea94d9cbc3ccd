// Lines on a terminal that are drawn again in place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

// Draws on a descriptor that is a terminal; what cannot be written is not drawn. Nothing else may
// be written there while lines stand, but for clear() before. Not thread-safe.
class RedrawnLines {
 public:
  explicit RedrawnLines(int fd) : fd_(fd) {}
  ~RedrawnLines() { clear(); }
  RedrawnLines(const RedrawnLines&) = delete;
  RedrawnLines& operator=(const RedrawnLines&) = delete;

  // Returns how many columns a line can have.
  int64_t width() const;

  // Puts `lines` in the place of those that stand, each cut to the terminal's width (text of one
  // byte a column). Of more lines than the terminal is high the last are cut off.
  void draw(const std::vector<std::string>& lines);
  // Takes them away; the cursor is where it was before the first draw().
  void clear();
  // Lets them stay: the next draw() begins below.
  void leave() { standing_ = 0; }

 private:
  void write(const std::string& text) const;
  int fd_;
  int standing_ = 0;
};

}  // namespace penstock
