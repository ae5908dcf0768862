# Statements that touch what sites have, say which site: they bind it, or they
# are listed, each with a reason. Read from what was compiled, where macros are
# expanded; those that are put together while it runs begin in pieces.
set -eu
test -s build/libedge.a || { echo "build/libedge.a is not built"; exit 1; }
allowed=tests/gates/sites.allowed

strings -n 12 build/libedge.a |
grep -E '^ ?(WITH|SELECT|UPDATE|DELETE|INSERT) ' | sort -u | awk '
	FNR == NR { if (/^[^#]/) allowed[$0]; next }
	function listed(  a) {
		for (a in allowed)
			if (index($0, a) == 1)
				return used[a] = 1
		return 0
	}
	$0 !~ /(FROM|JOIN|INTO|UPDATE) (comment|decision|note|reporte?d?|answer|list_entry|webhook|delivery|card|card_host|campaign|campaign_rule|campaign_part|shadow|shadow_count|drift|usage|tally)( |,|\)|$)/ { next }
	/^ ?INSERT .*VALUES/ { next }
	/(^|[^a-z_])(site|of_site|place) (= |IN )\(?[?(s]/ || /\(?site, [a-z_]+\) IN/ { next }
	!listed() { print "binds no site: " $0; bad = 1 }
	END {
		for (a in allowed)
			if (!used[a]) {
				print "is no statement (any more): " a
				bad = 1
			}
		exit bad
	}' "$allowed" -
