// Standard input, line by line.
#pragma once

#include <functional>
#include <string>

/// Calls call(line) for each line, without its end, "\n" or "\r\n", as soon as it is there; the last one may have none.
/// What was printed is seen before more is waited for. No more than a line is held. What `call` throws of UsageError
/// and UnsupportedError is thrown on with the line's number. Throws FileError where stdin can't be read or stdout
/// written, and MemoryError for a line that doesn't fit.
void for_each_line_of_stdin(const std::function<void(const std::string&)>& call);
