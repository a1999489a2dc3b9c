#!/bin/sh
# Trains a bigram language model on letters by gradient descent, in POSIX shell and awk only: small enough for any box
# and still a real training run. The loss starts at ln(27) = 3.30 and falls as the model learns which letter follows
# which. It logs as the common trainers do, saves checkpoints and goes on from them.
set -eu
cd "$(dirname "$0")"

data=corpus.txt max_steps=300 batch_size=64 learning_rate=8 logging_steps=5 save_steps=50 output_dir=out resume='' step_seconds=0.02
while [ $# -gt 0 ]; do
  case $1 in
    --data) data=$2 ;;
    --max_steps) max_steps=$2 ;;
    --batch_size) batch_size=$2 ;;
    --learning_rate) learning_rate=$2 ;;
    --logging_steps) logging_steps=$2 ;;
    --save_steps) save_steps=$2 ;;
    --output_dir) output_dir=$2 ;;
    --resume) resume=$2 ;;
    # Stands for the time that a larger model would take.
    --step_seconds) step_seconds=$2 ;;
    *) echo "train.sh: unknown option $1" >&2; exit 64 ;;
  esac
  shift 2
done

[ -r "$data" ] || { echo "train.sh: no data at $data; send it first" >&2; exit 66; }
mkdir -p "$output_dir"

# On a box of the simulator, which has no GPU, this stands for the use of one.
if command -v gpu-use > /dev/null; then gpu-use $$ 95 14000; fi

exec awk -v max_steps="$max_steps" -v batch_size="$batch_size" -v learning_rate="$learning_rate" \
  -v logging_steps="$logging_steps" -v save_steps="$save_steps" -v output_dir="$output_dir" -v resume="$resume" \
  -v step_seconds="$step_seconds" '
  function code(letter) { return letter == " " ? 0 : index("abcdefghijklmnopqrstuvwxyz", letter) }

  # Written under another name first: a checkpoint that is there is whole.
  function save(step,    draft, i, j, row) {
    draft = output_dir "/.checkpoint"
    print "step", step > draft
    for (i = 0; i < 27; i++) {
      row = ""
      for (j = 0; j < 27; j++) row = row " " weight[i, j]
      print i row > draft
    }
    close(draft)
    system("mv " output_dir "/.checkpoint " output_dir "/checkpoint-" step ".txt")
  }

  function load(path,    line, parts, j) {
    while ((getline line < path) > 0) {
      split(line, parts, " ")
      if (parts[1] == "step") first_step = parts[2] + 1
      else for (j = 0; j < 27; j++) weight[parts[1], j] = parts[j + 2] + 0
    }
    close(path)
    if (first_step == 1) { print "train.sh: no checkpoint at " path > "/dev/stderr"; exit 66 }
    print "resumed from " path " after step " first_step - 1
  }

  # One pass over a batch: fills gradient, returns the mean cross entropy. With a learning rate that is far too high
  # exp overflows, and the loss is NaN from there on.
  function backward(    n, k, a, b, j, sum, loss) {
    split("", gradient)
    for (n = 0; n < batch_size; n++) {
      k = int(rand() * pairs)
      a = from[k]; b = to[k]
      sum = 0
      for (j = 0; j < 27; j++) { share[j] = exp(weight[a, j]); sum += share[j] }
      loss -= log(share[b] / sum)
      for (j = 0; j < 27; j++) gradient[a, j] += (share[j] / sum - (j == b)) / batch_size
    }
    return loss / batch_size
  }

  BEGIN { pairs = 0 }

  {
    for (i = 1; i < length($0); i++) {
      from[pairs] = code(substr($0, i, 1))
      to[pairs++] = code(substr($0, i + 1, 1))
    }
  }

  END {
    first_step = 1
    for (i = 0; i < 27; i++) for (j = 0; j < 27; j++) weight[i, j] = 0
    if (resume != "") load(resume)
    srand(first_step)
    print "pairs " pairs ", steps " max_steps ", batch " batch_size ", learning rate " learning_rate
    for (step = first_step; step <= max_steps; step++) {
      loss = backward()
      square = 0
      for (key in gradient) {
        square += gradient[key] * gradient[key]
        weight[key] -= learning_rate * gradient[key]
      }
      if (step % logging_steps == 0 || step == max_steps)
        printf "{\"loss\": %.4f, \"grad_norm\": %.4f, \"learning_rate\": %s, \"step\": %d}\n", loss, sqrt(square), learning_rate, step
      if (step % save_steps == 0 || step == max_steps) save(step)
      fflush()
      if (step_seconds > 0) system("sleep " step_seconds)
    }
    print "done: final loss " loss
  }' "$data"
