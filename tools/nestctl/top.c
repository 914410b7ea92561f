// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl top: which domains are busy, and which are refused something. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "nestctl.h"

#define DELAY_S	2	/* unless the command line says another */

/**
 * struct sample - what the kernel had counted at some time
 * @domains: each domain's counts, sorted
 * @n: how many
 * @layers: the layers, for their names
 * @time: when, in seconds of the monotonic clock
 */
struct sample {
	struct nest_domain *domains;
	size_t n;
	struct nestctl_layers layers;
	double time;
};

/**
 * struct row - a domain
 * @now: its counts
 * @rate: how often it happens in a second: the same counts
 * @layer: the name of the layer
 */
struct row {
	const struct nest_domain *now;
	double decisions;
	double denials;
	double complaints;
	double lost;
	const char *layer;
};

static int compare_domains(const void *a, const void *b)
{
	const struct nest_domain *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	if (x->origin != y->origin)
		return x->origin < y->origin ? -1 : 1;
	return strcmp(x->domain, y->domain);
}

static void sample_free(struct sample *sample)
{
	free(sample->domains);
	nestctl_layers_free(&sample->layers);
	memset(sample, 0, sizeof(*sample));
}

static int sample_take(struct nest *nest, struct sample *sample)
{
	struct timespec now;

	memset(sample, 0, sizeof(*sample));
	if (nestctl_layers_get(nest, &sample->layers))
		goto fail;
	if (nest_domain_list(nest, &sample->domains, &sample->n)) {
		error_nest(nest_error(nest));
		goto fail;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	sample->time = now.tv_sec + now.tv_nsec / 1e9;
	if (sample->n)
		qsort(sample->domains, sample->n, sizeof(*sample->domains),
		      compare_domains);
	return 0;
fail:
	sample_free(sample);
	return -1;
}

static const char *layer_name(const struct sample *sample,
			      const struct nest_domain *domain)
{
	const struct nestctl_layers *layers = &sample->layers;
	size_t i;

	for (i = 0; i < layers->n_layers; i++)
		if (layers->layers[i].ns == domain->ns &&
		    layers->layers[i].origin == domain->origin)
			return layers->layers[i].name;
	return "";
}

/* A count that has become less begins anew: the layer is another one. */
static double rate(uint64_t before, uint64_t now, double seconds)
{
	return (now >= before ? now - before : now) / seconds;
}

static void fill_row(struct row *row, const struct sample *before,
		     const struct sample *now, size_t i)
{
	const struct nest_domain none = { 0 }, *old = NULL;
	double seconds = now->time - before->time;

	row->now = &now->domains[i];
	row->layer = layer_name(now, row->now);
	if (before->n)
		old = bsearch(row->now, before->domains, before->n,
			      sizeof(*old), compare_domains);
	if (!old)
		old = &none;
	row->decisions = rate(old->decisions, row->now->decisions, seconds);
	row->denials = rate(old->denials, row->now->denials, seconds);
	row->complaints = rate(old->complaints, row->now->complaints, seconds);
	row->lost = rate(old->lost, row->now->lost, seconds);
}

/* What is refused comes first, then what is busy. */
static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	double bad[2] = { x->denials + x->complaints,
			  y->denials + y->complaints };

	if (bad[0] != bad[1])
		return bad[0] > bad[1] ? -1 : 1;
	if (x->decisions != y->decisions)
		return x->decisions > y->decisions ? -1 : 1;
	return compare_domains(x->now, y->now);
}

static struct row *make_rows(const struct sample *before,
			     const struct sample *now, uint32_t ns, size_t *n)
{
	struct row *rows = calloc(now->n + 1, sizeof(*rows));
	size_t i;

	if (!rows)
		abort();
	*n = 0;
	for (i = 0; i < now->n; i++)
		if (!ns || now->domains[i].ns == ns)
			fill_row(&rows[(*n)++], before, now, i);
	if (*n)
		qsort(rows, *n, sizeof(*rows), compare_rows);
	return rows;
}

static void add_rate(struct json_object *record, const char *key, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.1f", value);
	out_add(record, key, json_object_new_double_s(value, text));
}

