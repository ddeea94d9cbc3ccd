// A shared library that is loaded when it is first needed.
//
// Each library that is linked costs every start of a tool about 0.2 ms, or its size in the program,
// and few runs need one that is loaded so.
#pragma once

#include <string>

namespace penstock {

// Immutable. The library stays loaded until the process ends.
class LateLibrary {
 public:
  // Loads a library by the name that the dynamic loader has for it ("libzmq.so.5"). `advice` is
  // what its Error says behind the loader's reason: "install ZeroMQ's library". `file` must outlive
  // the object.
  LateLibrary(const char* file, const char* advice);

  // Sets `function` to the function of this name in the C ABI. Throws Error when there is none.
  template <typename Function>
  void find(const char* name, Function& function) const {
    function = reinterpret_cast<Function>(address_of(name));
  }

 private:
  void* address_of(const char* name) const;

  const char* file_;
  void* library_;
};

}  // namespace penstock
