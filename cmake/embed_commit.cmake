# Run at every build: writes OUTPUT with the commit of SOURCE_DIR as a C string, when it changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "extern const char ${SYMBOL}[];\nconst char ${SYMBOL}[] = \"${commit}\";\n")
