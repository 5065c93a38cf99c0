// The only copy of the version: CMake and the command line read it from here.
#pragma once

#define ATTN_VERSION "0.1.0"
