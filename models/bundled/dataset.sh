#!/usr/bin/env bash
# Makes the data set that the bundled model is trained on: CHAOS' T2 scans and phantoms of three
# kinds of contrast, as nnU-Net's raw folder, planned and prepared by cirr. Of its folds, 0 to 3
# leave out a fourth of the scans each, 4 is phantoms alone, and 5 has everything, but for four
# phantoms that it is watched with. Runs again where it was stopped.
#
#   models/bundled/dataset.sh CHAOS_FOLDER WORK
#
# CHAOS_FOLDER holds image_N.nii.gz and label_N.nii.gz with the labels 1 liver, 2 right kidney,
# 3 left kidney, 4 spleen. WORK gets Dataset900_Abdomen and Dataset900_Abdomen-prepared.
set -euo pipefail
[ $# -eq 2 ] || {
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
[ "${BASH_VERSINFO[0]}" -ge 5 ] || {
  echo "bash $BASH_VERSION is too old: version 5 is needed" >&2
  exit 4
}
chaos=$1
work=$2
raw=$work/Dataset900_Abdomen
prepared=$work/Dataset900_Abdomen-prepared
mkdir -p "$raw/imagesTr" "$raw/labelsTr" "$prepared"

# Files keep their times, by which cirr knows prepared cases again.
read_chaos "$chaos"
for i in "${!chaos_names[@]}"; do
  cp -p "${chaos_images[i]}" "$raw/imagesTr/${chaos_names[i]}_0000.nii.gz"
  cp -p "${chaos_labels[i]}" "$raw/labelsTr/${chaos_names[i]}.nii.gz"
done

# Phantoms lie as CHAOS' scans do; seeds below 1000 are left for tests.
# add_phantoms NAME COUNT SEED OPTION...
phantoms=()
add_phantoms() {
  local kind=$1 count=$2 seed=$3 part=$work/phantoms-$1 label name
  shift 3
  if [ ! -e "$part/dataset.json" ]; then
    "$cirr" phantom --dataset "$part" --count "$count" --seed "$seed" --orientation "$orientation" "$@"
  fi
  for label in "$part"/labelsTr/*.nii.gz; do
    name=${label##*/}
    name=${name%.nii.gz}
    cp -p "$label" "$raw/labelsTr/${kind}_$name.nii.gz"
    cp -p "$part/imagesTr/${name}_0000.nii.gz" "$raw/imagesTr/${kind}_${name}_0000.nii.gz"
    phantoms+=("${kind}_$name")
  done
}
add_phantoms t1 144 1000 --random-grid --contrast t1
add_phantoms t2 144 2000 --random-grid --contrast t2
add_phantoms random 96 3000 --random-grid --contrast random
add_phantoms slab_t1 48 4000 --random-slab --obese --contrast t1
add_phantoms slab_random 60 5000 --random-slab --obese --contrast random

cat >"$raw/dataset.json" <<JSON
{
  "channel_names": {"0": "MR"},
  "labels": {"background": 0, "liver": 1, "right_kidney": 2, "left_kidney": 3, "spleen": 4},
  "cirr_orientation": "$orientation",
  "numTraining": $((${#chaos_names[@]} + ${#phantoms[@]})),
  "file_ending": ".nii.gz"
}
JSON

# A fold as JSON: the names of two arrays.
fold() {
  local -n in=$1 out=$2
  printf '  {"train": [%s],\n   "val": [%s]}' "$(quoted "${in[@]}")" "$(quoted "${out[@]}")"
}
quoted() { printf '"%s", ' "$@" | sed 's/, $//'; }
# Fewer than the phantoms, but what counts: scans are drawn as often as 480 phantoms together,
# each of them once at least.
often() {
  local name time
  for name in "$@"; do
    for ((time = 0; time < 1 + 479 / $#; time++)); do echo "$name"; done
  done
}
without() {
  local name
  for name in "${@:2}"; do
    case " $1 " in
      *" $name "*) ;;
      *) echo "$name" ;;
    esac
  done
}
{
  echo "["
  for number in $fourths; do
    left=()
    seen=()
    for i in "${!chaos_names[@]}"; do
      if [ "$(fold_of "$i")" -eq "$number" ]; then
        left+=("${chaos_names[i]}")
      else
        seen+=("${chaos_names[i]}")
      fi
    done
    mapfile -t train < <(printf '%s\n' "${phantoms[@]}" && often "${seen[@]}")
    fold train left
    echo ,
  done
  left=(t1_phantom_1011 t2_phantom_2007 random_phantom_3018 random_phantom_3019)
  mapfile -t train < <(without "${left[*]}" "${phantoms[@]}")
  fold train left
  echo ,
  mapfile -t train < <(
    without "${left[*]}" "${phantoms[@]}"
    often "${chaos_names[@]}"
  )
  fold train left
  printf '\n]\n'
} >"$prepared/splits_final.json.new"
mv "$prepared/splits_final.json.new" "$prepared/splits_final.json"

# Few features, so that the weights fit the jar (8 MB); 3 mm in the plane, so that two cores are
# enough to train on and a patch sees most of the width of a person. References taken to that grid
# and back keep a Dice of 0.987 (liver of CHAOS; at 6×4×4 mm 0.983), those of T1-like phantoms 0.984
# (0.976).
"$cirr" plan "$raw" -o "$prepared" --features 16 --most-features 80 --spacing 5,3,3 --patch 32,96,96
