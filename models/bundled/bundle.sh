#!/usr/bin/env bash
# Puts a model's weights into cirr: half precision, one file among cirr-nn's resources; and says in
# the model card which they are.
#
#   models/bundled/bundle.sh MODEL [FOLD [CHECKPOINT]]
#
# MODEL is a model folder of train.sh, FOLD the one with everything unless given, CHECKPOINT checkpoint_final.pth.
set -euo pipefail
[ $# -ge 1 ] && [ $# -le 3 ] || {
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
fold=${2:-$shipped}
checkpoint=${3:-checkpoint_final.pth}
most=8000000

mkdir -p "$(dirname "$resource")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
new=$tmp/abdomen.safetensors
epochs=$(($(wc -l <"$1/fold_$fold/progress.csv") - 1))
"$cirr" export "$1" --fold "$fold" --checkpoint "$checkpoint" --half --orientation "$orientation" \
  --postprocessing "$postprocessing" -o "$new"
size=$(wc -c <"$new")
[ "$size" -le "$most" ] || {
  echo "the weights take $size bytes, at most $most are to be in the jar" >&2
  exit 4
}
sum=$(sum_of "$new")
same=false
[ ! -e "$resource" ] || [ "$(sum_of "$resource")" != "$sum" ] || same=true
cp "$new" "$resource.new"
mv "$resource.new" "$resource"

{
  cat <<TABLE
| | |
|---|---|
| file | \`cirr-nn/src/main/resources/org/cirr/nn/bundled/abdomen.safetensors\`, $size bytes |
| SHA-256 | \`$sum\` |
| made of | fold $fold, $checkpoint, $epochs epochs |
TABLE
  if [ "$fold $checkpoint" != "$shipped checkpoint_final.pth" ]; then
    echo
    echo "**Provisional weights**, until \`train.sh\` is through."
  fi
} | fill_card weights
if ! $same; then
  printf '%s\n' "These weights have not been measured yet: run \`models/bundled/evaluate.sh\`." |
    fill_card scores
fi
