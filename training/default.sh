#!/bin/sh
# Makes models/default again, bit for bit: every set that may be
# redistributed, its text only, and our own scenarios; fold 0 held out.
# Usage: sh training/default.sh TRAINER [DATA] [OUT]
set -eu
trainer=$1
data=${2:-../shared/data}
out=${3:-models/default}
name=default@2026-11-29.7

sets='abuse_davidson abuse_de abuse_ko abuse_pt abuse_zh judol_gb sms
	telegram_ru youtube'

scenarios=$(mktemp -d)
trap 'rm -rf "$scenarios"' EXIT
"$trainer" scenarios --seed 1 --rows 20000 >"$scenarios/scenarios.jsonl"
"$trainer" scenarios --about abuse --seed 1 --rows 35400 \
	>"$scenarios/scenarios_abuse.jsonl"
"$trainer" scenarios --about everyday --seed 1 --rows 26000 \
	>"$scenarios/scenarios_everyday.jsonl"
"$trainer" scenarios --about blogs --seed 1 --rows 48000 \
	>"$scenarios/scenarios_blogs.jsonl"

set -- "$scenarios/scenarios.jsonl" "$scenarios/scenarios_blogs.jsonl" \
	"$scenarios/scenarios_abuse.jsonl" \
	"$scenarios/scenarios_everyday.jsonl" \
	--hate-only "$data/abuse_vicomtech.jsonl.gz"
for s in $sets; do
	set -- "$@" --text-only "$data/$s.jsonl.gz"
done
"$trainer" train --force --weight judol_gb=0.3 --weight scenarios_blogs=0.25 \
	--phrases 0.02 --phrases-abuse 0.2 --budget-hold-abuse 0.05 \
	--eps 0.1 --seed 1 \
	--hold-out-fold 0 --name "$name" --about training/default.json --out "$out" "$@"
