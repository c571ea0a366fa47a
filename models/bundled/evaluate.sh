#!/usr/bin/env bash
# Measures the bundled model and writes the scores into the model card:
# - CHAOS: each scan by the fold that has not seen it, in half precision as it is shipped;
# - TotalSegmentator's MR example: the liver against that program's own mask;
# - phantoms of seeds below 1000, which nothing was trained on, T1-like and T2-like.
# The worst scan is drawn with its mask and its reference.
#
#   models/bundled/evaluate.sh CHAOS_FOLDER MODEL OUT [EXAMPLE_FOLDER]
#
# CHAOS_FOLDER: see dataset.sh. MODEL: the model folder of train.sh; folds that it lacks are left
# out, and the card says so. OUT takes masks, tables and pictures; masks of an earlier call are
# replaced. EXAMPLE_FOLDER holds example_mr_sm.nii.gz and example_seg_mr.nii.gz of TotalSegmentator.
set -euo pipefail
[ $# -ge 3 ] && [ $# -le 4 ] || {
  sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
chaos=$1
model=$2
out=${3:?name a folder for OUT}
example=${4:-}
phantoms=${PHANTOMS:-6} # of each contrast, every second one cirrhotic
[ -z "$example" ] || require_example "$example"

rm -rf "$out/chaos" "$out/phantoms-t1" "$out/phantoms-t2" "$out/totalsegmentator"
rm -f "$out"/*.csv
mkdir -p "$out"

# CSV of structures in the masks of a folder (or in one file) against their references; more words
# are options.
measure() {
  local csv=$1 structures=$2 reference=$3 masks=$4
  shift 4
  "$cirr" metrics "$reference" "$masks" --labels "$structures" --metrics dice,hd95 --format csv \
    -o "$csv" "$@"
}

missing=()
measure_chaos() {
  local fold i part=$out/chaos
  read_chaos "$chaos"
  mkdir -p "$part/references"
  for fold in $fourths; do
    if [ ! -e "$model/fold_$fold/checkpoint_final.pth" ]; then
      echo "warning: $model has no finished fold $fold, its scans are left out" >&2
      missing+=("$fold")
      continue
    fi
    "$cirr" export "$model" --fold "$fold" --half --orientation "$orientation" \
      --postprocessing "$postprocessing" -o "$out/fold_$fold.safetensors"
    mkdir -p "$part/images_$fold"
    for i in "${!chaos_names[@]}"; do
      if [ "$(fold_of "$i")" -eq "$fold" ]; then
        [ -e "$model/fold_$fold/validation/${chaos_names[i]}.nii.gz" ] || {
          echo "$model/fold_$fold: ${chaos_names[i]} is not among the scans that it left out" >&2
          exit 4
        }
        cp "${chaos_images[i]}" "$part/images_$fold/${chaos_names[i]}.nii.gz"
        cp "${chaos_labels[i]}" "$part/references/${chaos_names[i]}.nii.gz"
      fi
    done
    "$cirr" segment -m "$out/fold_$fold.safetensors" -i "$part/images_$fold" -o "$part/masks"
    "$cirr" segment -m "$out/fold_$fold.safetensors" -i "$part/images_$fold" -o "$part/predicted" \
      --no-postprocessing
  done
  if [ ${#missing[@]} -lt 4 ]; then
    measure "$out/chaos.csv" "$labels" "$part/references" "$part/masks"
    measure "$out/chaos-predicted.csv" "$labels" "$part/references" "$part/predicted"
  fi
}

measure_phantoms() {
  local contrast=$1 seed=$2 part=$out/phantoms-$1
  "$cirr" phantom --dataset "$part" --count "$phantoms" --seed "$seed" --contrast "$contrast" --random-grid
  "$cirr" segment -m "$resource" -i "$part/imagesTr" -o "$part/masks"
  measure "$out/phantoms-$contrast.csv" "$labels" "$part/labelsTr" "$part/masks"
}

measure_example() {
  local part=$out/totalsegmentator
  mkdir -p "$part"
  "$cirr" segment -m "$resource" -i "$example/example_mr_sm.nii.gz" -o "$part/example_mr_sm.nii.gz"
  measure "$out/totalsegmentator.csv" 1=liver "$example/example_seg_mr.nii.gz" \
    "$part/example_mr_sm.nii.gz" --reference-values 5=1
}

# A line per case: the liver's Dice, the kind of case, its name, a row of the table.
rows() {
  awk -F, -v kind="$1" '
    function shown(x, digits) {
      return x ~ /^[0-9.]+(E-?[0-9]+)?$/ ? sprintf("%." digits "f", x) : x == "Infinity" ? "∞" : "–"
    }
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    {
      if (!($1 in seen)) { seen[$1] = 1; cases[++n] = $1 }
      dice[$1, $2] = $at["dice"]
      hd95[$1, $2] = $at["hd95"]
    }
    END {
      split("liver,right kidney,left kidney,spleen", organs, ",")
      for (k = 1; k <= n; k++) {
        row = "| " cases[k] " | " kind " |"
        for (o = 1; o <= 4; o++) {
          key = cases[k] SUBSEP organs[o]
          row = row " " shown(dice[key], 3) " | " shown(hd95[key], 1) " |"
        }
        printf "%s\t%s\t%s\t%s\n", dice[cases[k], "liver"], kind, cases[k], row
      }
    }' "$2"
}

# Means over the cases of a CSV: Dice of each organ, and the liver's HD95.
means() {
  awk -F, -v kind="$1" '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["dice"] ~ /^[0-9]/ { sum[$2] += $at["dice"]; n[$2]++ }
    $2 == "liver" && $at["hd95"] == "Infinity" { infinite = 1 }
    $2 == "liver" && $at["hd95"] ~ /^[0-9]/ { far += $at["hd95"] }
    END {
      row = "| " kind " | " n["liver"] + 0 " |"
      split("liver,right kidney,left kidney,spleen", organs, ",")
      for (o = 1; o <= 4; o++) {
        row = row (n[organs[o]] ? sprintf(" %.3f |", sum[organs[o]] / n[organs[o]]) : " – |")
      }
      print row (infinite ? " ∞ |" : n["liver"] ? sprintf(" %.1f |", far / n["liver"]) : " – |")
    }' "$2"
}

chaos_kind="CHAOS T2, left out"
example_kind="TotalSegmentator MR"
measure_chaos
measure_phantoms t1 101
measure_phantoms t2 201
[ -z "$example" ] || measure_example

each() {
  local what=$1 pair
  for pair in "chaos:$chaos_kind" "totalsegmentator:$example_kind" \
    "phantoms-t1:phantom, T1-like" "phantoms-t2:phantom, T2-like"; do
    if [ -e "$out/${pair%%:*}.csv" ]; then
      "$what" "${pair#*:}" "$out/${pair%%:*}.csv"
    fi
  done
}

each rows | sort -g -k 1,1 >"$out/rows.tsv"
{
  echo "Weights \`$(sum_of "$resource")\`; CHAOS' scans by the folds that have not seen them."
  [ ${#missing[@]} -eq 0 ] || echo "Not trained yet, so not measured: folds ${missing[*]}."
  [ -n "$example" ] || echo "TotalSegmentator's example was not measured."
  echo
  echo "Mean Dice, and the liver's mean HD95 in mm. Goals for the liver: CHAOS 0.92 and 15 mm, TotalSegmentator 0.80, phantoms 0.95."
  echo
  echo "| | cases | liver | right kidney | left kidney | spleen | liver HD95 |"
  echo "|---|---|---|---|---|---|---|"
  each means
  [ ! -e "$out/chaos-predicted.csv" ] ||
    means "CHAOS T2, without post-processing" "$out/chaos-predicted.csv"
  echo
  echo "Every case, the worst liver first: Dice and HD95 in mm."
  echo
  echo "| case | | liver | | right kidney | | left kidney | | spleen | |"
  echo "|---|---|---|---|---|---|---|---|---|---|"
  cut -f 4 "$out/rows.tsv"
} >"$out/scores.md"
fill_card scores <"$out/scores.md"

# The worst scan of a person; phantoms only where there is no other.
worst=$(grep -v $'\tphantom, ' "$out/rows.tsv" | head -n 1 || true)
[ -n "$worst" ] || worst=$(head -n 1 "$out/rows.tsv")
name=$(printf '%s' "$worst" | cut -f 3)
reference_labels=$labels
case $(printf '%s' "$worst" | cut -f 2) in
  "$chaos_kind")
    image=$(echo "$out"/chaos/images_*/"$name.nii.gz")
    reference=$out/chaos/references/$name.nii.gz
    mask=$out/chaos/masks/$name.nii.gz
    ;;
  "$example_kind")
    image=$example/example_mr_sm.nii.gz
    reference=$example/example_seg_mr.nii.gz
    mask=$out/totalsegmentator/example_mr_sm.nii.gz
    reference_labels=5=liver
    ;;
  *)
    part=$(echo "$out"/phantoms-*/masks/"$name.nii.gz")
    part=${part%/masks/*}
    image=$part/imagesTr/${name}_0000.nii.gz
    reference=$part/labelsTr/$name.nii.gz
    mask=$part/masks/$name.nii.gz
    ;;
esac
dice=$(printf '%s' "$worst" | awk -F '\t' '{ printf "%.3f", $1 }')
"$cirr" preview "$image" "$mask" --planes-of "$reference" --labels "$labels" \
  --title "worst: $name, liver Dice $dice" -o "$out/worst_mask.png"
"$cirr" preview "$image" "$reference" --labels "$reference_labels" --title "reference of $name" \
  -o "$out/worst_reference.png"
cat "$out/scores.md"
