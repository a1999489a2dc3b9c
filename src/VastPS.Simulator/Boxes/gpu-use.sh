#!/bin/sh
# gpu-use PID PERCENT MIB: while that process lives, nvidia-smi shows the GPUs of this box so busy. It stands for a program that computes
# on them, of which a box without a GPU has none.
echo "$1 $2 $3" > "$(dirname "$0")/../gpu.user"
