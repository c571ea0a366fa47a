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

# How long; an epoch is 100 patches, 95 GFLOP each. One patch is a batch: six short epochs of
# phantoms reached a liver Dice of 0.880 with it, of 0.848 with as many patches in batches of two (of
# two patches nnU-Net's rule centres one on an organ, of one none).
pretrain_epochs=250
finetune_epochs=50
common="--batch-size 1 --iterations 100 --validation-iterations 8 --no-mirror --optimizer adamw"
# Higher rates than nnU-Net's for AdamW, 0.001, as runs are short: the first epoch from nothing
# reaches a loss of 0.38 with 0.003, of 0.71 with 0.001, the third -0.23 and -0.10.
pretrain_rate=0.003
finetune_rate=0.002
# Shares of the patches that are rotated, scaled and bent: more on scans, which are few. Brightness of
# organs at random: livers full of iron are black where all others are grey, CHAOS 15.
pretrain_changes="--spatial 0.4 --elastic 0.3 --organ-contrast 0.25"
finetune_changes="--spatial 0.6 --elastic 0.5 --organ-contrast 0.2"

chaos=$1
work=$2
[ -z "${3:-}" ] || require_example "$3"
model=$work/model
data=$work/Dataset900_Abdomen

"$here/dataset.sh" "$chaos" "$work"

# Trains a fold unless it is finished; further words are options of 'cirr train'.
train() {
  local fold=$1
  shift
  if [ ! -e "$model/fold_$fold/checkpoint_final.pth" ] ||
    { [ "$fold" -ne "$phantoms_alone" ] && [ ! -e "$model/fold_$fold/validation/summary.json" ]; }; then
    # shellcheck disable=SC2086
    "$cirr" train "$data" -o "$model" --fold "$fold" --resume $common "$@"
  fi
}
pretrained=${PRETRAINED:-}
if [ -z "$pretrained" ]; then
  # shellcheck disable=SC2086
  train "$phantoms_alone" --epochs "$pretrain_epochs" --learning-rate "$pretrain_rate" $pretrain_changes \
    --no-validation
  pretrained=$model/fold_$phantoms_alone/checkpoint_final.pth
fi
for fold in $fourths "$shipped"; do
  # shellcheck disable=SC2086
  train "$fold" --epochs "$finetune_epochs" --learning-rate "$finetune_rate" $finetune_changes \
    --pretrained "$pretrained"
done

"$here/bundle.sh" "$model"
"$here/evaluate.sh" "$chaos" "$model" "$work/evaluation" ${3:+"$3"}
