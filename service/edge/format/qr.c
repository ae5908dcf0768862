#include "qr.h"

#include <qrencode.h>

enum { SMALLEST_THAT_FITS = 0, WIDTH_MAX = 4 * QRSPEC_VERSION_MAX + 17 };

static json_t *
row_of(const unsigned char *modules, int width)
{
	char row[WIDTH_MAX];

	for (int x = 0; x < width; x++)
		row[x] = (modules[x] & 1) != 0 ? '1' : '0';
	return json_stringn(row, (size_t)width);
}

json_t *
qr_write(const char *text)
{
	QRcode *code =
	    QRcode_encodeString8bit(text, SMALLEST_THAT_FITS, QR_ECLEVEL_M);
	json_t *rows;

	if (code == NULL)
		return NULL;
	rows = json_array();
	for (int y = 0; y < code->width; y++)
		json_array_append_new(
		    rows, row_of(code->data + y * code->width, code->width));
	QRcode_free(code);
	return rows;
}
