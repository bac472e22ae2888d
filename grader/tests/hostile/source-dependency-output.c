/* Tries to make the compiler write a file outside of the work folder. */
#pragma GCC dependency SECRET
#pragma GCC pch_preprocess SECRET
#pragma GCC optimize("-fdump-tree-all=" OUTSIDE)

#include "honest.c"
