#include <string>

#include "tools/programs/penstock.h"

// Of functions that several files have, the linker takes those of the first, which is this one.
// Text for rows would else be appended by the functions of the tools, which are compiled for size.
template std::string& std::string::append(const char*, size_t);
template std::string& std::string::_M_append(const char*, size_t);

int main(int argc, char** argv) {
  penstock::run_penstock({argv, static_cast<size_t>(argc)});
}
