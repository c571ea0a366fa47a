#!/usr/bin/env bash
# Makes the data set that the bundled model is trained on: CHAOS' T2 scans and phantoms of three
# kinds of contrast, as nnU-Net's raw folder, planned and prepared by cirr, with three folds that
# leave out four scans each. Runs again where it was stopped.
#
#   models/bundled/dataset.sh CHAOS_FOLDER WORK
#
# CHAOS_FOLDER holds image_N.nii.gz and label_N.nii.gz with the labels 1 liver, 2 right kidney,
# 3 left kidney, 4 spleen. WORK gets Dataset900_Abdomen and Dataset900_Abdomen-prepared.
set -euo pipefail
[ $# -eq 2 ] || {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
chaos=$1
work=$2
cirr=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/cirr
raw=$work/Dataset900_Abdomen
prepared=$work/Dataset900_Abdomen-prepared
mkdir -p "$raw/imagesTr" "$raw/labelsTr" "$prepared"

names=()
for image in "$chaos"/image_*.nii.gz; do
  number=${image##*/image_}
  number=${number%.nii.gz}
  cp "$image" "$raw/imagesTr/chaos_${number}_0000.nii.gz"
  cp "$chaos/label_$number.nii.gz" "$raw/labelsTr/chaos_$number.nii.gz"
  names+=("chaos_$number")
done
[ ${#names[@]} -ge 3 ] || {
  echo "$chaos: has ${#names[@]} scans, at least 3 are needed" >&2
  exit 4
}

# Phantoms lie as CHAOS' scans do; seeds below 1000 are left for tests.
phantoms=()
add_phantoms() {
  local contrast=$1 count=$2 seed=$3 part=$work/phantoms-$1 label name
  if [ ! -e "$part/dataset.json" ]; then
    "$cirr" phantom --dataset "$part" --count "$count" --seed "$seed" --contrast "$contrast" \
      --random-grid --orientation LAS
  fi
  for label in "$part"/labelsTr/*.nii.gz; do
    name=${label##*/}
    name=${name%.nii.gz}
    cp "$label" "$raw/labelsTr/${contrast}_$name.nii.gz"
    cp "$part/imagesTr/${name}_0000.nii.gz" "$raw/imagesTr/${contrast}_${name}_0000.nii.gz"
    phantoms+=("${contrast}_$name")
  done
}
add_phantoms t1 12 1000
add_phantoms t2 8 2000
add_phantoms random 20 3000

cat >"$raw/dataset.json" <<JSON
{
  "channel_names": {"0": "MR"},
  "labels": {"background": 0, "liver": 1, "right_kidney": 2, "left_kidney": 3, "spleen": 4},
  "numTraining": $((${#names[@]} + ${#phantoms[@]})),
  "file_ending": ".nii.gz"
}
JSON

quoted() { printf '"%s", ' "$@" | sed 's/, $//'; }
{
  echo "["
  for fold in 0 1 2; do
    train=("${phantoms[@]}")
    left=()
    for i in "${!names[@]}"; do
      if [ $((i % 3)) -eq $fold ]; then left+=("${names[i]}"); else train+=("${names[i]}"); fi
    done
    printf '  {"train": [%s],\n   "val": [%s]}%s\n' "$(quoted "${train[@]}")" "$(quoted "${left[@]}")" \
      "$([ $fold -lt 2 ] && echo ,)"
  done
  echo "]"
} >"$prepared/splits_final.json"

# Few features, so that the weights fit the jar (8 MB); 3 mm in the plane, so that two cores are
# enough to train on.
"$cirr" plan "$raw" -o "$prepared" --features 16 --most-features 80 --spacing 6,3,3 --patch 32,96,96
