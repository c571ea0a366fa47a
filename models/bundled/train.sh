#!/usr/bin/env bash
# Makes the bundled model from nothing but CHAOS' scans: data set, pre-training on phantoms,
# fine-tuning with and without the scans of each fold, the weights in cirr, scores in the model card.
# Every step goes on where it was stopped; what is finished is left alone.
# PRETRAINED=models/bundled/pretrained.safetensors skips the pre-training (on phantoms alone).
#
#   models/bundled/train.sh CHAOS_FOLDER WORK [EXAMPLE_FOLDER]
#
# CHAOS_FOLDER: see dataset.sh. WORK takes a few GB. EXAMPLE_FOLDER: see evaluate.sh.
set -euo pipefail
[ $# -ge 2 ] && [ $# -le 3 ] || {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"

# How long; an epoch is 50 batches of two patches, 215 GFLOP each.
pretrain_epochs=30
finetune_epochs=24
organ_contrast=0.5 # livers full of iron are black where all others are grey, CHAOS 15
common="--batch-size 2 --iterations 50 --validation-iterations 4 --no-mirror --optimizer adamw --organ-contrast $organ_contrast"

chaos=$1
work=$2
model=$work/model
data=$work/Dataset900_Abdomen

"$here/dataset.sh" "$chaos" "$work"

# Trains a fold unless it is finished; further words are options of 'cirr train'.
train() {
  local fold=$1
  shift
  if [ ! -e "$model/fold_$fold/checkpoint_final.pth" ] ||
    { [ "$fold" -ne 3 ] && [ ! -e "$model/fold_$fold/validation/summary.json" ]; }; then
    # shellcheck disable=SC2086
    "$cirr" train "$data" -o "$model" --fold "$fold" --resume $common "$@"
  fi
}
pretrained=${PRETRAINED:-}
if [ -z "$pretrained" ]; then
  train 3 --epochs "$pretrain_epochs" --no-validation
  pretrained=$model/fold_3/checkpoint_final.pth
fi
for fold in 0 1 2 "$shipped"; do
  train "$fold" --epochs "$finetune_epochs" \
    --pretrained "$pretrained"
done

"$here/bundle.sh" "$model"
"$here/evaluate.sh" "$chaos" "$model" "$work/evaluation" ${3:+"$3"}
