#!/bin/sh
# Checks cirr-cuda on a real GPU and times it. See --help.
set -u

usage() {
  cat <<'END'
Usage: gpu-check.sh [OPTIONS]

Checks every op and golden masks on this machine's NVIDIA GPU, times kernels, nnU-Net's network and
its training step (beside PyTorch, if python3 has it), prints a table and writes a JSON file.

In the repository it builds what is missing (needs a JDK and Maven), packs a small Java, the jars,
golden masks and itself into cirr-cuda/target/gpu-check.tar.gz, and runs what it packed. On a machine
with a driver, but without JDK and network, unpack that file and run the gpu-check.sh inside:

  tar xzf gpu-check.tar.gz && gpu-check/gpu-check.sh

Options:
  --pack          only pack; needs no GPU
  --quick         tiny sizes and one case per op: seconds, also on the tests' stand-in
  --only PARTS    some of ops,masks,peak,network,kernels,training,torch
  --json FILE     where the figures go (default gpu-check.json)
  --device N      another GPU than number 0
  --driver FILE   the driver's libcuda.so.1, where it is in none of the usual folders
  --python FILE   the Python that may have PyTorch (default python3)
  -h, --help      this text

Exit codes: 0 all checks hold, 1 some do not, 2 wrong options, 3 no driver or no GPU that can be
used, 4 cannot be built or packed.
END
}

fail() {
  echo "gpu-check: $1" >&2
  exit "$2"
}

here=$(cd "$(dirname "$0")" && pwd -P) || fail "cannot enter the folder of $0" 4
pack_only=false
quick=
driver=
device=0
json=gpu-check.json
only=
python=python3
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --pack) pack_only=true ;;
    --quick) quick=--quick ;;
    --only | --json | --device | --driver | --python)
      [ $# -ge 2 ] || fail "$1 needs a value; see --help" 2
      case $1 in
        --only) only=$2 ;;
        --json) json=$2 ;;
        --device) device=$2 ;;
        --driver) driver=$2 ;;
        --python) python=$2 ;;
      esac
      shift
      ;;
    *) fail "unknown option '$1'; see --help" 2 ;;
  esac
  shift
done
for part in $(echo "$only" | tr , ' '); do
  case " ops masks peak network kernels training torch " in
    *" $part "*) ;;
    *) fail "there is no part '$part'; see --help" 2 ;;
  esac
