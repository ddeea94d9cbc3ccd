// Describes a process to start: its words, descriptors and environment. flow/launch starts it.
#pragma once

#include <string>
#include <vector>

namespace penstock {

struct ProcessSpec {
  std::vector<std::string>
      words;  // the program, looked for in PATH unless it has a '/', and operands
  // These become descriptors 0, 1 and 2. The caller keeps them.
  int in = 0;
  int out = 1;
  int err = 2;
  std::vector<int> kept;  // further descriptors that it inherits, with the same numbers
  std::vector<std::string> environment = {};  // NAME=VALUE, before the inherited ones
  std::string program = {};  // the file to run under the name words[0]; if empty, words[0] itself
};

}  // namespace penstock
