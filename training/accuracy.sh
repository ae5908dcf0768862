#!/bin/sh
# Prints the figures of docs/accuracy.md and adds them to the card of a model,
# whose report.html it writes with all there is to show.
# Usage: sh training/accuracy.sh TRAINER [DATA] [MODEL]
set -eu
trainer=$1
data=${2:-../shared/data}
model=${3:-models/default}

shipped='abuse_davidson abuse_de abuse_ko abuse_pt abuse_vicomtech abuse_zh
	judol_gb sms telegram_ru youtube'
foreign='youtube_2022 youtube_early blog_lm sms_tr judol_raw judol_hf
	telegram_ru_spamonly abuse_id abuse_olid abuse_insults'
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# as_ham SET...: options for files of what the SETs call free of abuse, for the spam head
as_ham() {
	for s; do
		zcat "$data/$s.jsonl.gz" |
		    sed -n 's/"label": "ok"/"label": "ham"/p' >"$made/$s.jsonl"
		echo "--text-only $made/$s.jsonl"
	done
}

# measure NAME TITLE OPTION...: prints a table, puts it into the card
measure() {
	name=$1
	printf '\n# %s\n\n' "$2"
	shift 2
	"$trainer" evaluate --card "$model/card.json" --as "$name" "$@"
}

# with_sets 'SET...' COMMAND...: the command with these sets, text only
with_sets() {
	sets=$1
	shift
	for s in $sets; do
		set -- "$@" --text-only "$data/$s.jsonl.gz"
	done
	"$@"
}

with_sets youtube measure tubespam \
	'TubeSpam protocol: trained and tested per video' \
	--split paper_split --each thread
with_sets youtube measure foreign_video \
	'Leave one video out' --leave-out thread
with_sets "$shipped" measure fold_0_by_set \
	'The model, held-out fold, by set' --model "$model" --fold 0
with_sets "$shipped" measure fold_0_by_language \
	'The model, held-out fold, by language' \
	--model "$model" --fold 0 --by lang
with_sets youtube measure repeated \
	'YouTube, dealt anew five times' --folds 5 --repeats 5
with_sets "$foreign" measure out_of_domain \
	'The model on sets it has seen nothing of' --model "$model"

measure not_spam 'Good comments of abuse sets it has seen nothing of' \
	--model "$model" $(as_ham abuse_olid abuse_insults abuse_id)

"$trainer" scenarios --seed 2 --split test --rows 5000 \
	>"$made/scenarios.jsonl"
measure scenarios 'The model on scenarios of templates it has not seen' \
	--model "$model" --by source "$made/scenarios.jsonl"
with_sets '' measure scenarios_text 'The same, the text only' \
	--model "$model" --text-only "$made/scenarios.jsonl"

"$trainer" scenarios --about everyday --seed 2 --split test --rows 5000 \
	>"$made/everyday.jsonl"
with_sets '' measure everyday \
	'The model on everyday comments of templates it has not seen, by language' \
	--model "$model" --by lang --text-only "$made/everyday.jsonl"

"$trainer" scenarios --about blogs --seed 2 --split test --rows 5000 \
	>"$made/blogs.jsonl"
measure blogs 'The model on comments on blogs of templates it has not seen' \
	--model "$model" --by source "$made/blogs.jsonl"

# with what `make compare` found, when it was run
set -- --model "$model" --fold 0 --evade all --curve \
	--report "$model/report.html"
[ ! -f build/peers/compare.json ] || set -- "$@" --peers build/peers/compare.json
with_sets "$shipped" measure disguised \
	'The model, held-out fold, bad comments in disguise' "$@"
