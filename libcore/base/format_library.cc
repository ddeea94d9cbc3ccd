// Compiles fmt's own functions once. As headers alone, fmt puts these functions into every file
// that formats anything: they took 2.6 of the 4.7 seconds of compiling text/csv/header.cc
// (measured: 34 files, 40 s of a build on two cores). Debian does not have a static library, and
// loading the shared one costs each process about 0.2 ms. The functions that a user of
// <fmt/format.h> may need, and that no header instantiates, are listed below.
#include <fmt/format-inl.h>

#include <locale>

namespace fmt::detail {

template dragonbox::decimal_fp<float> dragonbox::to_decimal(float) noexcept;
template dragonbox::decimal_fp<double> dragonbox::to_decimal(double) noexcept;

template std::locale locale_ref::get<std::locale>() const;
template locale_ref::locale_ref(const std::locale& locale);

template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);
template void buffer<char>::append(const char*, const char*);

}  // namespace fmt::detail
