# Writes OUTPUT, a C++ source that holds the bytes of FONT.
file(READ ${FONT} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "extern const unsigned char kEmbeddedFont[];\nextern const unsigned long kEmbeddedFontSize;\n"
     "const unsigned char kEmbeddedFont[] = {\n${bytes}};\nconst unsigned long kEmbeddedFontSize = sizeof(kEmbeddedFont);\n")
