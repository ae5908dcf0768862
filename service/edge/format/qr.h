/*
 * QR codes (ISO/IEC 18004), for what a telephone is to read off a screen. The
 * one door to libqrencode.
 */
#ifndef EDGE_QR_H
#define EDGE_QR_H

#include <jansson.h>

/*
 * The code of `text`, without the quiet zone around it: an array of rows from
 * top to bottom, each a string of a '1' a dark and a '0' a light module. NULL:
 * the text is empty or does not fit into a code, or there is no memory.
 */
json_t *qr_write(const char *text);

#endif
