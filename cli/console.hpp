// What the command line says beside its result: one line on stderr.
#pragma once

#include <cstdio>
#include <string>

/// "attn: warning: …": something that a reader of the result should know.
inline void warn(const std::string& message) { std::fprintf(stderr, "attn: warning: %s\n", message.c_str()); }
