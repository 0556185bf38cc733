# Sourced by Tools/test: tells which of ThreadSanitizer's reports are races.

# race_reports LOG: prints the reports that are not known to be false, and on the last line how many were left out.
#
# `Mutex` of the standard library's Synchronization waits with futexes in a library that is not instrumented, and is
# inlined, so that ThreadSanitizer sees no order between two closures of one `withLock` and no name to suppress. A report is
# left out when both of its stacks come through `NAME.withLock` of the same file, and NAME is declared there as a Mutex.
race_reports() {
  awk '
    # The place `file NAME` of the innermost call of withLock on a Mutex in a stack; empty for none.
    function guarded(line,    parts, file, number, text, count, name, isMutex) {
      if (!match(line, /\/[^ ]*\.swift:[0-9]+/)) return ""
      split(substr(line, RSTART, RLENGTH), parts, ":")
      file = parts[1]
      number = parts[2] + 0
      count = 0
      while ((getline text < file) > 0) if (++count == number) break
      close(file)
      if (count != number || !match(text, /[A-Za-z]+\.withLock/)) return ""
      name = substr(text, RSTART, RLENGTH - 9)
      isMutex = 0
      while ((getline text < file) > 0) if (text ~ ("let " name "(: | = )Mutex")) isMutex = 1
      close(file)
      return isMutex ? file " " name : ""
    }
    function finish() {
      if (!inReport) return
      inReport = 0
      if (places[1] != "" && places[1] == places[2]) { leftOut++; return }
      printf "%s", report
    }
    /^WARNING: ThreadSanitizer/ { inReport = 1; report = ""; stack = 1; places[1] = places[2] = "" }
    inReport { report = report $0 "\n" }
    inReport && /^$/ { stack++ }
    inReport && stack <= 2 && places[stack] == "" && /^ *#/ { places[stack] = guarded($0) }
    /^SUMMARY: ThreadSanitizer/ { finish() }
    END { finish(); printf "%d reports of accesses under one Mutex left out\n", leftOut }
  ' "$1"
}
