// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output. What is printed is built once, as a JSON object; in text form a
 * line is the object's keys and values one after the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"

#define JSON_LINE_FLAGS	JSON_C_TO_STRING_NOSLASHESCAPE
#define JSON_FLAGS	(JSON_LINE_FLAGS | \
			 JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED)

static bool json_output;

/**
 * out_init() - choose the form
 * @json: JSON rather than text
 */
void out_init(bool json)
{
	json_output = json;
}

/**
 * out_is_json() - which form was chosen
 *
 * Return: true if it is JSON.
 */
bool out_is_json(void)
{
	return json_output;
}

/* Bytes of the printable UTF-8 character at the start of a string, or 0. */
static size_t printable(const unsigned char *s)
{
	unsigned int code, i, n;

	if (s[0] < 0x80)
		return s[0] >= ' ' && s[0] != 0x7f && s[0] != '\\';
	n = s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 :
	    s[0] < 0xf5 ? 4 : 0;
	code = n ? s[0] & (0xff >> (n + 1)) : 0;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	/* No control characters, surrogates or needlessly long forms. */
	if (code < 0xa0 || (code >= 0xd800 && code < 0xe000) ||
	    (n == 3 && code < 0x800) || (n == 4 && code < 0x10000) ||
	    code > 0x10ffff)
		return 0;
	return n;
}

/**
 * out_string() - a string whose every byte can be printed
 * @string: a name that anybody may have chosen, or NULL
 *
 * Backslashes and bytes that are not printable UTF-8 become \xNN, so that a
 * file's name can neither steer a terminal nor pass for something else.
 *
 * Return: a JSON string, or NULL (null) for NULL.
 */
struct json_object *out_string(const char *string)
{
	const unsigned char *s = (const unsigned char *)string;
	struct json_object *object;
	char *escaped, *to;
	size_t n;

	if (!string)
		return NULL;
	escaped = malloc(4 * strlen(string) + 1);
	if (!escaped)
		abort();
	to = escaped;
	while (*s) {
		n = printable(s);
		if (n) {
			memcpy(to, s, n);
			to += n;
			s += n;
		} else {
			to += sprintf(to, "\\x%02x", *s++);
		}
	}
	*to = '\0';
	object = json_object_new_string(escaped);
	free(escaped);
	return object;
}

/**
 * out_get() - a string of a record
 * @record: the record
 * @key: of the string
 *
 * Return: the string, which stays the record's; NULL if it is null.
 */
const char *out_get(struct json_object *record, const char *key)
{
	return json_object_get_string(json_object_object_get(record, key));
}

/**
 * out_add() - add a value to a record
 * @record: the record
 * @key: a constant string
 * @value: becomes the record's
 */
void out_add(struct json_object *record, const char *key,
	     struct json_object *value)
{
	json_object_object_add(record, key, value);
}

/**
 * out_add_number() - add a number to a record
 * @record: the record
 * @key: a constant string
 * @number: the value
 */
void out_add_number(struct json_object *record, const char *key,
		    uint64_t number)
{
	out_add(record, key, json_object_new_uint64(number));
}

/**
 * out_add_string() - add a string to a record
 * @record: the record
 * @key: a constant string
 * @string: the value, or NULL
 */
void out_add_string(struct json_object *record, const char *key,
		    const char *string)
{
	out_add(record, key, out_string(string));
}

/**
 * out_add_bool() - add a truth value to a record
 * @record: the record
 * @key: a constant string
 * @value: the value
 */
void out_add_bool(struct json_object *record, const char *key, bool value)
{
	out_add(record, key, json_object_new_boolean(value));
}

static void print_value(struct json_object *value);

static void print_array(struct json_object *array)
{
	size_t i, n = json_object_array_length(array);

	if (!n)
		putchar('-');
	for (i = 0; i < n; i++) {
		if (i)
			putchar(',');
		print_value(json_object_array_get_idx(array, i));
	}
}

static void print_value(struct json_object *value)
{
	if (!value)
		putchar('-');
	else if (json_object_is_type(value, json_type_array))
		print_array(value);
	else if (json_object_is_type(value, json_type_boolean))
		fputs(json_object_get_boolean(value) ? "yes" : "no", stdout);
	else if (json_object_is_type(value, json_type_string) &&
		 !json_object_get_string_len(value))
		putchar('-');
	else
		fputs(json_object_get_string(value), stdout);
}

static void print_record(struct json_object *record, char between, char after)
{
	bool first = true;

	json_object_object_foreach(record, key, value) {
		if (!first)
			putchar(after);
		first = false;
		fputs(key, stdout);
		putchar(between);
		print_value(value);
	}
	putchar('\n');
}

static bool is_list_of_objects(struct json_object *value)
{
	return json_object_is_type(value, json_type_array) &&
	       json_object_array_length(value) &&
	       json_object_is_type(json_object_array_get_idx(value, 0),
				   json_type_object);
}

static void print_tree(struct json_object *record, int depth);

static void print_branch(const char *key, struct json_object *value, int depth)
{
	size_t i;

	if (json_object_is_type(value, json_type_object)) {
		printf("%*s%s\n", 2 * depth, "", key);
		print_tree(value, depth + 1);
	} else if (is_list_of_objects(value)) {
		for (i = 0; i < json_object_array_length(value); i++)
			print_branch(key, json_object_array_get_idx(value, i),
				     depth);
	} else {
		printf("%*s%s ", 2 * depth, "", key);
		print_value(value);
		putchar('\n');
	}
}

static void print_tree(struct json_object *record, int depth)
{
	json_object_object_foreach(record, key, value)
		print_branch(key, value, depth);
}

/**
 * out_tree() - print nested records, by indentation in text form
 * @value: an array of records, freed
 */
void out_tree(struct json_object *value)
{
	size_t i;

	if (json_output) {
		out_json(value);
		return;
	}
	for (i = 0; i < json_object_array_length(value); i++)
		print_tree(json_object_array_get_idx(value, i), 0);
	json_object_put(value);
}

/**
 * out_json() - print JSON
 * @value: freed
 */
void out_json(struct json_object *value)
{
	puts(json_object_to_json_string_ext(value, JSON_FLAGS));
	json_object_put(value);
}

/**
 * out_line() - print a record as one line, in either form
 * @record: freed
 */
void out_line(struct json_object *record)
{
	if (json_output)
		puts(json_object_to_json_string_ext(record, JSON_LINE_FLAGS));
	else
		print_record(record, ' ', ' ');
	fflush(stdout);
	json_object_put(record);
}

/**
 * out_list() - print records, each as a line in text form
 * @records: an array, freed
 */
void out_list(struct json_object *records)
{
	size_t i;

	if (json_output) {
		out_json(records);
		return;
	}
	for (i = 0; i < json_object_array_length(records); i++)
		print_record(json_object_array_get_idx(records, i), ' ', ' ');
	json_object_put(records);
}

/**
 * out_block() - print one record, a line for each value in text form
 * @record: freed
 */
void out_block(struct json_object *record)
{
	if (json_output) {
		out_json(record);
		return;
	}
	print_record(record, ' ', '\n');
	json_object_put(record);
}

/**
 * out_done() - tell a program that the command succeeded
 * @key: of a single value
 * @value: the value
 *
 * Prints nothing in text form.
 */
void out_done(const char *key, const char *value)
{
	struct json_object *record;

	if (!json_output)
		return;
	record = json_object_new_object();
	out_add_string(record, key, value);
	out_json(record);
}
