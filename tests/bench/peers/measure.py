"""What the Python sides share: time and peak memory, by the same rules as ../measure.hpp."""
import time


def measure(call, check=lambda: None):
    """Median, shortest and longest seconds of one call. check() runs after the first, which otherwise isn't counted."""
    def seconds_of(calls):
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - begin) / calls

    first = seconds_of(1)
    check()
    if first > 10:
        return {"s": first, "low": first, "high": first}
    calls = 1 + int(2e-3 / max(seconds_of(1), 1e-7))  # a clock needs 2 ms to be exact
    times, total = [], 0
    while (len(times) < 5 or total < 1) and total < 10:
        times.append(seconds_of(calls))
        total += times[-1] * calls
    times.sort()
    return {"s": times[len(times) // 2], "low": times[0], "high": times[-1]}


def peak_mb():
    """Not getrusage's, which begins with what the parent had."""
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024
