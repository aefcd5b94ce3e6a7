# Java for the images: a small runtime of each release; sourced after parts.sh.

java_modules=java.base,java.logging,java.management,java.xml,jdk.unsupported

java_home() {
  local home
  case $1 in 25) home=$(jdk_find 25 99) ;; *) home=$(jdk_find "$1" "$1") ;; esac
  [ -n "$home" ] || fail "a JDK $1 is needed to make the runtime inside; looked at JAVA_HOME, PATH and /usr/lib/jvm"
  echo "$home"
}

# fill_java RELEASE TREE: a runtime with its class archive in /java/RELEASE, and the libraries it is linked to.
fill_java() {
  local release=$1 tree=$2 to=$2/java/$1 file library
  mkdir -p "$tree/java"
  "$(java_home "$release")/bin/jlink" --add-modules "$java_modules" --strip-debug --no-man-pages --no-header-files \
    --output "$to"
  "$to/bin/java" -XX:+UseSerialGC -Xshare:dump >/dev/null 2>&1
  for file in "$to"/lib/*.so "$to"/bin/java; do
    while read -r library; do
      case $library in "$to"/*) ;; *) put_library "$tree" "$library" ;; esac
    done < <(ldd "$file" 2>/dev/null | grep -oE '/[^ ]+')
  done
}

fill_java_17() { fill_java 17 "$1"; }
fill_java_25() { fill_java 25 "$1"; }
