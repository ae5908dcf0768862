/*
 * Columns of 16 values as 16 bits, the first value's lowest: what is asked of
 * a text point by point is then asked of 16 at once, without a branch. Plain
 * loops, which compilers turn into a few vector instructions each.
 */
#ifndef CORE_BITS_H
#define CORE_BITS_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BITS = 16 };

/* The highest bits of 16 bytes. */
static inline uint32_t
bits_gather(const uint8_t bytes[BITS])
{
#ifdef __SSE2__
	__m128i all;

	memcpy(&all, bytes, sizeof(all));
	return (uint32_t)_mm_movemask_epi8(all);
#else
	uint64_t half[2];

	memcpy(half, bytes, sizeof(half));
	for (int i = 0; i < 2; i++) /* moves each byte's bit on top of all */
		half[i] = (half[i] >> 7 & 0x0101010101010101u) *
			      0x0102040810204080u >>
			  56;
	return (uint32_t)(half[0] | half[1] << 8);
#endif
}

/* How many bits are set in each 16 of the 64. */
static inline uint64_t
bits_counts(uint64_t bits)
{
	bits -= bits >> 1 & 0x5555555555555555u;
	bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
	bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
	return (bits + (bits >> 8)) & 0x001F001F001F001Fu;
}

/* The number of the lowest bit that is set, of which there must be one. */
static inline uint32_t
bits_lowest(uint64_t bits)
{
	return (uint32_t)__builtin_ctzll(bits);
}

/* Which bytes have a bit of `mask`. */
static inline uint32_t
bits_have(const uint8_t bytes[BITS], uint8_t mask)
{
	uint8_t yes[BITS];

	for (int i = 0; i < BITS; i++)
		yes[i] = (bytes[i] & mask) != 0 ? 0xFF : 0;
	return bits_gather(yes);
}

/* Which numbers are the same in `a` as in `b`. */
static inline uint32_t
bits_equal(const uint32_t a[BITS], const uint32_t b[BITS])
{
	uint8_t yes[BITS];

#ifdef __SSE2__ /* of the plain loop gcc makes three times as much */
	__m128i same[4], of_a, of_b;

	for (int i = 0; i < 4; i++) {
		memcpy(&of_a, a + 4 * i, sizeof(of_a));
		memcpy(&of_b, b + 4 * i, sizeof(of_b));
		same[i] = _mm_cmpeq_epi32(of_a, of_b);
	}
	of_a = _mm_packs_epi16(_mm_packs_epi32(same[0], same[1]),
	    _mm_packs_epi32(same[2], same[3]));
	memcpy(yes, &of_a, sizeof(yes));
#else
	for (int i = 0; i < BITS; i++)
		yes[i] = a[i] == b[i] ? 0xFF : 0;
#endif
	return bits_gather(yes);
}

/* Two doubles, reckoned with at once. */
typedef double bits_doubles __attribute__((vector_size(2 * sizeof(double))));

/* Two numbers as doubles. */
static inline bits_doubles
bits_doubles_of(const int16_t two[2])
{
#ifdef __SSE2__ /* of the plain way gcc makes six times as much */
	__m128i both = _mm_loadu_si32(two);

	both = _mm_srai_epi32(_mm_unpacklo_epi16(both, both), 16);
	return (bits_doubles)_mm_cvtepi32_pd(both);
#else
	return (bits_doubles){two[0], two[1]};
#endif
}

#endif
