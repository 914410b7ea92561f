# SPDX-License-Identifier: GPL-2.0-only
# Judges what guest/kselftest prints: variable mark is its mark, programs the
# list of what has to have run. Prints "ok", "not ok" or "skip" for each test
# case, and the whole output of a program that failed.

function result(verdict, name)
{
	print verdict " " program (name == "" ? "" : " " name)
	count[verdict]++
}

function fail(why)
{
	result("not ok", "(" why ")")
	failed = 1
}

function begin(name)
{
	program = name
	sub(/^build\/selftests\//, "", program)
	running = 1
	plan = -1
	seen = failed = skipped = lines = 0
	run = ""
	ran[name] = 1
}

# A program that skips all of its cases ends with 4, as kselftest has it.
function end(status, i)
{
	if (plan < 0)
		fail("no plan")
	else if (seen != plan)
		fail(seen " results of " plan)
	else if (plan == 0 && !skipped)
		fail("no test case")
	if (status != 0 && !failed && !(status == 4 && skipped))
		fail("exit status " status)
	if (status == 0 && failed)
		print "# exit status 0 in spite of that"
	for (i = 1; failed && i <= lines; i++)
		print "# " text[i]
	running = 0
}

function skip(name, reason)
{
	skipped++
	if (reason == "" || reason == "unknown")
		fail("skipped without a reason")
	else
		result("skip", name " # " reason)
}

function reason_of(line)
{
	sub(/.*# ?(SKIP|XFAIL) ?/, "", line)
	return line
}

function test(line, verdict, number, name)
{
	verdict = line ~ /^not / ? "not ok" : "ok"
	sub(/^(not )?ok /, "", line)
	number = line + 0
	sub(/^[0-9]+ ?(- )?/, "", line)
	seen++
	if (number != seen)
		fail("result " number " where " seen " was due")
	name = line
	sub(/ ?# .*/, "", name)
	if (name == "")
		name = run
	if (line ~ /# ?(SKIP|XFAIL)/)
		skip(name, reason_of(line))
	else if (verdict == "ok")
		result(verdict, name)
	else
		fail(name)
}

index($0, mark " begin ") == 1 {
	begin($3)
	next
}

index($0, mark " end ") == 1 {
	end($3)
	next
}

!running {
	print "# " $0
	next
}

{
	text[++lines] = $0
}

/^#  RUN +/ {
	run = $3
}

/^1\.\.[0-9]+/ {
	plan = substr($1, 4) + 0
	if (plan == 0 && $0 ~ /# ?SKIP/)
		skip("", reason_of($0))
}

/^(not )?ok [0-9]+/ {
	test($0)
}

END {
	if (running) {
		fail("did not end")
		for (i = 1; i <= lines; i++)
			print "# " text[i]
	}
	n = split(programs, list, " ")
	for (i = 1; i <= n; i++)
		if (!(list[i] in ran)) {
			program = list[i]
			fail("did not run")
		}
	printf "# %d passed, %d failed, %d skipped\n", count["ok"],
		count["not ok"], count["skip"]
	exit count["not ok"] > 0 || count["ok"] == 0
}