done
case $json in /*) ;; *) json=$PWD/$json ;; esac

# Before anything is built. What lies in LD_LIBRARY_PATH and odd folders, Java finds out.
if [ -n "$driver" ]; then
  [ -f "$driver" ] || fail "--driver $driver does not exist; name the driver's libcuda.so.1" 3
  driver=$(cd "$(dirname "$driver")" && pwd -P)/$(basename "$driver")
elif [ "$pack_only" = false ]; then
  found=false
  for sign in /proc/driver/nvidia/version /dev/nvidiactl /dev/dxg /usr/lib/x86_64-linux-gnu/libcuda.so.1 \
    /usr/lib64/libcuda.so.1 /usr/local/nvidia/lib64/libcuda.so.1 /usr/lib/wsl/lib/libcuda.so.1; do
    [ -e "$sign" ] && found=true
  done
  [ "$found" = true ] || [ -n "${LD_LIBRARY_PATH:-}" ] ||
    fail "there is no NVIDIA driver on this machine; --pack packs for another one, --driver names a driver's library" 3
fi

# What the package holds: run it.
run() {
  root=$1
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$root/jre/release")
  set -- --add-modules jdk.incubator.vector -XX:MaxRAMPercentage=75 -Djoml.nounsafe=true "-Dcirr.cuda.device=$device"
  [ "${major:-0}" -lt 24 ] || set -- "$@" --enable-native-access=ALL-UNNAMED
  [ -z "$driver" ] || set -- "$@" "-Dcirr.cuda.driver=$driver"
  set -- "$@" -cp "$root/lib/*:$root/native" org.cirr.cuda.GpuCheck --data "$root/data" --json "$json" --python "$python"
  [ -z "$quick" ] || set -- "$@" --quick
  [ -z "$only" ] || set -- "$@" --only "$only"
  "$root/jre/bin/java" "$@"
}

if [ -x "$here/jre/bin/java" ]; then
  [ "$pack_only" = false ] || fail "--pack is for the repository; this is a package already" 2
  run "$here"
  exit $?
fi

repository=$(dirname "$here")
[ -f "$repository/pom.xml" ] || fail "neither cirr's repository nor a package lies around $0" 4

# The newest JDK that can link: JAVA_HOME's, else an installed one, else that on the PATH.
home=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/temurin-* /usr/lib/jvm/* "$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")"; do
  if [ -n "$candidate" ] && [ -x "$candidate/bin/jlink" ] && [ -x "$candidate/bin/javac" ]; then
    home=$candidate
    break
  fi
done
[ -n "$home" ] || fail "needs a JDK of version 17 or newer with jlink; set JAVA_HOME to one" 4

jar=$here/target/lib/cirr-cuda-0.1.0-SNAPSHOT.jar
stale() {
  [ -f "$jar" ] && [ -d "$here/target/check-lib" ] && [ -f "$here/target/test-classes/org/cirr/cuda/GpuCheck.class" ] || return 0
  [ -n "$(find "$repository"/cirr-core/src "$repository"/cirr-io/src/main "$repository"/cirr-nn/src/main "$here/src" "$here/pom.xml" \
    -type f -newer "$jar" | head -n 1)" ]
}
if stale; then
  command -v mvn >/dev/null 2>&1 || fail "is not built yet and needs Maven (mvn) on the PATH for it" 4
  echo "gpu-check: building ..." >&2
  started=$(mktemp) || fail "cannot write to the temporary folder" 4
  (cd "$repository" && mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true -pl cirr-cuda -am package) >&2 </dev/null ||
    fail "the build failed, see above" 4
  touch -r "$started" "$jar"
  rm -f "$started"
fi

work=$(mktemp -d) || fail "cannot write to the temporary folder" 4
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
package=$work/gpu-check
mkdir -p "$package/lib" "$package/native/lib" "$package/data"

# Java: the vectors are for the processor's side of the comparisons, java.logging is JUnit's.
compress=zip-9
"$home/bin/java" -version 2>&1 | grep -q 'version "\(17\|18\|19\|20\)[.\"]' && compress=2
"$home/bin/jlink" --add-modules java.base,java.logging,jdk.incubator.vector --strip-debug --no-header-files \
  --no-man-pages --compress "$compress" --output "$package/jre" || fail "jlink failed, see above" 4

cp "$here/target/check-lib/"*.jar "$jar" "$package/lib/" || fail "cannot copy the jars" 4
"$home/bin/jar" --create --file "$package/lib/gpu-check.jar" -C "$here/target/test-classes" org || fail "cannot pack the checks" 4
# Of JCuda's libraries only the one for the driver: the others are 24 MB of a PTX compiler.
rm -f "$package/lib/jcuda-natives-"*.jar
library=lib/libJCudaDriver-12.6.0-linux-x86_64.so
(cd "$package/native" && "$home/bin/jar" --extract --file "$(ls "$here"/target/check-lib/jcuda-natives-*.jar)" "$library")
[ -f "$package/native/$library" ] || fail "cannot unpack $library" 4

# Golden masks: cirr's own, of the processor, and some of nnU-Net's where they are.
own=$here/target/check-data
names=tiny
[ -n "$quick" ] || names="tiny bundled"
for name in $names; do
  if [ ! -f "$own/${name}_mask.nii.gz" ] || [ "$jar" -nt "$own/${name}_mask.nii.gz" ]; then
    echo "gpu-check: making the golden mask of the $name model ..." >&2
    "$home/bin/java" --add-modules jdk.incubator.vector -Djoml.nounsafe=true -cp "$package/lib/*" \
      org.cirr.cuda.CheckMasks "$own" "$name" 2>/dev/null || fail "cannot make golden masks; is this Java 17 or newer?" 4
  fi
done
cp -R "$own" "$package/data/own"
cp "$here/src/test/python/torch_peer.py" "$package/data/"
goldens=${CIRR_SHARED:-$repository/../shared}/goldens/nnunet
if [ -z "$quick" ] && [ -d "$goldens" ]; then
  mkdir -p "$package/data/nnunet/inputs"
  for case in plain_2d/crop plain_2d/tiny regions/tiny resenc_iso/tiny resenc_iso/chaos19 random_2ch/twoch; do
    model=${case%/*}
    mkdir -p "$package/data/nnunet/cases/$case" "$package/data/nnunet/models"
    [ -d "$package/data/nnunet/models/$model" ] || cp -R "$goldens/models/$model" "$package/data/nnunet/models/"
    cp "$goldens/inputs/${case#*/}"_*.nii.gz "$package/data/nnunet/inputs/"
    for mask in notta tta; do
      [ ! -f "$goldens/cases/$case/mask_$mask.nii.gz" ] || cp "$goldens/cases/$case/mask_$mask.nii.gz" "$package/data/nnunet/cases/$case/"
    done
  done
  chmod -R u+w "$package/data"
fi
cp "$here/gpu-check.sh" "$repository/LICENSE" "$package/"
archive=$here/target/gpu-check.tar.gz
tar -czf "$archive" -C "$work" gpu-check || fail "cannot pack" 4
size=$(wc -c <"$archive")
[ "$size" -le 60000000 ] || fail "the package takes $size bytes, more than 60 MB" 4
echo "gpu-check: packed $archive, $((size / 1000000)) MB" >&2
[ "$pack_only" = false ] || exit 0

# What runs is the package, as it will run elsewhere.
rm -rf "$package"
tar -xzf "$archive" -C "$work" || fail "cannot unpack $archive" 4
set -- --json "$json" --device "$device" --python "$python"
[ -z "$quick" ] || set -- "$@" --quick
[ -z "$only" ] || set -- "$@" --only "$only"
[ -z "$driver" ] || set -- "$@" --driver "$driver"
env -u JAVA_HOME "$package/gpu-check.sh" "$@"