static struct json_object *row_record(const struct row *row)
{
	struct json_object *record = json_object_new_object();
	const struct nest_domain *domain = row->now;

	out_add_number(record, "ns", domain->ns);
	out_add_number(record, "origin", domain->origin);
	out_add_string(record, "layer", row->layer);
	out_add_string(record, "domain", domain->domain);
	out_add_string(record, "mode", name_mode(domain->mode));
	out_add_number(record, "decisions", domain->decisions);
	out_add_number(record, "denials", domain->denials);
	out_add_number(record, "complaints", domain->complaints);
	out_add_number(record, "lost", domain->lost);
	add_rate(record, "decisions_per_s", row->decisions);
	add_rate(record, "denials_per_s", row->denials);
	add_rate(record, "complaints_per_s", row->complaints);
	add_rate(record, "lost_per_s", row->lost);
	return record;
}

static void print_row(const struct row *row)
{
	struct json_object *layer = out_string(row->layer);
	struct json_object *domain = out_string(row->now->domain);
	const char *name = json_object_get_string(layer);

	printf("%10.1f %9.1f %9.1f %9llu %6llu %10u %-15.15s %s",
	       row->decisions, row->denials, row->complaints,
	       (unsigned long long)row->now->denials,
	       (unsigned long long)row->now->lost, row->now->ns,
	       *name ? name : "-", json_object_get_string(domain));
	if (row->now->mode != NEST_MODE_ENFORCE)
		printf(" (%s)", name_mode(row->now->mode));
	putchar('\n');
	json_object_put(layer);
	json_object_put(domain);
}

/* Rows that the screen has room for. */
static size_t room(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_row < 3)
		return 22;
	return size.ws_row - 2;
}

static void print_text(const struct row *rows, size_t n, bool live)
{
	size_t i;

	if (live)
		fputs("\033[H\033[J", stdout);
	printf("%10s %9s %9s %9s %6s %10s %-15s %s\n", "DECISION/S", "DENIAL/S",
	       "COMPL/S", "DENIALS", "LOST", "NS", "LAYER", "DOMAIN");
	if (live && n > room())
		n = room();
	for (i = 0; i < n; i++)
		print_row(&rows[i]);
	if (!live)
		putchar('\n');
	fflush(stdout);
}

static void print_json(const struct row *rows, size_t n, double seconds)
{
	struct json_object *record = json_object_new_object();
	struct json_object *list = json_object_new_array();
	size_t i;

	add_rate(record, "seconds", seconds);
	for (i = 0; i < n; i++)
		json_object_array_add(list, row_record(&rows[i]));
	out_add(record, "domains", list);
	out_line(record);
}

static void print(const struct sample *before, const struct sample *now,
		  uint32_t ns, bool live)
{
	size_t n;
	struct row *rows = make_rows(before, now, ns, &n);

	if (out_is_json())
		print_json(rows, n, now->time - before->time);
	else
		print_text(rows, n, live);
	free(rows);
}

static int watch(const struct nestctl_args *args, struct nest *nest,
		 uint32_t ns)
{
	bool live = !args->count && isatty(STDOUT_FILENO);
	unsigned int delay = args->delay ? args->delay : DELAY_S;
	struct sample before, now;
	unsigned int i;

	if (sample_take(nest, &before))
		return EXIT_FAILED;
	for (i = 0; !args->count || i < args->count; i++) {
		sleep(delay);
		if (sample_take(nest, &now)) {
			sample_free(&before);
			return EXIT_FAILED;
		}
		print(&before, &now, ns, live);
		sample_free(&before);
		before = now;
		if (ferror(stdout))
			break;
	}
	sample_free(&before);
	return EXIT_DONE;
}

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nest_target target;
	int status = EXIT_FAILED;

	if (nest && !nestctl_target(nest, args, &target))
		status = watch(args, nest, target.ns);
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_top = {
	.name = "top",
	.options = "pNd",
	.usage = "[-p PID] [-d S] [--count N]",
	.summary = "decisions and denials of each domain, as they happen",
	.failed = EXIT_FAILED,
	.run = run,
};
