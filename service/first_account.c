#include "first_account.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "edge/process/loop.h"
#include "edge/request/account.h"

enum { ARENA_BYTES = 1 << 20 };

static const char first_name[] = "admin";

/* What was found among all accounts. */
struct search {
	bool has_password;
	struct store_account first; /* id 0: there is no such one */
};

static void
look(void *arg, const struct store_account *a)
{
	struct search *s = arg;

	s->has_password |= a->password.n > 0;
	if (strcasecmp(a->name, first_name) == 0)
		s->first = (struct store_account){
		    .id = a->id, .revision = a->revision};
}

static int
search(const struct service *s, struct search *out, struct err *e)
{
	struct store_reader *r = store_reader_open(s->store, e);
	void *block = r == NULL ? NULL : malloc(ARENA_BYTES);
	struct arena arena;
	struct account_visit visit = {look, out, &arena};
	int result = -1;

	if (block != NULL) {
		arena_init(&arena, block, ARENA_BYTES);
		result = store_each_account(r, &visit, e);
	} else if (r != NULL) {
		err_set(e, ERR_DOWN, "no memory for an account");
	}
	free(block);
	store_reader_close(r);
	return result;
}

int
first_account_open(
    struct first_account *f, const struct service *s, struct err *e)
{
	struct search found = {0};
	struct store_change c = {.kind = CHANGE_ADD_ACCOUNT};
	int64_t now_ms = clock_unix_ms();

	if (search(s, &found, e) != 0)
		return -1;
	if (found.has_password)
		return 0;
	if (found.first.id != 0)
		c.kind = CHANGE_SET_ACCOUNT;
	c.account = found.first;
	c.account.name = first_name;
	c.account.is_operator = true;
	c.account.created_at_ms = now_ms;
	account_make_link(&c.account, now_ms + ACCOUNT_LINK_MS, f->token);
	return store_change(s->store, &c, 1, e);
}

void
first_account_tell(const struct first_account *f, const struct service *s)
{
	if (f->token[0] == '\0')
		return;
	printf("Review page: %s/#link=%s\n"
	       "The link signs an operator in, once, within a day; choose a "
	       "name and a\npassword there. `moderatod user link NAME` makes "
	       "another.\n\n",
	    s->page, f->token);
	fflush(stdout);
}
