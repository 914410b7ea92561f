// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdlib.h>

#include "compile.h"

static const struct {
	const char *name;
	int error;		/* what nest_compile() returns; 0: a warning */
} kinds[NEST_DIAG_KINDS] = {
	[NEST_DIAG_SYNTAX] = { "syntax", -EINVAL },
	[NEST_DIAG_UNSUPPORTED] = { "unsupported", -EINVAL },
	[NEST_DIAG_DENY_NOT_ENFORCED] = { "deny-not-enforced", -EINVAL },
	[NEST_DIAG_INCLUDE] = { "include", -EINVAL },
	[NEST_DIAG_VARIABLE] = { "variable", -EINVAL },
	[NEST_DIAG_PATTERN] = { "pattern", -EINVAL },
	[NEST_DIAG_CONFLICT] = { "conflict", -EINVAL },
	[NEST_DIAG_LIMIT] = { "limit", -E2BIG },
	[NEST_DIAG_IO] = { "io", -EIO },
	[NEST_DIAG_MEMORY] = { "memory", -ENOMEM },
	[NEST_DIAG_INTERNAL] = { "internal", -EIO },
	[NEST_DIAG_RULE_NOT_ENFORCED] = { "rule-not-enforced", 0 },
	[NEST_DIAG_UNKNOWN_TARGET] = { "unknown-target", 0 },
	[NEST_DIAG_ATTACHMENT_OVERLAP] = { "attachment-overlap", 0 },
	[NEST_DIAG_NO_PROFILE] = { "no-profile", 0 },
};

const char *nest_diag_kind_name(enum nest_diag_kind kind)
{
	return (unsigned int)kind < NEST_DIAG_KINDS ? kinds[kind].name :
						      "unknown";
}

bool nest_diag_kind_is_warning(enum nest_diag_kind kind)
{
	return (unsigned int)kind < NEST_DIAG_KINDS && !kinds[kind].error;
}

/* Find the line of a place for the message to show. */
static void quote_line(struct nest_diag *diag, const struct nest_text *text)
{
	const char *p = text->data, *end = p + text->size, *newline;
	unsigned int line = diag->line;

	for (; line > 1 && p < end; line--) {
		newline = memchr(p, '\n', (size_t)(end - p));
		p = newline ? newline + 1 : end;
	}
	newline = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
	diag->source = p;
	diag->source_len = (size_t)((newline ? newline : end) - p);
	if (diag->source_len && p[diag->source_len - 1] == '\r')
		diag->source_len--;
	/* The end of the file may lie behind the '\r' that is not shown. */
	if (diag->column > diag->source_len + 1)
		diag->column = (unsigned int)diag->source_len + 1;
}

/**
 * nest_diag_locate() - say where something is
 * @diag: its @file, @line, @column and @source are set, if there is a place
 * @place: the place
 */
void nest_diag_locate(struct nest_diag *diag, struct nest_place place)
{
	if (!place.frame)
		return;
	diag->file = place.frame->text->name;
	diag->line = place.line;
	diag->column = place.line ? place.column : 0;
	if (place.line)
		quote_line(diag, place.frame->text);
}

static void emit(struct nest_compiler *compiler, enum nest_diag_level level,
		 enum nest_diag_kind kind, struct nest_place place,
		 const char *message)
{
	struct nest_diag diag = {
		.level = level,
		.kind = kind,
		.message = message,
	};

	if (!compiler->options.diag)
		return;
	nest_diag_locate(&diag, place);
	compiler->options.diag(compiler->options.diag_context, &diag);
}

static void emit_include_chain(struct nest_compiler *compiler,
			       enum nest_diag_kind kind,
			       const struct nest_frame *frame)
{
	for (; frame && frame->parent; frame = frame->parent) {
		struct nest_place place = {
			frame->parent, frame->line, frame->column
		};

		emit(compiler, NEST_DIAG_NOTE, kind, place,
		     "included from here");
	}
}

