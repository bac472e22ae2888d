"""The line of source behind a finding, beyond the one-fault allocators (test_broken.py)."""

import platform
import re

import driver
import pytest

LINES = "0 3 4 1\na 0 64\na 1 64\na 2 64\nf 0\n"


def only_error(tmp_path, write, source, lines=LINES):
    """(the finding, the text of the line it names)."""
    outcome = driver.mdriver(tmp_path, write(source), [write(lines, "debug-own.rep")])
    assert outcome.exit == 1
    assert outcome.processes == ()
    finding, = outcome.errors()
    culprit = finding["culprit"]
    return finding, source.split("\n")[culprit["line"] - 1].strip() if culprit else None


def test_a_write_deep_in_calls(tmp_path, write):
    source = driver.bump(top="""
static char *first;
static __attribute__((noinline)) void spoil(int depth)
{
    if (depth)
        spoil(depth - 1);
    else
        first[40] = 7; /* here */
    __asm__ volatile("" ::: "memory");
}""", malloc="""
    if (first && size == 99)
        spoil(3);
    if (!first)
        first = (char *)mem_sbrk(0) + 8;""")
    finding, line = only_error(tmp_path, write, source, LINES.replace("a 2 64", "a 2 99"))
    assert line == "first[40] = 7; /* here */"
    assert finding["code"] == "CORRUPTED"
    assert "spoil() wrote 1 byte into block 0 (live since line 2), in malloc(99) at line 4" \
        in finding["message"]
    assert "in mm_malloc()" in finding["message"]


def test_a_byte_that_is_put_back_is_not_the_culprit(tmp_path, write):
    source = driver.bump(top="static volatile char *first;", malloc="""
    if (first && size == 64) {
        char old = first[8];
        first[8] = 1;
        first[8] = old;
        first[8] = (char)(old + 1); /* here */
    }
    if (!first)
        first = (char *)mem_sbrk(0) + 8;""")
    _, line = only_error(tmp_path, write, source)
    assert line == "first[8] = (char)(old + 1); /* here */"


@pytest.mark.parametrize("call", [1, 2])
def test_a_checker_that_writes(call, tmp_path, write):
    """Into a payload that is new, too: who frees it later was accused."""
    source = driver.bump(top="static int calls;").replace("(void)line;", f"""
    if (++calls == {call})
        ((char *)mem_heap_lo())[24] ^= 1; /* here */""")
    outcome = driver.mdriver(tmp_path, write(source), [write(LINES, "debug-own.rep")],
                             checkheap=True)
    finding, = outcome.errors()
    assert source.split("\n")[finding["culprit"]["line"] - 1].endswith("/* here */")
    assert f"in mm_checkheap() wrote 1 byte into block 0 (live since line 2), in malloc(64) at " \
        f"line {call + 1}" in finding["message"]


def test_a_write_by_memset(tmp_path, write):
    source = driver.bump(top="static char *first; static size_t many = 3000;", malloc="""
    if (first && size == 64)
        memset(first, 1, many);
    if (!first)
        first = (char *)mem_sbrk(0) + 8;""")
    finding, line = only_error(tmp_path, write, source, LINES.replace("a 0 64", "a 0 5000"))
    assert line == "memset(first, 1, many);"
    assert finding["culprit"]["function"] == "mm_malloc"


def test_a_write_by_memset_at_the_end_of_a_function(tmp_path, write):
    """It returns to the caller of that function: no line of mm.c leads there."""
    source = driver.bump().replace(
        "return mm_malloc(count * size); /* every byte of it is new, and so zero */",
        "void *ptr = mm_malloc(count * size);\n"
        "    return ptr ? memset(ptr, 0, count * size + 24) : NULL;")
    finding, line = only_error(tmp_path, write, source, "0 1 1 1\nc 0 1000 1\n")
    assert finding["code"] == "PAST_BREAK"
    assert line is None
    assert "memset() wrote" in finding["message"]
    assert "past the program break, in calloc(1000, 1) at line 2" in finding["message"]
    assert "addr2line" not in finding["message"]


def test_how_much_is_written_where_the_break_has_just_been_lowered(tmp_path, write):
    """What stood there belonged to the heap, and is none of the bytes that were written."""
    source = driver.bump(malloc="""
    if (size == 99) {
        char *end = mem_sbrk(0);
        memset(end - 64, 0, 64);
        mem_sbrk(-64);
        memset(end - 56, 0, 8); /* here */
    }""")
    finding, line = only_error(tmp_path, write, source, "0 2 2 1\na 0 200\na 1 99\n")
    assert finding["code"] == "PAST_BREAK"
    assert line == "memset(end - 56, 0, 8); /* here */"
    assert "wrote 8 bytes past the program break" in finding["message"]


def test_a_product_that_wraps_to_more_than_can_be_cleared(tmp_path, write, quick):
    """It does not come to return a pointer; what is wrong is the product all the same."""
    source = driver.bump().replace("if (size && count > SIZE_MAX / size)\n        return NULL;",
                                   "char *ptr = mm_malloc(count * size);")
    source = source.replace("return mm_malloc(count * size);",
                            "return ptr ? memset(ptr, 0, count * size) : NULL;")
    outcome = driver.mdriver(tmp_path, write(source), policy=quick, traces=[
        driver.ROOT / "traces/debug/debug-calloc-overflow.rep",
        write("0 1 1 1\nc 0 4294967297 4294967297\n", "debug-wraps.rep")])
    assert {finding["code"] for finding in outcome.errors()} == {"OVERFLOW"}
    assert "was stopped, but the product does not fit" in outcome.errors()[-1]["message"]


