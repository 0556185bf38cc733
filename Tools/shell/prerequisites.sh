# Sourced by Tools/test and Tools/quickstart: what must be there before anything can be built.

# pkg-config name and Debian package of each system library.
system_libraries() {
  cat <<'LIST'
bzip2 libbz2-dev
libarchive libarchive-dev
libbrotlidec libbrotli-dev
libbrotlienc libbrotli-dev
libcrypto libssl-dev
libcurl libcurl4-openssl-dev
libdeflate libdeflate-dev
liblz4 liblz4-dev
libpng libpng-dev
libturbojpeg libturbojpeg0-dev
libxxhash libxxhash-dev
libzstd libzstd-dev
snappy libsnappy-dev
zlib zlib1g-dev
LIST
}

# Debian packages of the libraries that are missing, one a line.
missing_packages() {
  if ! command -v pkg-config >/dev/null; then
    echo pkg-config
    system_libraries | cut -d' ' -f2
    return
  fi
  local module package
  while read -r module package; do
    case $module in
      # Debian's libbz2-dev and Debian 12's libsnappy-dev have no .pc file.
      bzip2) library_is_there "$module" bzlib.h || echo "$package" ;;
      snappy) library_is_there "$module" snappy-c.h || echo "$package" ;;
      *) pkg-config --exists "$module" || echo "$package" ;;
    esac
  done < <(system_libraries)
}

# library_is_there MODULE HEADER: by its .pc file, else by its header.
library_is_there() {
  pkg-config --exists "$1" || [ -f "/usr/include/$2" ] || [ -f "/usr/local/include/$2" ]
}

# Installs what is missing when this is root on a Debian; else says what to run and fails.
install_system_libraries() {
  local missing
  missing=$(missing_packages | sort -u | tr '\n' ' ')
  if [ -z "$missing" ]; then return 0; fi
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing $missing"
    # shellcheck disable=SC2086 # one word per package
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
      >"${TMPDIR:-/tmp}/streaming-apt.$$" 2>&1 || {
      cat "${TMPDIR:-/tmp}/streaming-apt.$$" >&2
      echo "apt-get could not install: $missing" >&2
      return 1
    }
    rm -f "${TMPDIR:-/tmp}/streaming-apt.$$"
    missing=$(missing_packages | sort -u | tr '\n' ' ')
    if [ -z "$missing" ]; then return 0; fi
    echo "still missing after apt-get: $missing" >&2
    return 1
  fi
  echo "These libraries are missing: $missing" >&2
  if command -v apt-get >/dev/null; then
    echo "Run: sudo apt-get update && sudo apt-get install -y $missing" >&2
  else
    echo "Install your system's development packages of those names, with pkg-config, then run this again." >&2
  fi
  return 1
}

# Checks that a Swift of at least 6.1 is there.
require_swift() {
  local version
  if ! command -v swift >/dev/null; then
    echo "Swift is missing: install 6.1 or later from https://swift.org/install, then run this again." >&2
    return 1
  fi
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
  # shellcheck disable=SC2086 # two numbers
  set -- ${version:-0 0}
  if [ "$1" -lt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -lt 1 ]; }; then
    echo "Swift $1.$2 is too old: install 6.1 or later from https://swift.org/install, then run this again." >&2
    return 1
  fi
}
