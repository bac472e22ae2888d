/* statics.c - static data of each sort, for test_object.c: 1000 + 2000 + 400 + 500 + 600 + 700
 * + 800, and 900 by gcc on x86-64.
 */
char statics_initialized[1000] = {1};
char statics_zero[2000];
_Thread_local char statics_of_thread[400];
__attribute__((common)) char statics_common[500]; /* a symbol, in no section */
asm(".pushsection .mine, \"aw\", %note\n.zero 600\n.popsection");
/* Only the type is that of a table of functions. */
asm(".pushsection .table, \"aw\", %init_array\n.zero 800\n.popsection");
#if defined(__x86_64__) && !defined(__clang__)
asm(".largecomm statics_large, 900, 16"); /* common, of a sort of its own */
#endif
/* Only the name begins like that of constants. */
__attribute__((section(".data.rel.robust"))) char statics_named[700] = {1};
int statics_user(void);
int statics_used_elsewhere(void);
int statics_user(void) /* it uses a function that is not here */
{
    return statics_used_elsewhere();
}
const char statics_constant[5000] = {1};                          /* read-only: free */
const char *const statics_relocated[100] = {statics_constant, 0}; /* .data.rel.ro: free */
