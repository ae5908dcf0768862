/*
 * Any bytes as HTML or BBCode, by the first byte: every tag ends behind where
 * it begins and within the source, what counts of it lies in it, in order, and
 * a reference stands for a scalar value.
 */
#include "../../service/core/entities.h"
#include "../../service/core/markup.h"
#include "input.h"

static void
check_attributes(struct span source, size_t at, const struct markup_tag *tag)
{
	const char *from = source.p + at + 1, *end = source.p + tag->end;
	struct attributes all = tag->attributes;
	struct attribute one;

	while (attributes_next(&all, &one)) {
		require(one.read.n > 0 && one.read.p >= from);
		from = one.read.p + one.read.n;
		require(from <= end);
	}
}

/* Where the text goes on. */
static size_t
check_tag(struct markup *m, size_t at)
{
	struct markup_tag tag = markup_read(m, at);

	if (tag.kind == MARKUP_NONE)
		return at + 1;
	require(tag.end > at && tag.end <= m->source.n);
	check_attributes(m->source, at, &tag);
	return tag.end;
}

static size_t
check_reference(struct span s, size_t at)
{
	uint32_t cp = 0;
	size_t n = entity_read(s, at, &cp);

	if (n == 0)
		return at + 1;
	require(n >= 3 && n <= s.n - at && cp != 0 && cp < 0x110000);
	require(cp < 0xd800 || cp > 0xdfff);
	return at + n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = input_of(data, size);
	bool html = take_byte(&s) % 2 == 0;
	struct markup m = {
	    .source = s, .format = html ? FORMAT_HTML : FORMAT_TEXT};
	size_t at = 0;

	while (at < s.n)
		switch (s.p[at]) {
		case '<':
		case '[':
			at = check_tag(&m, at);
			break;
		case '&':
			at = check_reference(s, at);
			break;
		default:
			at++;
		}
	return 0;
}
