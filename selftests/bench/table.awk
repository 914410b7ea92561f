# SPDX-License-Identifier: GPL-2.0-only
# Reads lines "KERNEL SUBJECT_WHERE LAYERS RULES OP COST", prints a table, and
# writes a list of JSON objects to the file named by the variable json. The base
# is the subject "none", that of "apparmor" is "unconfined", of the same kernel
# and place. If the variable check is set, it ends with a verdict about each
# target.

function base_of(kernel, subject, where, op) {
	if (subject == "apparmor" || subject == "unconfined")
		return cost[kernel, "unconfined", where, op]
	return cost[kernel, "none", where, op]
}

# The most percent that something may cost, or nothing. To redirect one hook
# takes some 54 instructions, of which 36 are ftrace's. So stat, which has just one
# and takes less than 5000 on 6.12, and create+unlink, which has five, may cost more
# than the 1 percent that is aimed at, and an open and close of 6.12, which takes a
# third less than that of 6.1, more than 8.
function target(kernel, subject, where, layers, rules, op) {
	if (subject == "host" || subject == "container" && !layers)
		return op == "stat" ? 1.3 : op == "create_unlink" ? 1.6 : 1
	if (op != "open_close" || layers != 1 || rules != 50 ||
	    subject != "container")
		return ""
	if (where == "across")
		return 14
	return kernel == "6.12" ? 9 : 8
}

function judge(kernel, name, layers, rules, op, percent, most) {
	printf "%s %s %s, %s layers, %s: %.2f percent, at most %s\n",
	       percent <= most ? "ok" : "not ok", kernel, name, layers, op,
	       percent, most
	if (percent > most)
		missed = 1
}

{
	split($2, subject, "_")
	if (subject[1] == "none" || subject[1] == "unconfined")
		cost[$1, subject[1], subject[2], $5] = $6
	row[++n] = $0
}
END {
	printf "[" > json
	printf "%-6s %-17s %6s %6s %-14s %9s %9s %8s\n", "kernel", "subject",
	       "layers", "rules", "op", "cost", "base", "percent"
	for (i = 1; i <= n; i++) {
		split(row[i], f, " ")
		split(f[2], subject, "_")
		b = base_of(f[1], subject[1], subject[2], f[5])
		if (!b) {
			print "no base for: " row[i] > "/dev/stderr"
			exit 1
		}
		percent[i] = (f[6] - b) * 100 / b
		printf "%-6s %-17s %6d %6d %-14s %9d %9d %8.2f\n", f[1], f[2],
		       f[3], f[4], f[5], f[6], b, percent[i]
		printf("%s\n{\"kernel\": \"%s\", \"subject\": \"%s\", ",
		       (i == 1 ? "" : ","), f[1], f[2]) > json
		printf("\"layers\": %d, \"rules\": %d, \"op\": \"%s\", ",
		       f[3], f[4], f[5]) > json
		printf("\"cost\": %d, \"base\": %d, \"overhead_pct\": %.2f}",
		       f[6], b, percent[i]) > json
	}
	printf "\n]\n" > json
	for (i = 1; check && i <= n; i++) {
		split(row[i], f, " ")
		split(f[2], subject, "_")
		most = target(f[1], subject[1], subject[2], f[3], f[4], f[5])
		if (most != "")
			judge(f[1], f[2], f[3], f[4], f[5], percent[i], most)
	}
	exit missed
}
