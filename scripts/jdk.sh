# Finding JDKs; sourced by ./conduit and ./check. No output, no side effects.

# jdk_version HOME: the feature release (17, 25, ...) on standard output, nothing when HOME is no JDK with a compiler.
jdk_version() {
  [ ! -x "$1/bin/javac" ] || java_version "$1"
}

# java_version HOME: as above, without a compiler as well.
java_version() {
  local line version
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=}
        version=${version//\"/}
        version=${version%%[.+-]*}
        case $version in '' | *[!0-9]*) ;; *) echo "$version" ;; esac
        return 0
        ;;
    esac
  done <"$1/release"
}

# jdk_find LOWEST HIGHEST: the home of the newest JDK between the two releases, nothing when there is none.
# JAVA_HOME comes first among equals.
jdk_find() {
  local home version best=0 found='' path
  path=$(command -v javac || true)
  [ -n "$path" ] && path=$(readlink -f "$path") && path=${path%/bin/javac}
  for home in "${JAVA_HOME:-}" "$path" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -n "$home" ] || continue
    version=$(jdk_version "$home")
    if [ -n "$version" ] && [ "$version" -ge "$1" ] && [ "$version" -le "$2" ] && [ "$version" -gt "$best" ]; then
      best=$version
      found=$home
    fi
  done
  [ -z "$found" ] || echo "$found"
}
