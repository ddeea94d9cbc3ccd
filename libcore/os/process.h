// What a process is started with: its words, its descriptors, its environment. flow/launch starts
// it.
#pragma once

#include <string>
#include <vector>

namespace penstock {

struct ProcessSpec {
  std::vector<std::string>
      words;  // the program, looked for in PATH unless it has a '/', and operands
  // Become descriptors 0, 1 and 2. They stay the caller's.
  int in = 0;
  int out = 1;
  int err = 2;
  std::vector<int> kept;  // further descriptors that it inherits, under their numbers
  std::vector<std::string> environment = {};  // NAME=VALUE, before what it inherits from us
  std::string program = {};  // what runs under the name words[0]; words[0] itself where empty
};

}  // namespace penstock
