/*
 * Which addresses are of the public internet: what may be called for
 * strangers. Nothing of this machine or its networks is, nor what only
 * stands for another address that may be.
 */
#ifndef CORE_ADDRESS_PUBLIC_H
#define CORE_ADDRESS_PUBLIC_H

#include "address.h"

bool address_is_public(const struct address *a);

#endif
