/* The version of all programs; CHANGELOG.md says what it holds. */
#ifndef SERVICE_VERSION_H
#define SERVICE_VERSION_H

#define MODERATO_VERSION "0.1.0"

#endif