def test_where_a_call_hangs(tmp_path, write, quick):
    source = driver.bump(top="static volatile int spin;", malloc="""
    while (size == 64)
        spin++; /* here */""")
    outcome = driver.mdriver(tmp_path, write(source), [write(LINES, "debug-own.rep")],
                             policy=quick)
    finding, = outcome.errors()
    assert finding["code"] == "TIMEOUT"
    assert finding["culprit"]["function"] == "mm_malloc"
    assert "it was stopped at mm.c:" in finding["message"]


def test_who_called_memcpy_when_it_crashed(tmp_path, write):
    source = driver.bump(top="static char *volatile nowhere = (char *)64;"
                             "static volatile size_t many = 64; /* or it is no call */", malloc="""
    if (size == 64)
        memcpy(nowhere, &size, many); /* here */""")
    finding, line = only_error(tmp_path, write, source)
    assert finding["code"] == "CRASH"
    assert line == "memcpy(nowhere, &size, many); /* here */"
    assert re.search(r"mem(cpy|move)\(\), called by mm\.c:\d+ in mm_malloc\(\)",
                     finding["message"])


def test_a_copy_has_the_name_that_the_submission_gave_it(tmp_path, write):
    """The C library has one function for both, and calls it memmove."""
    source = driver.bump(top="static volatile size_t many = 32;", malloc="""
    if (mem_heapsize() > 64)
        memcpy((char *)mem_heap_lo() + 16, "what a program has not written here", many);""")
    finding, _ = only_error(tmp_path, write, source)
    assert finding["code"] == "CORRUPTED" and ", by memcpy or memmove()" in finding["message"]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="others have no such fault")
@pytest.mark.parametrize("type_of, words", [("__m128i", "is not aligned as that type needs"),
                                            ("size_t", "cannot exist: the pointer is made of")])
def test_two_faults_that_look_alike(type_of, words, tmp_path, write):
    """The processor has one for both, and tells no address."""
    source = driver.bump(top="#include <emmintrin.h>", malloc=f"""
    volatile size_t wrong = {'(size_t)mem_heap_lo() + 8' if type_of == '__m128i' else '~0ul / 3'};
    if (size == 99)
        *({type_of} *)wrong = ({type_of}){{0}}; /* here */""")
    finding, line = only_error(tmp_path, write, source, LINES.replace("a 2 64", "a 2 99"))
    assert finding["code"] == "CRASH" and line.endswith("/* here */")
    assert f"malloc(99) crashed: it touched an address that {words}" in finding["message"]


def test_bytes_that_are_as_they_were_were_written_all_the_same(tmp_path, write):
    """One of 256 is, by chance: eight bytes were five, once in forty times."""
    source = driver.bump(malloc="""
    if (mem_heapsize() == 88)
        *(volatile size_t *)((char *)mem_heap_lo() + 16) ^= 0x00ff00ff00ff00ff;""")
    finding, _ = only_error(tmp_path, write, source)
    assert "wrote 8 bytes into block 0" in finding["message"]


def test_a_crash_in_memset_at_the_end_of_a_function(tmp_path, write):
    source = driver.bump(top="char *nowhere = (char *)64; size_t many = 5000;").replace(
        "(void)ptr;", "if (ptr)\n        memset(nowhere, 1, many);")
    finding, line = only_error(tmp_path, write, source)
    assert finding["code"] == "CRASH"
    assert line is None
    assert "memset() crashed, in free at line 5: a function of mm.c ends" in finding["message"]


def test_who_called_abort(tmp_path, write):
    source = driver.bump(top="#include <assert.h>", malloc="    assert(size != 64);")
    finding, line = only_error(tmp_path, write, source)
    assert finding["code"] == "EXITED"
    assert line == "assert(size != 64);"
    assert finding["message"].split("\n")[1].startswith("  called by mm.c:")


def test_an_address_in_words(tmp_path, write):
    source = driver.bump(malloc="""
    if (size == 99)
        ((void (*)(void))((char *)mem_heap_lo() + 8))();""")
    finding, _ = only_error(tmp_path, write, source, LINES.replace("a 2 64", "a 2 99"))
    assert finding["code"] == "CRASH"
    assert "heap+0x8, 8 bytes below block 0" in finding["message"]


# Where it is followed it waits for ever, before it does harm.
WAITS_WHEN_FOLLOWED = driver.bump(top="""
static volatile char *first;
static int word;
static void wait_for_ever(void)
{
    for (;;) {
        long result;
        register long r10 __asm__("r10") = 0;
        __asm__ volatile("syscall" : "=a"(result)
                         : "a"(202L), "D"(&word), "S"(0L), "d"(0L), "r"(r10)
                         : "rcx", "r11", "memory");
    }
}""", malloc=f"""
    if (first && size == 64) {{
        if ({driver.IS_STEPPED})
            wait_for_ever();
        first[8]++;
    }}
    if (!first)
        first = (char *)mem_sbrk(0) + 8;""")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the code is for x86-64")
def test_who_hides_when_followed_gains_nothing(tmp_path, write):
    finding, _ = only_error(tmp_path, write, WAITS_WHEN_FOLLOWED)
    assert finding["code"] == "CORRUPTED"
    if finding["culprit"] is None:  # by debug registers it is followed unseen
        assert "malloc(64) at line 3 did it; the line could not be found" in finding["message"]
