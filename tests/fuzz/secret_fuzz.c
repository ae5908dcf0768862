/*
 * A line of text as a secret of an authenticator, of a webhook, and as what
 * was sealed; and bytes to be written. What is read is written the same
 * again, there is one way to write it, and nobody else's seal opens.
 */
#include "../../service/edge/hook/webhook_secret.h"
#include "../../service/edge/process/secrets_seal.h"
#include "../../service/edge/process/secrets_totp.h"
#include "arena.h"

enum { ROOM = 4096, NOW_MS = 1700000000 };

static const unsigned char own[SECRET_BYTES] =
    "an installation's, 32 bytes long";

static void
check_totp(struct span text, struct span code)
{
	unsigned char bytes[TOTP_SECRET_BYTES];
	char written[TOTP_TEXT_BYTES + 1];
	struct span key = {(const char *)bytes, sizeof bytes};
	int64_t step;

	if (totp_read(text, bytes) != 0)
		return;
	totp_write(bytes, written);
	require(span_equal(span_of(written), text));
	step = totp_find(key, code, NOW_MS, 0);
	require(step == 0 || code.n == TOTP_DIGITS);
}

static void
check_base64(struct span text, struct arena *a)
{
	struct span bytes = base64_read(text, a), again;

	if (bytes.p == NULL)
		return;
	again = base64_write(bytes, a);
	require(span_equal(again, text));
}

static void
check_written(struct span bytes, struct arena *a)
{
	struct span sealed = secrets_seal(own, bytes, a), opened;
	struct span text = base64_write(bytes, a);

	require(span_equal(base64_read(text, a), bytes));
	opened = secrets_unseal(own, sealed, a);
	require(opened.p != NULL && span_equal(opened, bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	struct span text = take_line(&in);
	struct arena a;
	struct span key;

	arena_open(&a, ROOM + 8 * size);
	check_totp(text, in);
	check_base64(text, &a);
	key = webhook_secret_read(text, &a);
	require(key.p == NULL || (key.n >= 24 && key.n <= 64));
	require(secrets_unseal(own, text, &a).p == NULL);
	check_written(in, &a);
	arena_drop(&a);
	return 0;
}
