#include "import_word_press.h"

const struct import_word import_word_press[] = {
    {"1", LABEL_HAM},
    {"approve", LABEL_HAM},
    {"approved", LABEL_HAM},
    {"spam", LABEL_SPAM},
    {"trash", IMPORT_TRASH},
    {"0", LABEL_NONE},
    {"hold", LABEL_NONE},
    {"post-trashed", LABEL_NONE}, /* the page was, not the comment */
    {"", LABEL_NONE},
    {NULL, 0},
};
