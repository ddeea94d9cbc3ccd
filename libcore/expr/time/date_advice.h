// What is wrong with a text that is not a date, for error messages.
#pragma once

#include <string>
#include <string_view>

namespace penstock {

// Returns what to add to "'2024-02-30' is not a valid date": ": February 2024 has 29 days" where
// the text has the form of a date that does not exist, else how a date is written.
std::string date_advice(std::string_view text);

}  // namespace penstock
