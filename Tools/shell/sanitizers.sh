# Sourced by Tools/test and IntegrationTests/checks-find-faults: what programs built with a sanitizer need, and their reports.

# mutex_order LIBRARY: builds what ThreadSanitizer must have preloaded to follow a Mutex; see mutex_order.c.
mutex_order() {
  local resources compiler
  resources=$(swift -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
  compiler=$resources/../../bin/clang
  # The compiler beside Swift's own: others do not know Swift's way of calling.
  if [ ! -x "$compiler" ]; then compiler=clang; fi
  "$compiler" -shared -fPIC -O1 -Wall -Wextra -Werror -o "$1" "$(dirname "${BASH_SOURCE[0]}")/mutex_order.c" -ldl
}

# sanitizer_reports LOG: prints the reports of all sanitizers in it; fails when there is one.
sanitizer_reports() {
  ! awk '
    /(WARNING|ERROR): (Thread|Address|Leak)Sanitizer: / { inReport = found = 1 }
    inReport { print }
    /^ *SUMMARY: (Thread|Address|Leak)Sanitizer/ { inReport = 0 }
    END { exit !found }
  ' "$1"
}
