/* classic/config.h - some submissions of the classic shape include it; it says nothing. */
