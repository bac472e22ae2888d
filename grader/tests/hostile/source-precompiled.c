/* Tries to have a file read as a precompiled header. */
#pragma GCC pch_preprocess SECRET
#pragma GCC plugin SECRET

#include "honest.c"
