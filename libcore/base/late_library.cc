#include "libcore/base/late_library.h"

#include <dlfcn.h>

#include "libcore/base/error.h"

namespace penstock {

LateLibrary::LateLibrary(const char* file, const char* advice)
    : file_(file), library_(dlopen(file, RTLD_NOW | RTLD_LOCAL)) {
  if (library_ == nullptr) throw Error(std::string(dlerror()) + "; " + advice);
}

void* LateLibrary::address_of(const char* name) const {
  void* address = dlsym(library_, name);
  if (address == nullptr) throw Error(std::string(file_) + ": has no " + name);
  return address;
}

}  // namespace penstock
