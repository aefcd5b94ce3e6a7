# Everything testbed/run and testbed/shell are made of; sourced with $root set.
shopt -s inherit_errexit
. "$root/scripts/jdk.sh"
for file in common packages parts images peers java tests prepare boot results; do
  . "$root/testbed/lib/$file.sh"
done
