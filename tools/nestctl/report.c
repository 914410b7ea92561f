// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page that nestctl audit --html writes: one file, nothing from elsewhere, no
 * script. Names come from the container: each goes through text().
 */
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "nestctl.h"

#define BOX_HEIGHT	34
#define BOX_WIDTH	860

static void text(FILE *file, const char *string)
{
	for (; *string; string++) {
		switch (*string) {
		case '&':
			fputs("&amp;", file);
			break;
		case '<':
			fputs("&lt;", file);
			break;
		case '>':
			fputs("&gt;", file);
			break;
		case '"':
			fputs("&quot;", file);
			break;
		case '\'':
			fputs("&#39;", file);
			break;
		default:
			fputc(*string, file);
		}
	}
}

static struct json_object *get(struct json_object *record, const char *key)
{
	return json_object_object_get(record, key);
}

static size_t length(struct json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

static void value(FILE *file, struct json_object *object)
{
	size_t i;

	if (!object) {
		fputs("-", file);
	} else if (json_object_is_type(object, json_type_boolean)) {
		fputs(json_object_get_boolean(object) ? "yes" : "no", file);
	} else if (json_object_is_type(object, json_type_array)) {
		for (i = 0; i < length(object); i++) {
			fputs(i ? ", " : "", file);
			value(file, json_object_array_get_idx(object, i));
		}
	} else {
		text(file, json_object_get_string(object));
	}
}

/* All that the page has but for the findings. It may execute and fetch nothing. */
static const char *const beginning[] = {
	"<!DOCTYPE html>",
	"<html lang=\"en\"><head><meta charset=\"utf-8\">",
	"<meta http-equiv=\"Content-Security-Policy\"",
	"content=\"default-src 'none'; style-src 'unsafe-inline'\">",
	"<title>Container audit</title>",
	"<style>",
	"body{font:15px/1.45 sans-serif;max-width:920px;margin:2em auto;",
	"padding:0 1em;color:#1b1f24;background:#fff}",
	"h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}",
	"table{border-collapse:collapse;width:100%}",
	"th,td{text-align:left;vertical-align:top;padding:.3em .6em;",
	"border-bottom:1px solid #d8dee4;overflow-wrap:anywhere}",
	"th,.high td:first-child,.medium td:first-child,.low td:first-child",
	"{overflow-wrap:normal}",
	".high{background:#ffd7d5}.medium{background:#fff1c2}",
	".low{background:#ddf4ff}",
	"svg{width:100%;height:auto}svg text{font:14px sans-serif;fill:#1b1f24}",
	"svg .n{fill:#f6f8fa;stroke:#57606a}svg .l{fill:#dafbe1;stroke:#1a7f37}",
	"svg .high{fill:#ffd7d5;stroke:#cf222e}",
	"svg .medium{fill:#fff1c2;stroke:#9a6700}",
	"svg .low{fill:#ddf4ff;stroke:#0969da}",
	"</style></head><body>",
};

static void begin_page(FILE *file)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(beginning); i++)
		fprintf(file, "%s\n", beginning[i]);
}

/* --- the picture -----------------------------------------------------------*/

static int box(FILE *file, const char *class, int x, int y, int width)
{
	fprintf(file, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\"",
		class, x, y, width);
	fprintf(file, " height=\"%d\" rx=\"5\"/><text x=\"%d\" y=\"%d\">",
		BOX_HEIGHT - 6, x + 10, y + 19);
	return y + BOX_HEIGHT;
}

static int layer_box(FILE *file, struct json_object *layer, int x, int y)
{
	y = box(file, "l", x, y, BOX_WIDTH - x);
	fputs("layer ", file);
	value(file, get(layer, "name"));
	fputs(" (", file);
	value(file, get(layer, "kind"));
	fputs("), ", file);
	value(file, get(layer, "domains"));
	fputs(" domains, ", file);
	value(file, get(layer, "denials"));
	fputs(" refused</text>\n", file);
	return y;
}

static int space_box(FILE *file, struct json_object *space,
		     struct json_object *layers, int x, int y)
{
	size_t i;

	y = box(file, "n", x, y, BOX_WIDTH - x);
	fputs("pid namespace ", file);
	value(file, get(space, "ns"));
	fputs("</text>\n", file);
	for (i = 0; i < length(layers); i++) {
		struct json_object *layer = json_object_array_get_idx(layers, i);

		if (json_object_get_uint64(get(layer, "ns")) ==
		    json_object_get_uint64(get(space, "ns")))
			y = layer_box(file, layer, x + 20, y);
	}
	return y;
}

