# The tests and the libraries they need, compiled here and run inside; sourced after java.sh.

# Compiles what changed since the last time. The JDKs are the ones ./check takes.
build_tests() {
  local newer
  newer=$(find "$root"/{,*/}pom.xml "$root"/*/src -newer "$state/compiled" -print -quit 2>/dev/null || true)
  [ -e "$state/compiled" ] && [ -z "$newer" ] && return
  need mvn maven
  say "compiling the tests"
  touch "$state/compiling"
  rm -rf "$root/testbed/target/lib" # or jars of other versions would stay
  (cd "$root" && JAVA_HOME=$(java_home 17) mvn -B -q package -DskipTests "-Djdk17.home=$(java_home 17)" \
    "-Djdk25.home=$(java_home 25)" -pl testbed -am) \
    >"$state/compile.log" 2>&1 || {
    grep -m20 -F '[ERROR]' "$state/compile.log" >&2
    fail "the build failed; the whole log is $state/compile.log"
  }
  mv "$state/compiling" "$state/compiled"
}

fill_tests() {
  mkdir -p "$1/tests"
  cp "$root"/testbed/target/lib/*.jar "$1/tests/"
}
