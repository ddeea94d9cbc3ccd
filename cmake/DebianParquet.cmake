# Run by CPack when the package is made: makes the package penstock-parquet beside it, of the plugin
# that was built, so that nobody needs it who reads no Parquet.
cmake_policy(VERSION 3.25)
if(NOT EXISTS "${CPACK_PENSTOCK_PARQUET_PLUGIN}")
  return()
endif()
set(root "${CPACK_TEMPORARY_DIRECTORY}/parquet")
file(REMOVE_RECURSE "${root}")
file(MAKE_DIRECTORY "${root}/DEBIAN" "${root}/debian" "${root}/usr/share/doc/penstock-parquet")
file(INSTALL "${CPACK_PENSTOCK_PARQUET_PLUGIN}" DESTINATION "${root}/usr/lib/penstock")

# The rights to each crate that is in the plugin, as its own files state them. Many state the same.
execute_process(COMMAND "${CPACK_PENSTOCK_RUSTC}" -vV OUTPUT_VARIABLE rust COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "host: ([^\n]+)" host "${rust}")
execute_process(COMMAND "${CPACK_PENSTOCK_CARGO}" metadata --format-version 1 --locked --offline
    --filter-platform "${CMAKE_MATCH_1}"
  # Where a released tarball says that it has the crates.
  WORKING_DIRECTORY "${CPACK_PENSTOCK_PARQUET_CRATE}"
  OUTPUT_VARIABLE metadata ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
string(JSON count LENGTH "${metadata}" packages)
math(EXPR last "${count} - 1")
set(crates "")
set(texts "")
set(seen "")
foreach(i RANGE ${last})
  string(JSON name GET "${metadata}" packages ${i} name)
  string(JSON version GET "${metadata}" packages ${i} version)
  string(JSON manifest GET "${metadata}" packages ${i} manifest_path)
  string(JSON licence ERROR_VARIABLE none GET "${metadata}" packages ${i} license)
  string(APPEND crates "${name} ${version}: ${licence}\n")
  get_filename_component(folder "${manifest}" DIRECTORY)
  file(GLOB files "${folder}/LICEN[CS]E*" "${folder}/COPYING*" "${folder}/NOTICE*")
  foreach(file ${files})
    if(NOT IS_DIRECTORY "${file}")
      file(SHA1 "${file}" sum)
      if(NOT sum IN_LIST seen)
        list(APPEND seen ${sum})
        file(READ "${file}" text)
        # Debian has the text of the Apache License for all packages.
        string(FIND "${text}" "END OF TERMS AND CONDITIONS" end)
        if(NOT end EQUAL -1)
          string(SUBSTRING "${text}" ${end} -1 text)
        endif()
        get_filename_component(base "${file}" NAME)
        string(APPEND texts "\n==== ${name}: ${base}\n\n${text}")
      endif()
    endif()
  endforeach()
endforeach()
set(doc "${root}/usr/share/doc/penstock-parquet")
file(WRITE "${doc}/copyright" "This is the Parquet plugin of Penstock ${CPACK_PACKAGE_VERSION}.

Copyright: 2026 The Penstock developers

No licence for Penstock's own code has been chosen yet: all rights are reserved.

These crates are in it, and what follows is what they say of their licences. The Apache License,
version 2.0, is in /usr/share/common-licenses/Apache-2.0.

${crates}${texts}")

string(TIMESTAMP day "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${doc}/changelog" "penstock-parquet (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * Packed from the source by cpack.

 -- ${CPACK_PACKAGE_CONTACT}  ${day}
")
execute_process(COMMAND gzip -9n "${doc}/changelog" COMMAND_ERROR_IS_FATAL ANY)

# dpkg-shlibdeps wants to be called in a source package.
file(WRITE "${root}/debian/control" "Source: penstock\n\nPackage: penstock-parquet\nArchitecture: any\n")
execute_process(COMMAND dpkg-shlibdeps -O usr/lib/penstock/libpenstock-parquet.so
  WORKING_DIRECTORY "${root}" OUTPUT_VARIABLE depends ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "shlibs:Depends=|\n" "" depends "${depends}")
file(REMOVE_RECURSE "${root}/debian")
execute_process(COMMAND dpkg --print-architecture OUTPUT_VARIABLE architecture
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND chmod -R u=rwX,go=rX "${root}/usr" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND du -sk "${root}/usr" OUTPUT_VARIABLE size COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "^[0-9]+" size "${size}")
file(WRITE "${root}/DEBIAN/control" "Package: penstock-parquet
Version: ${CPACK_PACKAGE_VERSION}
Architecture: ${architecture}
Maintainer: ${CPACK_PACKAGE_CONTACT}
Section: utils
Priority: optional
Installed-Size: ${size}
Depends: penstock (= ${CPACK_PACKAGE_VERSION}), ${depends}
Description: Parquet files for Penstock
 The library that Penstock's programs open to read and write Parquet: pscan
 f.parquet, -o f.parquet and -t parquet. Without it they name this package.
")
execute_process(COMMAND dpkg-deb --root-owner-group -Zxz -z9 -Sextreme --build "${root}"
  "${CPACK_PACKAGE_DIRECTORY}/penstock-parquet_${CPACK_PACKAGE_VERSION}_${architecture}.deb"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE "${root}")
