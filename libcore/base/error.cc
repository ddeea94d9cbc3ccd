#include "libcore/base/error.h"

#include <cerrno>
#include <system_error>

namespace penstock {

bool is_reason_of_machine(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EIO:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case ESTALE:
      return true;
    default:
      return false;
  }
}

Error Error::system(std::string_view place, std::string_view what, int error_number) {
  std::string message(place);
  if (!what.empty()) {
    message += ": ";
    message += what;
  }
  message += ": ";
  message += std::generic_category().message(error_number);
  return is_reason_of_machine(error_number) ? of_machine(std::move(message))
                                            : Error(std::move(message));
}

}  // namespace penstock
