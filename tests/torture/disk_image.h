/*
 * The files of a disk that loses its power (disk.h): what of each is safe, and
 * what came after that. Used with the disk locked.
 */
#ifndef TESTS_DISK_IMAGE_H
#define TESTS_DISK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "disk.h"

struct image;

/* The one of that path, which must not be too long; all that its file holds
 * when it is opened for the first time is safe. */
struct image *image_of(const char *path);
struct image *image_open(const char *path);

/* Bytes were written at `at`; or, of NULL, the file ends there now. */
void image_change(struct image *i, int64_t at, const void *bytes, size_t n);

/* All of that is safe now; its folder too, if this is its first sync. */
void image_make_safe(struct image *i);

/* Nothing of it ever will be. */
void image_drop_changes(struct image *i);

/* The file was deleted; `synced`: its folder too. */
void image_unlink(struct image *i, bool synced);

/* What is not safe is lost: files become what is left of them. */
void images_lose(enum disk_loss loss);

/* There are none. */
void images_forget(void);

/* A random number less than `n`; what they begin with, not 0. */
uint64_t image_random(uint64_t n);
void image_seed(uint64_t seed);

#endif
