# What the scripts of the bundled model share; read by them, not run. They set $here first.

# The order of the scans says which fold leaves them out, so it is the same everywhere; names may have
# any letters all the same.
letters=${LC_ALL:-${LC_CTYPE:-${LANG:-}}}
unset LC_ALL
export LC_COLLATE=C LC_NUMERIC=C ${letters:+LC_CTYPE="$letters"}

root=$(cd "$here/../.." && pwd)
cirr=${CIRR:-$root/cirr} # another launcher may be named, such as one that waits for its turn
resource=$root/cirr-nn/src/main/resources/org/cirr/nn/bundled/abdomen.safetensors
card=$here/MODEL_CARD.md
orientation=LAS # where the axes of CHAOS' T2 scans point; kidneys have sides
fourths="0 1 2 3" # the folds that leave out a fourth of the scans each
phantoms_alone=4 # the fold to begin with
shipped=5 # the fold that has everything
postprocessing=$here/postprocessing.json # an organ is one piece
labels="1=liver,2=right kidney,3=left kidney,4=spleen"

# The scans of a folder, sorted by name: $chaos_names, $chaos_images, $chaos_labels.
read_chaos() {
  local image number
  chaos_names=()
  chaos_images=()
  chaos_labels=()
  for image in "$1"/image_*.nii.gz; do
    [ -e "$image" ] || continue
    number=${image##*/image_}
    number=${number%.nii.gz}
    chaos_names+=("chaos_$number")
    chaos_images+=("$image")
    chaos_labels+=("$1/label_$number.nii.gz")
  done
  [ ${#chaos_names[@]} -ge 3 ] || {
    echo "$1: has ${#chaos_names[@]} scans image_N.nii.gz, at least 3 are needed" >&2
    exit 4
  }
}

# Which fold leaves out the scan with this index.
fold_of() { echo $(($1 % 4)); }

# Puts stdin between the card's lines <!-- NAME --> and <!-- end of NAME -->, or leaves it alone.
fill_card() {
  local name=$1 text
  text=$(mktemp)
  cat >"$text"
  awk -v begin="<!-- $name -->" -v end="<!-- end of $name -->" -v text="$text" '
    $0 == end { inside = 0; ended = found }
    !inside { print }
    $0 == begin { inside = 1; found = 1; while ((getline line < text) > 0) print line }
    END { if (!ended) { print "no lines " begin " and " end > "/dev/stderr"; exit 4 } }
  ' "$card" >"$card.new" || {
    rm -f "$text" "$card.new"
    exit 4
  }
  mv "$card.new" "$card"
  rm -f "$text"
}

# The two files of TotalSegmentator's example are there; told before hours of work.
require_example() {
  local file
  for file in "$1/example_mr_sm.nii.gz" "$1/example_seg_mr.nii.gz"; do
    [ -e "$file" ] || {
      echo "$file: no such file; leave EXAMPLE_FOLDER out, or name the folder with both" >&2
      exit 4
    }
  done
}

sum_of() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1" | cut -d ' ' -f 1
  else
    shasum -a 256 "$1" | cut -d ' ' -f 1
  fi
}
