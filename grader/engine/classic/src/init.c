/*
 * classic/src/init.c - what can only be compiled together with an mm.c of the classic shape.
 *
 * The compiler is told to include the submission before this file, so mm_init is known
 * with its real type here: it returns an int, negative on failure, or a bool, false on
 * failure. Whatever macros the submission defined are in force: this file stays plain.
 *
 * It has a folder of its own, on the path of the compiler, so that a submission which was
 * written in such a folder finds that lab's headers above it: "../mm.h".
 */
_Bool classic_init(void);
_Bool classic_init(void)
{
    return _Generic(mm_init(), _Bool : mm_init(), default : mm_init() >= 0);
}
