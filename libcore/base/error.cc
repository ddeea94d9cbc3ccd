#include "libcore/base/error.h"

#include <system_error>

namespace penstock {

Error Error::system(std::string_view place, std::string_view what, int error_number) {
  std::string message(place);
  if (!what.empty()) {
    message += ": ";
    message += what;
  }
  message += ": ";
  message += std::generic_category().message(error_number);
  return Error(std::move(message));
}

}  // namespace penstock
