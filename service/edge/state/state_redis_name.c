#include "state_redis_name.h"

#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { FIRST_S = 1 }; /* that a start waits for an address */

struct redis_name {
	char *host;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t news;  /* of any of it */
	uint64_t begun, done; /* how often it was asked for, and answered */
	bool wanted;          /* once more */
	bool closed;          /* who is last gives it back */
	struct redis_waiter *first;
	char address[REDIS_ADDRESS_BYTES]; /* "": none so far */
	const char *why;                   /* there is none */
};

static void
release(struct redis_name *n)
{
	pthread_cond_destroy(&n->news);
	pthread_mutex_destroy(&n->lock);
	free(n->host);
	free(n);
}

/* Finds an address: NULL, or why not. */
static const char *
look_up(const char *host, char address[REDIS_ADDRESS_BYTES])
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	int result = getaddrinfo(host, NULL, &hints, &list);

	if (result == 0) {
		result = getnameinfo(list->ai_addr, list->ai_addrlen, address,
		    REDIS_ADDRESS_BYTES, NULL, 0, NI_NUMERICHOST);
		freeaddrinfo(list);
	}
	return result == 0 ? NULL : gai_strerror(result);
}

/* Tells those who asked before the look-up that is done now began. */
static void
tell(struct redis_name *n)
{
	struct redis_waiter **at = &n->first, *w;

	while ((w = *at) != NULL) {
		if (w->turn > n->done) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		loop_send(w->loop, &w->post);
	}
}

/* Looks it up with the lock given back meanwhile. An address that is not
 * found any more may still be right: it stays. */
static void
answer(struct redis_name *n)
{
	char address[REDIS_ADDRESS_BYTES];
	const char *why;

	n->wanted = false;
	n->begun++;
	pthread_mutex_unlock(&n->lock);
	why = look_up(n->host, address);
	pthread_mutex_lock(&n->lock);
	if (why == NULL)
		memcpy(n->address, address, sizeof(address));
	n->why = why;
	n->done = n->begun;
	tell(n);
	pthread_cond_broadcast(&n->news);
}

/* Answers until it is closed. Then it is left to this thread if that
 * happened while it looked up, to the one that closed it if not. */
static void *
run(void *arg)
{
	struct redis_name *n = arg;
	bool is_last = false;

	pthread_mutex_lock(&n->lock);
	while (!n->closed) {
		if (n->wanted) {
			answer(n);
			is_last = n->closed;
		} else {
			pthread_cond_wait(&n->news, &n->lock);
		}
	}
	pthread_mutex_unlock(&n->lock);
	if (is_last)
		release(n);
	return NULL;
}

static void
wait_for_first(struct redis_name *n)
{
	struct timespec until;
	int result = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += FIRST_S;
	pthread_mutex_lock(&n->lock);
	while (n->done == 0 && result == 0)
		result = pthread_cond_clockwait(
		    &n->news, &n->lock, CLOCK_MONOTONIC, &until);
	pthread_mutex_unlock(&n->lock);
}

bool
redis_name_is_address(const char *host)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *list;

	if (getaddrinfo(host, NULL, &hints, &list) != 0)
		return false;
	freeaddrinfo(list);
	return true;
}

struct redis_name *
redis_name_open(const char *host, struct err *e)
{
	struct redis_name *n = calloc(1, sizeof(*n));

	if (n != NULL)
		n->host = strdup(host);
	if (n == NULL || n->host == NULL) {
		err_set(e, ERR_DOWN, "out of memory");
		free(n);
		return NULL;
	}
	n->wanted = true;
	n->why = "no answer in time";
	pthread_mutex_init(&n->lock, NULL);
	pthread_cond_init(&n->news, NULL);
	if (pthread_create(&n->thread, NULL, run, n) != 0) {
		err_set(e, ERR_DOWN, "no thread to look up host %s", host);
		release(n);
		return NULL;
	}
	wait_for_first(n);
	return n;
}

void
redis_name_close(struct redis_name *n)
{
	pthread_t thread;
	bool is_idle;

	if (n == NULL)
		return;
	pthread_mutex_lock(&n->lock);
	thread = n->thread;
	is_idle = n->done == n->begun;
	n->closed = true;
	pthread_cond_broadcast(&n->news);
	pthread_mutex_unlock(&n->lock);
	if (!is_idle) {
		pthread_detach(thread);
		return;
	}
	pthread_join(thread, NULL);
	release(n);
}

void
redis_name_ask(struct redis_name *n, struct redis_waiter *w)
{
	if (w->waits)
		return;
	w->waits = true;
	pthread_mutex_lock(&n->lock);
	n->wanted = true;
	w->turn = n->begun + 1;
	w->next = n->first;
	n->first = w;
	pthread_cond_broadcast(&n->news);
	pthread_mutex_unlock(&n->lock);
}

void
redis_name_forget(struct redis_name *n, struct redis_waiter *w)
{
	struct redis_waiter **at = &n->first;

	pthread_mutex_lock(&n->lock);
	while (*at != NULL && *at != w)
		at = &(*at)->next;
	if (*at != NULL)
		*at = w->next;
	pthread_mutex_unlock(&n->lock);
}

const char *
redis_name_address(struct redis_name *n, char out[REDIS_ADDRESS_BYTES])
{
	const char *why;

	pthread_mutex_lock(&n->lock);
	memcpy(out, n->address, REDIS_ADDRESS_BYTES);
	why = n->why;
	pthread_mutex_unlock(&n->lock);
	return out[0] != '\0' ? NULL : why;
}
