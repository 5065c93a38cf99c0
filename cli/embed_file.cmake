# Writes OUTPUT, a C++ source that holds the bytes of FILE as kEmbedded<NAME>: as string literals, which compile ten times
# faster than a list of numbers.
file(READ ${FILE} hex HEX)
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
string(REPEAT "...." 64 line)
string(REGEX REPLACE "(${line})" "\\1\"\n\"" bytes "${bytes}")
set(name kEmbedded${NAME})
file(WRITE ${OUTPUT} "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
     "extern const unsigned char ${name}[];\nextern const unsigned long ${name}Size;\n"
     "const unsigned char ${name}[] =\n\"${bytes}\";\n"
     "const unsigned long ${name}Size = sizeof(${name}) - 1;\n")
