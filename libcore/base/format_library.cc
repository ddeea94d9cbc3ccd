// fmt's own functions, compiled once here.
//
// As a pure header fmt puts these into every file that formats anything: 2.6 of 4.7 seconds of
// compiling text/csv/header.cc were theirs (measured: 34 files, 40 s a build on two cores).
// Debian's archive has no static library, and loading the shared one costs each process about 0.2
// ms. What a user of <fmt/format.h> may need of the library and no header instantiates stands
// below.
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
