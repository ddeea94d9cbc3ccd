// How often property tests try. Sanitizers make code five to twenty times slower and look for what
// one try shows as well as many; all tries are made where the code runs as users have it.
#pragma once

namespace penstock::testing {

#ifdef PENSTOCK_SANITIZED
inline constexpr int kPropertyShare = 11;  // prime, so that no list of cases falls in step with it
#else
inline constexpr int kPropertyShare = 1;
#endif

// Of `all` tries, those to make here.
constexpr int property_rounds(int all) {
  return (all + kPropertyShare - 1) / kPropertyShare;
}

// Whether the try with this number, from 0, is to be made here: for lists of cases that differ.
constexpr bool is_tried_here(int number) {
  return number % kPropertyShare == 0;
}

}  // namespace penstock::testing