static int badges(FILE *file, struct json_object *findings, int x, int y)
{
	static const char *const ratings[] = { "high", "medium", "low" };
	size_t i, j, n;

	for (i = 0; i < ARRAY_SIZE(ratings); i++) {
		for (j = n = 0; j < length(findings); j++)
			n += !strcmp(out_get(json_object_array_get_idx(findings,
								       j),
					     "rating"), ratings[i]);
		box(file, ratings[i], x, y, 150);
		fprintf(file, "%zu %s</text>\n", n, ratings[i]);
		x += 165;
	}
	return y + BOX_HEIGHT;
}

/* The namespaces from the outermost in, the layers on each, and the container. */
static void picture(FILE *file, struct json_object *posture)
{
	struct json_object *spaces = get(posture, "pid_namespaces");
	struct json_object *layers = get(posture, "layers");
	size_t n = length(spaces), i;
	int height = (n + length(layers) + 2) * BOX_HEIGHT + 20;
	int x = 10, y = 10;

	fprintf(file, "<svg role=\"img\" aria-label=\"namespaces, layers, findings\" viewBox=\"0 0 %d %d\" xmlns=\"http://www.w3.org/2000/svg\">\n",
		BOX_WIDTH + 20, height);
	for (i = 0; i < n; i++, x += 20)
		y = space_box(file, json_object_array_get_idx(spaces, i), layers,
			      x, y);
	y = box(file, "n", x, y, BOX_WIDTH - x);
	fputs("process ", file);
	value(file, get(posture, "pid"));
	fputs(" ", file);
	value(file, get(posture, "comm"));
	fputs(", label of the host ", file);
	value(file, get(posture, "host_label"));
	fputs("</text>\n", file);
	badges(file, get(posture, "findings"), x, y);
	fputs("</svg>\n", file);
}

/* --- tables ----------------------------------------------------------------*/

static void put_table(FILE *file, const char *title, struct json_object *list,
		      const char *const *keys)
{
	size_t i, k;

	fprintf(file, "<h2>%s</h2>\n", title);
	if (!length(list)) {
		fputs("<p>None.</p>\n", file);
		return;
	}
	fputs("<table><tr>", file);
	for (k = 0; keys[k]; k++)
		fprintf(file, "<th>%s</th>", keys[k]);
	fputs("</tr>\n", file);
	for (i = 0; i < length(list); i++) {
		struct json_object *record = json_object_array_get_idx(list, i);
		const char *rating = out_get(record, "rating");

		fprintf(file, "<tr class=\"%s\">", rating ? rating : "");
		for (k = 0; keys[k]; k++) {
			fputs("<td>", file);
			value(file, get(record, keys[k]));
			fputs("</td>", file);
		}
		fputs("</tr>\n", file);
	}
	fputs("</table>\n", file);
}

static void facts(FILE *file, struct json_object *posture)
{
	static const char *const keys[] = {
		"pid", "comm", "container", "host_label", "uid", "seccomp",
		"no_new_privs", "effective", "bounding",
	};
	size_t i;

	fputs("<h2>The process</h2>\n<table>\n", file);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		fprintf(file, "<tr><th>%s</th><td>", keys[i]);
		value(file, get(posture, keys[i]));
		fputs("</td></tr>\n", file);
	}
	fputs("</table>\n", file);
}

/**
 * report_html() - write the report as a page
 * @file: where to
 * @posture: facts and findings
 */
void report_html(FILE *file, struct json_object *posture)
{
	static const char *const findings[] = {
		"rating", "what", "where", "why", "do", NULL
	}, *const namespaces[] = {
		"kind", "ns", "host", NULL
	}, *const ids[] = {
		"inside", "outside", "count", NULL
	}, *const layers[] = {
		"name", "kind", "ns", "origin", "revision", "domains",
		"denials", NULL
	}, *const domains[] = {
		"layer", "domain", "mode", "tasks", NULL
	}, *const mounts[] = {
		"point", "type", "source", "root", "writable", "suid",
		"devices", NULL
	}, *const devices[] = {
		"name", "kind", "major", "minor", NULL
	};

	begin_page(file);
	fputs("<h1>Container audit: process ", file);
	value(file, get(posture, "pid"));
	fputs("</h1>\n", file);
	picture(file, posture);
	put_table(file, "Findings", get(posture, "findings"), findings);
	facts(file, posture);
	put_table(file, "Namespaces", get(posture, "namespaces"), namespaces);
	put_table(file, "User ids", get(posture, "uid_map"), ids);
	put_table(file, "Layers", get(posture, "layers"), layers);
	put_table(file, "Domains", get(posture, "domains"), domains);
	put_table(file, "Mounts", get(posture, "mounts"), mounts);
	put_table(file, "Devices", get(posture, "devices"), devices);
	fputs("</body></html>\n", file);
}