static int emit_error(struct nest_compiler *compiler, enum nest_diag_kind kind,
		      struct nest_place place, const char *message)
{
	int error = kinds[kind].error ? kinds[kind].error : -EINVAL;

	if (!compiler->errors++)
		compiler->error = error;
	if (compiler->errors <= NEST_ERRORS_MAX) {
		emit(compiler, NEST_DIAG_ERROR, kind, place, message);
		emit_include_chain(compiler, kind, place.frame);
	}
	return error;
}

/**
 * nest_report() - give a message to the caller
 * @compiler: the compilation
 * @kind: what it is about, which decides whether it is an error
 * @place: where it is about
 * @format: as for printf(); no newline
 *
 * Return: 0 if the compilation may go on, or a negative errno.
 */
int nest_report(struct nest_compiler *compiler, enum nest_diag_kind kind,
		struct nest_place place, const char *format, ...)
{
	char *message;
	va_list args;
	int len;

	if (!kinds[kind].error && compiler->options.ignored >> kind & 1)
		return 0;
	va_start(args, format);
	len = vasprintf(&message, format, args);
	va_end(args);
	if (len < 0)
		return nest_no_memory(compiler);
	if (!kinds[kind].error && !(compiler->options.as_errors >> kind & 1)) {
		emit(compiler, NEST_DIAG_WARNING, kind, place, message);
		len = 0;
	} else {
		len = emit_error(compiler, kind, place, message);
	}
	free(message);
	return len;
}

/**
 * nest_note() - add to the message just given
 * @compiler: the compilation
 * @kind: kind of that message
 * @place: another place that it is about
 * @format: as for printf(); no newline
 */
void nest_note(struct nest_compiler *compiler, enum nest_diag_kind kind,
	       struct nest_place place, const char *format, ...)
{
	char *message;
	va_list args;
	int len;

	if (compiler->errors > NEST_ERRORS_MAX)
		return;
	if (!kinds[kind].error && compiler->options.ignored >> kind & 1)
		return;
	va_start(args, format);
	len = vasprintf(&message, format, args);
	va_end(args);
	if (len < 0)
		return;
	emit(compiler, NEST_DIAG_NOTE, kind, place, message);
	free(message);
}

/**
 * nest_no_memory() - report that there is no memory
 * @compiler: the compilation
 *
 * Return: -ENOMEM.
 */
int nest_no_memory(struct nest_compiler *compiler)
{
	if (compiler->error != -ENOMEM)
		emit_error(compiler, NEST_DIAG_MEMORY, nest_no_place(),
			   "out of memory");
	compiler->error = -ENOMEM;
	return -ENOMEM;
}

static void print_source(FILE *stream, const struct nest_diag *diag)
{
	size_t i;

	fputs("    ", stream);
	for (i = 0; i < diag->source_len; i++) {
		unsigned char c = (unsigned char)diag->source[i];

		fputc(c == '\t' || (c >= ' ' && c != 0x7f) ? c : '?', stream);
	}
	fputs("\n    ", stream);
	for (i = 0; i + 1 < diag->column && i < diag->source_len; i++)
		fputc(diag->source[i] == '\t' ? '\t' : ' ', stream);
	fputs("^\n", stream);
}

void nest_diag_print(FILE *stream, const struct nest_diag *diag)
{
	static const char *const levels[] = { "note", "warning", "error" };

	if (diag->file && diag->line)
		fprintf(stream, "%s:%u:%u: ", diag->file, diag->line,
			diag->column);
	else if (diag->file)
		fprintf(stream, "%s: ", diag->file);
	fprintf(stream, "%s: %s", levels[diag->level], diag->message);
	if (diag->level != NEST_DIAG_NOTE)
		fprintf(stream, " [%s]", nest_diag_kind_name(diag->kind));
	fputc('\n', stream);
	if (diag->source)
		print_source(stream, diag);
}
