# Run by CPack when the package is made: makes it again with Debian's own program, which keeps hard
# links (CPack packs each as a file of its own: twelve programs instead of one) and compresses more.
set(root "${CPACK_TEMPORARY_DIRECTORY}/again")
file(REMOVE_RECURSE "${root}")
file(MAKE_DIRECTORY "${root}")
file(RENAME "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr" "${root}/usr")
execute_process(COMMAND dpkg-deb --control "${CPACK_PACKAGE_FILES}" "${root}/DEBIAN"
  COMMAND_ERROR_IS_FATAL ANY)

execute_process(COMMAND du -sk "${root}/usr" OUTPUT_VARIABLE size COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "^[0-9]+" size "${size}")
file(READ "${root}/DEBIAN/control" control)
string(REGEX REPLACE "Installed-Size: [0-9]+" "Installed-Size: ${size}" control "${control}")
file(WRITE "${root}/DEBIAN/control" "${control}")

execute_process(COMMAND dpkg-deb --root-owner-group -Zxz -z9 -Sextreme --build "${root}"
  "${CPACK_PACKAGE_FILES}" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE "${root}")
