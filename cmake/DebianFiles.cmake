# Run by CPack over the files that are about to be packed: adds what Debian wants beside them.
set(share "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share")
set(doc "${share}/doc/penstock")

# The rights to Penstock, and to each library that is linked in or used as headers, as the Debian
# package that its header is from states them.
set(copyright "This is Penstock ${CPACK_PACKAGE_VERSION}.

Copyright: 2026 The Penstock developers

No licence for Penstock's own code has been chosen yet: all rights are reserved.

The program has parts of other works in it. What follows is what the Debian packages from which
they were taken say of each.
")
foreach(header ${CPACK_PENSTOCK_USED})
  file(REAL_PATH "${header}" header)
  execute_process(COMMAND dpkg-query --search "${header}" OUTPUT_VARIABLE owner
    COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "^[^:,]+" package "${owner}")
  file(SIZE "/usr/share/doc/${package}/copyright" size)
  if(size GREATER 65536)
    # Boost's, which lists thousands of files; its licence asks for no copy beside a program.
    set(text "In this package, as /usr/share/doc/${package}/copyright: ${size} bytes.\n")
  else()
    file(READ "/usr/share/doc/${package}/copyright" text)
  endif()
  string(APPEND copyright "\n==== ${package}\n\n${text}")
endforeach()
file(WRITE "${doc}/copyright" "${copyright}")

string(TIMESTAMP day "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${doc}/changelog" "penstock (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * Packed from the source by cpack.

 -- ${CPACK_PACKAGE_CONTACT}  ${day}
")

file(GLOB pages "${share}/man/man[1-8]/*.[1-8]")
execute_process(COMMAND gzip -9n ${pages} "${doc}/changelog" COMMAND_ERROR_IS_FATAL ANY)

# Whatever umask the package is made under.
execute_process(COMMAND chmod -R u=rwX,go=rX "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr"
  COMMAND_ERROR_IS_FATAL ANY)
